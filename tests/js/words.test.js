// @ts-check
// What modules say: Danish as it stands in them, and on an English page what the catalogue has for it.
import assert from "node:assert/strict";
import { test } from "node:test";

/**
 * The modules as a page in this language has them.
 * @param {string} lang
 * @returns {Promise<typeof import("../../static/js/words.js")>}
 */
async function wordsOf(lang) {
  Object.assign(globalThis, { document: { documentElement: { lang } } });
  const words = await import(new URL(`../../static/js/words.js?${lang}`, import.meta.url).href);
  await words.ready;
  return words;
}

/** @param {() => Promise<void>} act */
async function complaintsOf(act) {
  /** @type {unknown[]} */
  const said = [];
  const before = console.error;
  console.error = (...parts) => said.push(parts);
  try {
    await act();
  } finally {
    console.error = before;
  }
  return said;
}

test("a Danish page says what stands in the code, and fetches nothing", async () => {
  const { _ } = await wordsOf("da");
  assert.equal(_("Gem"), "Gem");
  assert.equal(_("Gemmer …"), "Gemmer …");
});

test("an English page says it in English", async () => {
  const { _ } = await wordsOf("en");
  assert.equal(_("Gem"), "Save");
  assert.equal(_("Gemmer …"), "Saving …");
});

test("what has no translation stays Danish", async () => {
  const { _ } = await wordsOf("en");
  assert.equal(_("Noget, der ikke er oversat"), "Noget, der ikke er oversat");
});

test("values stand where the text has their names, and an unknown name stays as it is", async () => {
  const { _ } = await wordsOf("da");
  assert.equal(_("Sendt %(time)s, %(num)d af %(of)d", { time: "7.21", num: 2, of: 0 }), "Sendt 7.21, 2 af 0");
  assert.equal(_("Sendt %(time)s"), "Sendt %(time)s");
  assert.equal(_("%(a)s", { a: "%(b)s", b: "$&" }), "%(b)s");
});

test("what is counted has a form for one and a form for all other numbers", async () => {
  const { ngettext } = await wordsOf("da");
  const said = [0, 1, 2].map((n) => ngettext("%(num)d samtale på vej", "%(num)d samtaler på vej", n));
  assert.deepEqual(said, ["0 samtaler på vej", "1 samtale på vej", "2 samtaler på vej"]);
});

test("a language whose words cannot be fetched leaves the page Danish, and working", async () => {
  const said = await complaintsOf(async () => {
    const { _ } = await wordsOf("xx");
    assert.equal(_("Gem"), "Gem");
  });
  assert.equal(said.length, 1);
});

test("only a button that saves says that it saves", async () => {
  await wordsOf("da");
  const { busy } = await import("../../static/js/modules/submit-once.js");
  assert.equal(busy("Gem"), "Gemmer …");
  assert.equal(busy("Gem igen"), "Gemmer …");
  assert.equal(busy("Gemt"), null);
  assert.equal(busy("Log ind"), null);
  assert.equal(busy(""), null);
});
