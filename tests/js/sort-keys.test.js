// @ts-check
// What a key means where one sorts talks.
import assert from "node:assert/strict";
import { test } from "node:test";
import { meaning } from "../../static/js/modules/sort-keys.js";

/** @param {string} key @param {"" | "radio" | "text" | "press"} [at] @param {object} [more] */
const press = (key, at = "", more = {}) => meaning({ key, ...more }, at);

test("numbers and letters choose themes, in capitals too", () => {
  for (const key of "123456789acdefghilmnopqstuvwxyz") assert.deepEqual(press(key), { kind: "theme", key });
  assert.deepEqual(press("A"), { kind: "theme", key: "a" });
});

test("b and r are tones, j and k and the arrows lead on and back, Enter saves, ? tells the keys", () => {
  assert.deepEqual(press("b"), { kind: "tone", tone: "trouble" });
  assert.deepEqual(press("r"), { kind: "tone", tone: "praise" });
  for (const key of ["j", "ArrowRight"]) assert.deepEqual(press(key), { kind: "go", to: "next" });
  for (const key of ["k", "ArrowLeft"]) assert.deepEqual(press(key), { kind: "go", to: "previous" });
  assert.deepEqual(press("Enter"), { kind: "save" });
  assert.deepEqual(press("?"), { kind: "help" });
});

test("what the browser means by a key stays the browser's", () => {
  for (const key of ["1", "j", "Enter", "?"]) assert.equal(press(key, "text"), null, "one writes");
  assert.equal(press("Enter", "press"), null, "a link or a button in focus is pressed");
  for (const key of ["ArrowLeft", "ArrowRight"]) assert.equal(press(key, "radio"), null, "arrows choose between radio buttons");
  for (const held of ["ctrlKey", "metaKey", "altKey", "isComposing"]) assert.equal(press("r", "", { [held]: true }), null);
  for (const key of ["0", "æ", "Tab", " ", "Escape", "ArrowDown", "F1"]) assert.equal(press(key), null);
});
