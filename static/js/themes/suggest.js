// @ts-check
// Which themes a text may be about, by the codebook's patterns: the same rule as the server's (domain/themes).

export const MOST_SUGGESTIONS = 3;

/** What Python takes for a blank. */
const BLANKS = /(?:[^\S\ufeff]|[\x1c-\x1f\x85])+/;

/** As Python folds case: through upper case, so that ß and ligatures come apart. @param {string} text */
const fold = (text) => text.normalize("NFC").toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ").split(BLANKS).filter(Boolean);

/**
 * The ids of up to three themes, those with most words first, then in the codebook's order.
 * @param {string[]} texts @param {{id: string, patterns: {include: string[], exclude: string[]}}[]} themes
 */
export function suggest(texts, themes) {
  const folded = texts.map(fold).map((words) => ({ whole: words.join(" "), words: words.map(bare) }));
  return themes
    .map((theme, place) => ({ id: theme.id, place, hits: new Set(folded.flatMap((text) => hits(text, theme.patterns))).size }))
    .filter((one) => one.hits > 0)
    .sort((a, b) => b.hits - a.hits || a.place - b.place)
    .slice(0, MOST_SUGGESTIONS)
    .map((one) => one.id);
}

/** @param {string} word */
const bare = (word) => word.replace(/^[»«"'.,:;!?()–-]+|[»«"'.,:;!?()–-]+$/g, "");

/** The words that speak for it, and the phrases. @param {{whole: string, words: string[]}} text
 * @param {{include: string[], exclude: string[]}} patterns */
function hits({ whole, words }, { include, exclude }) {
  const stems = include.filter((stem) => !stem.includes(" "));
  const found = words.filter((word) => stems.some((stem) => word.includes(stem)) && !exclude.some((stem) => word.includes(stem)));
  return [...found, ...include.filter((stem) => stem.includes(" ") && whole.includes(stem))];
}
