// @ts-check
// A talk that is being written goes over to newer questions: what answers the same stays, and no word is dropped.
import assert from "node:assert/strict";
import { test } from "node:test";
import { carried, carry, leave_out, put, undo } from "../../static/js/capture/carry.js";
import { begin, covered, faults, is_empty, to_item } from "../../static/js/capture/draft.js";

Object.assign(globalThis, { document: { documentElement: { lang: "da" } } });
const face = (/** @type {number} */ n) => ["", "Slet ikke godt", "Ikke så godt", "Midt imellem", "Godt", "Rigtig godt"][n];
const RULES = { cpr: { pattern: "(\\d{2})()(\\d{2})(\\d{2})-(\\d{4})", mask: "••••••-••••", severity: "mask" } };
const choices = (/** @type {string[]} */ ...codes) => codes.map((code) => ({ code, text: code.toUpperCase() }));
/** @param {string} version @param {any[]} questions @param {Record<string, any[]>} [about] */
const set = (version, questions, about = {}) => ({ id: "s", version_id: version, version: Number(version.slice(1)), about, questions: questions.map((one) => ({ kind: "long_text", required: false, choices: [], follows: null, label: `${one.id}?`, ...one })) });

const BEFORE = set("v1", [{ id: "a" }, { id: "b" }, { id: "c" }, { id: "d", kind: "one_choice", choices: choices("x", "y") }, { id: "e", kind: "several_choices", choices: choices("p", "q") }, { id: "f", kind: "five_faces" }, { id: "g", kind: "number" }], { relation: choices("mother", "father") });
const NOW = set("v2", [{ id: "a" }, { id: "b2", follows: "b" }, { id: "d", kind: "one_choice", choices: choices("x", "z") }, { id: "e", kind: "several_choices", choices: choices("p", "q", "r") }, { id: "g", kind: "five_faces" }], { relation: choices("mother") });
const ANSWERS = { a: "Ord a", b: "Ord b", c: "Ord c", d: "y", e: ["p", "q"], f: "4", g: "12" };
const drafted = (/** @type {any} */ answers = ANSWERS) => ({ ...begin({ owner: "me", version: "v1", unit: "u", opened_at: "2026-11-24T08:12:00+01:00" }), answers, about: { relation: ["mother", "father"] } });
/** Every piece of text that stands anywhere in the draft that its person sees. @param {any} draft */
const seen = (draft) => JSON.stringify([draft.answers, draft.left]);

test("the same question keeps its answer; every other one is left in words, with what follows it", () => {
  const made = carry(drafted(), BEFORE, NOW, face);
  assert.deepEqual([made.version, made.answers, made.about], ["v2", { a: "Ord a", e: ["p", "q"] }, { relation: ["mother"] }]);
  assert.deepEqual(made.left, [
    { question: "b", label: "b?", text: "Ord b", to: "b2" }, { question: "c", label: "c?", text: "Ord c", to: null }, { question: "d", label: "d?", text: "Y", to: null },
    { question: "f", label: "f?", text: "Godt", to: null }, { question: "g", label: "g?", text: "12", to: null },
  ]);
  assert.equal(carried(made), 2);
});

test("what was left is put below what is there, or let go, each step taken back by the next undo", () => {
  const made = carry(drafted({ a: "Ord a", b: "Ord b", c: "Ord c" }), BEFORE, NOW, face);
  const placed = put(put(made, 0, "b2"), 0, "b2");
  assert.deepEqual([placed.answers.b2, placed.left], ["Ord b\n\nOrd c", []]);
  assert.equal(undo(placed, NOW, NOW, face).answers.b2, "Ord b");
  const dropped = leave_out(made, 1);
  assert.deepEqual(dropped.left?.map((one) => one.question), ["b"]);
  assert.deepEqual(undo(dropped, NOW, NOW, face).left, made.left);
  const back = undo(undo(undo(placed, NOW, NOW, face), NOW, NOW, face), NOW, BEFORE, face);
  assert.deepEqual([back.version, back.answers, back.about, back.left, back.steps], ["v1", drafted({ a: "Ord a", b: "Ord b", c: "Ord c" }).answers, drafted().about, [], []]);
});

