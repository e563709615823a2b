// @ts-check
// The marks around the citizen's own words: where `mark` puts them, and where one goes on writing.
import assert from "node:assert/strict";
import { test } from "node:test";

import { mark } from "../../static/js/modules/quote-marks.js";

/**
 * The text, selection and caret as one string: `[` and `]` stand where the selection begins and ends.
 * @param {string} drawn
 */
function press(drawn) {
  const start = drawn.indexOf("[");
  const end = drawn.indexOf("]") - 1;
  const { text, caret } = mark(drawn.replace("[", "").replace("]", ""), start, end);
  return `${text.slice(0, caret)}|${text.slice(caret)}`;
}

/** @type {[string, string, string][]} */
const cases = [
  ["words in the middle are enclosed, and one goes on writing behind them", "Hun sagde [det går] igen", "Hun sagde »det går«| igen"],
  ["blanks at the ends of the selection stay outside", "Hun sagde[ det går ]igen", "Hun sagde »det går«| igen"],
  ["a line break at the end stays outside", "[Det går\n]Vi talte om det", "»Det går«|\nVi talte om det"],
  ["line breaks and tabs at both ends stay outside", "a[\n\t det går \n]b", "a\n\t »det går«| \nb"],
  ["blanks within the words are left as they are", "[det  går\nnok]", "»det  går\nnok«|"],
  ["without a selection there is an empty pair with the caret inside", "Hun sagde [] igen", "Hun sagde »|« igen"],
  ["an empty field gets an empty pair with the caret inside", "[]", "»|«"],
  ["at the start of the text", "[]Hun sagde", "»|«Hun sagde"],
  ["at the end of the text", "Hun sagde []", "Hun sagde »|«"],
  ["the first word", "[Det] går", "»Det«| går"],
  ["the last word", "Det [går]", "Det »går«|"],
  ["the whole text", "[Det går]", "»Det går«|"],
  ["the whole text with blanks around it", "[  Det går ]", "  »Det går«| "],
  ["only a blank selected: an empty pair before it, nothing is lost", "Det[ ]går", "Det»|« går"],
  ["only line breaks selected", "Det[\n\n]går", "Det»|«\n\ngår"],
  ["an emoji is kept whole", "Hun sendte [👩‍👧 hjem] igen", "Hun sendte »👩‍👧 hjem«| igen"],
  ["an emoji before the selection moves nothing", "🙂 [det går]", "🙂 »det går«|"],
  ["an emoji alone", "[🙂]", "»🙂«|"],
  ["words that are enclosed already get a second pair: the button does not guess", "[»det går«]", "»»det går««|"],
];

for (const [promise, before, after] of cases) {
  test(promise, () => assert.equal(press(before), after));
}

/**
 * The same numbers in every run.
 * @param {number} seed
 */
function numbers(seed) {
  return (/** @type {number} */ below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}

const PIECES = ["a", "æ", "Å", " ", "  ", "\n", "\t", "\u00a0", "🙂", "👩‍👧", "»", "«", ".", "é", "ord", ""];

test("whatever is selected: without the two marks it is the original text, and the caret stands within it", () => {
  const next = numbers(1);
  for (let round = 0; round < 5000; round++) {
    const text = Array.from({ length: next(12) }, () => PIECES[next(PIECES.length)]).join("");
    const start = next(text.length + 1);
    const end = start + next(text.length - start + 1);
    const made = mark(text, start, end);
    const said = JSON.stringify({ text, start, end, made });
    const inner = text.slice(start, end).trim();
    const close = inner ? made.caret - 1 : made.caret;
    const open = close - inner.length - 1;

    assert.equal(made.text.length, text.length + 2, said);
    assert.equal(made.text[open], "»", said);
    assert.equal(made.text[close], "«", said);
    assert.equal(made.text.slice(open + 1, close), inner, said);
    assert.equal(made.text.slice(0, open) + inner + made.text.slice(close + 1), text, said);
    assert.ok(open >= start && close <= end + 1, said);
    assert.ok(made.caret >= 0 && made.caret <= made.text.length, said);
  }
});
