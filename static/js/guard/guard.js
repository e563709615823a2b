// @ts-check
// Finds personal data in a text, by the same rules file as the server (domain/guard). Today: CPR numbers.

/** @typedef {{kind: string, start: number, end: number, severity: string}} Finding */

/**
 * Everything found, in the order of the text. `start` and `end` count Unicode code points, as on the server.
 * @param {string} text @param {any} rules the kit's `guard` @returns {Finding[]}
 */
export function check(text, rules) {
  return spans(text, rules).map(({ from, to }) => ({
    kind: "cpr",
    start: [...text.slice(0, from)].length,
    end: [...text.slice(0, to)].length,
    severity: rules.cpr.severity,
  }));
}

/** The text with every CPR number covered whole. @param {string} text @param {any} rules */
export function mask(text, rules) {
  return spans(text, rules).reduceRight((left, { from, to }) => left.slice(0, from) + rules.cpr.mask + left.slice(to), text);
}

/** @param {string} text @param {any} rules */
function spans(text, rules) {
  if (!rules?.cpr) return [];
  const pattern = new RegExp(rules.cpr.pattern, "g");
  const found = [];
  for (let hit = pattern.exec(text); hit; hit = pattern.exec(text)) {
    // Not in the middle of a longer number; older phones have no expressions that look behind.
    const is = !/[0-9]/.test(text.charAt(hit.index - 1)) && is_born(hit[1], hit[3], hit[4], hit[5]);
    if (is) found.push({ from: hit.index, to: hit.index + hit[0].length });
    // A number may begin inside what only looked like one: »afd. 12-14-010190-1234«.
    else pattern.lastIndex = hit.index + 1;
  }
  return found;
}

/** Whether the first six digits are a date in the century that the serial number gives.
 * @param {string} day @param {string} month @param {string} year @param {string} serial */
function is_born(day, month, year, serial) {
  const number = Number(day) > 60 ? Number(day) - 60 : Number(day);
  const whole = century(Number(serial[0]), Number(year)) + Number(year);
  const date = new Date(Date.UTC(whole, Number(month) - 1, number));
  return number > 0 && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === number;
}

/** @param {number} seventh @param {number} year */
function century(seventh, year) {
  if (seventh <= 3) return 1900;
  if (seventh === 4 || seventh === 9) return year <= 36 ? 2000 : 1900;
  return year <= 57 ? 2000 : 1800;
}