test("what was written since the questions changed outlives going back", () => {
  const made = carry(drafted({ a: "Ord a" }), BEFORE, NOW, face);
  const written = { ...made, answers: { ...made.answers, a: "Ord a og mere", b2: "Nye ord" } };
  const back = undo(written, NOW, BEFORE, face);
  assert.equal(back.answers.a, "Ord a og mere");
  assert.deepEqual(back.left, [{ question: "b2", label: "b2?", text: "Nye ord", to: null }]);
});

test("what was chosen since the questions changed comes back in words, where it cannot stand as it is", () => {
  const now = set("v2", [...NOW.questions, { id: "n", kind: "one_choice", choices: [{ code: "c7f3", text: "Ja" }] }, { id: "m", kind: "several_choices", choices: choices("p", "q") }, { id: "k", kind: "number" }, { id: "h", kind: "five_faces" }], NOW.about);
  const made = carry(drafted({ d: "y", e: ["p"] }), BEFORE, now, face);
  const chosen = { ...made, answers: { ...made.answers, d: "z", e: ["p", "r"], n: "c7f3", m: ["p", "q"], k: "7", h: "5" } };
  const back = undo(chosen, now, BEFORE, face);
  assert.deepEqual(back.answers, { d: "y", e: ["p"] }, "a code that the old question does not know stands nowhere");
  assert.deepEqual(back.left?.map(({ label, text }) => [label, text]), [["e?", "P, R"], ["d?", "Z"], ["n?", "Ja"], ["m?", "P, Q"], ["k?", "7"], ["h?", "Rigtig godt"]]);
  const still_there = undo({ ...made, answers: { d: "x", e: ["q"] } }, now, BEFORE, face);
  assert.deepEqual([still_there.answers, still_there.left], [{ d: "x", e: ["q"] }, []]);
});

test("facts that were chosen since stay, or are shown as facts that cannot be chosen", () => {
  const now = { ...set("v2", NOW.questions, { relation: choices("mother", "aunt"), time: choices("bringing") }), about_labels: { relation: "Relation" } };
  const made = carry(drafted({ a: "Ord a" }), BEFORE, now, face);
  assert.deepEqual(made.about, { relation: ["mother"] });
  const back = undo({ ...made, about: { relation: ["mother", "aunt"], time: ["bringing"] } }, now, BEFORE, face);
  assert.deepEqual(back.about, { relation: ["father", "mother"], time: [] });
  assert.deepEqual(back.left, [{ question: "about-relation", label: "Relation", text: "AUNT", to: null, fact: true }, { question: "about-time", label: "", text: "BRINGING", to: null, fact: true }]);
  assert.deepEqual(undo(made, now, BEFORE, face).about, drafted().about);
  assert.deepEqual(undo({ ...made, about: { relation: [] } }, now, BEFORE, face).about, { relation: ["father"] }, "what was let go stays so; what could not be chosen comes back");
});

test("through any chain of newer questions every word is still on the screen", () => {
  /** @type {import("../../static/js/capture/draft.js").Draft} */
  let draft = drafted();
  let before = BEFORE;
  for (let n = 2; n < 22; n++) {
    const now = set(`v${n}`, [{ id: n % 2 ? "a" : "a2", follows: "a" }, { id: `n${n}`, follows: `n${n - 1}` }]);
    draft = carry({ ...draft, answers: { ...draft.answers, [before.questions[0].id]: draft.answers[before.questions[0].id] ?? `Skrevet i ${before.version_id}` } }, before, now, face);
    before = now;
    for (const words of ["Ord a", "Ord b", "Ord c"]) assert.ok(seen(draft).includes(words), `${words} in ${now.version_id}`);
  }
});

test("words without a place hold the saving back, are no part of the item, and have their CPR numbers covered", () => {
  const made = carry(drafted({ c: "Ring 010190-1234" }), BEFORE, NOW, face);
  assert.equal(is_empty(made), false);
  assert.deepEqual(faults(made, NOW), [{ question: "c", code: "unplaced" }]);
  assert.doesNotMatch(JSON.stringify(covered(made, RULES)), /010190-1234/);
  const item = to_item(put(made, 0, "a"), NOW, RULES);
  assert.deepEqual([item.question_set_version, item.answers], ["v2", [{ question: "a", text: "Ring ••••••-••••" }]]);
  assert.equal("left" in item || "steps" in item, false);
});
