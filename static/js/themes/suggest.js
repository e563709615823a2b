// @ts-check
// Which themes a text may be about, by the codebook's patterns: the same rule as the server's (domain/themes).

export const MOST_SUGGESTIONS = 3;

/** @param {string} text */
const fold = (text) => text.normalize("NFKC").toLowerCase();

/**
 * The ids of up to three themes, those with most words first.
 * @param {string} text @param {{id: string, patterns: {include: string[], exclude: string[]}}[]} themes
 */
export function suggest(text, themes) {
  const whole = fold(text);
  const words = whole.split(/\s+/).map((word) => word.replace(/^[»«"'.,:;!?()–-]+|[»«"'.,:;!?()–-]+$/g, ""));
  return themes
    .map((theme, place) => ({ id: theme.id, place, hits: hits(whole, words, theme.patterns) }))
    .filter((one) => one.hits > 0)
    .sort((a, b) => b.hits - a.hits || a.place - b.place)
    .slice(0, MOST_SUGGESTIONS)
    .map((one) => one.id);
}

/** @param {string} whole @param {string[]} words @param {{include: string[], exclude: string[]}} patterns */
function hits(whole, words, { include, exclude }) {
  const stems = include.filter((stem) => !stem.includes(" "));
  const found = words.filter((word) => stems.some((stem) => word.includes(stem)) && !exclude.some((stem) => word.includes(stem)));
  return new Set(found).size + include.filter((stem) => stem.includes(" ") && whole.includes(stem)).length;
}
