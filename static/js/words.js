// @ts-check
// Words of the modules, in the page's language: `_("Gem")`. Danish is the source; other languages are fetched when a page speaks
// them, from words/<language>.js (made by tools/translations.py). main.js waits for `ready` before it starts a module.

import { RELEASE } from "./base.js";

/** @typedef {Record<string, string | number>} Values */
/** @type {Record<string, string | string[]>} */
let translations = {};

/** The language of the page; in a worker, which has none, Danish. */
const language = globalThis.document?.documentElement.lang || "da";

/** Settled when words can be asked for. Without the translations (offline before they were fetched) they stay Danish. */
export const ready = language === "da" ? Promise.resolve() : load(language);

/** Speaks another language from now on: the phone's page learns it from the person's own kit. @param {string} code */
export async function speak(code) {
  if (code === "da") translations = {};
  else await load(code);
}

/** @param {string} code */
async function load(code) {
  try {
    translations = (await import(new URL(`js/words/${code}.js`, RELEASE).href)).default;
  } catch (error) {
    console.error(`no words in ${code}`, error);
  }
}

/**
 * What to say instead of the Danish text; `%(name)s` and `%(num)d` stand for values.
 * @param {string} text
 * @param {Values} [values]
 */
export function _(text, values = {}) {
  return filled([translations[text] ?? text].flat()[0], values);
}

/**
 * The same for what is counted: `ngettext("%(num)d samtale", "%(num)d samtaler", n)`.
 * @param {string} one
 * @param {string} many
 * @param {number} num
 * @param {Values} [values]
 */
export function ngettext(one, many, num, values = {}) {
  const found = translations[one];
  const [single, several] = Array.isArray(found) ? found : [one, many];
  return filled(num === 1 ? single : several, { num, ...values });
}

/**
 * @param {string} text
 * @param {Values} values
 */
function filled(text, values) {
  return text.replace(/%\((\w+)\)[sd]/g, (mark, name) => String(values[name] ?? mark));
}
