// @ts-check
// Which question sets are offered where, and what a quick note asks.
import assert from "node:assert/strict";
import { test } from "node:test";
import { asked_quickly, choices, places, quick_ones } from "../../static/js/phone/sets.js";

const UNITS = [{ id: "u1", sector: "nursery" }, { id: "u2", sector: "nursery" }, { id: "u3", sector: "home_care" }];
const set = (/** @type {any} */ more) => ({ version_id: "v", sector: "nursery", talk_type: "parent_talk", units: null, ...more });

test("a set for one place is offered there alone, and one without a place in its whole sector", () => {
  const kit = { units: UNITS, question_sets: [set({}), set({ units: ["u2"] }), set({ units: [] }), set({ sector: "other" })] };
  assert.deepEqual(choices(kit).map((one) => one.units.map((unit) => unit.id)), [["u1", "u2"], ["u2"]]);
  assert.deepEqual(places(set({ units: undefined }), kit).map((unit) => unit.id), ["u1", "u2"], "as a release before had it");
});

test("a quick note is in the set that is made for it, where there is one", () => {
  const kinds = ["parent_talk", "quick_note", "group_talk"].map((talk_type) => ({ set: set({ talk_type }), units: UNITS }));
  assert.deepEqual(quick_ones(kinds), [kinds[1]]);
  assert.deepEqual(quick_ones([kinds[0], kinds[2]]), [kinds[0], kinds[2]]);
});

test("it asks for one text, and for what must be answered", () => {
  const questions = [{ id: "n", kind: "number", required: true }, { id: "a", kind: "long_text" }, { id: "b", kind: "short_text" }, { id: "c", kind: "long_text", required: true }];
  assert.deepEqual(asked_quickly({ questions }).map((one) => one.id), ["n", "a", "c"]);
});
