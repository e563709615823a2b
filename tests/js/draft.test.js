// @ts-check
// A talk while it is written: what it becomes, what keeps it from being saved, and what of it is kept.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, covered, faults, is_empty, is_untouched, MOST_CHARACTERS, reopen, texts_of, ticked, to_copy, to_item } from "../../static/js/capture/draft.js";
import { uuid7 } from "../../static/js/outbox/ids.js";
import { clock, day, held_at, when, with_offset } from "../../static/js/phone/dates.js";

process.env.TZ = "Europe/Copenhagen";
Object.assign(globalThis, { document: { documentElement: { lang: "da" } } });

const RULES = { cpr: { pattern: "(\\d{2})()(\\d{2})(\\d{2})-(\\d{4})", mask: "••••••-••••", severity: "mask" } };
const OPENED = "2026-11-24T08:12:00+01:00";
/** @param {any[]} questions */
const set_with = (...questions) => ({ questions: questions.map((one) => ({ required: false, choices: [], ...one })) });
/** @param {Record<string, any>} answers @param {any} [more] */
const draft = (answers = {}, more = {}) => ({ ...begin({ owner: "me", version: "v1", unit: "u1", opened_at: OPENED }), answers, ...more });

test("nothing written is empty, whatever was clicked and let go", () => {
  for (const answers of [{}, { q1: "  \n" }, { q1: null, q2: [] }]) assert.equal(is_empty(draft(answers)), true);
  for (const answers of [{ q1: "x" }, { q1: 3 }, { q1: ["a"] }]) assert.equal(is_empty(draft(answers)), false);
});

test("whatever was chosen is kept, and let go again it is as untouched as before; without an answer it is not saved", () => {
  const chosen = [{ about: { relation: ["mor"] } }, { held_on: "2026-11-23" }, { unit: "u2" }, { answers: { q1: "x" } }, { left: [{ question: "q", label: "", text: "x", to: null }] }];
  for (const more of chosen) assert.equal(is_untouched(draft({}, more)), false, JSON.stringify(more));
  for (const more of [{}, { about: { relation: [] } }, { held_on: "2026-11-24", unit: "u1" }, { promised: true }, { begun_in: undefined, unit: "u2" }]) assert.equal(is_untouched(draft({}, more)), true, JSON.stringify(more));
  assert.deepEqual(faults(draft({}, { about: { relation: ["mor"] }, unit: "u2" }), set_with({ id: "q1", kind: "long_text" })), [{ question: "q1", code: "nothing" }]);
});

test("the tick changes nothing but the tick, and takes only what is untouched with it", () => {
  const written = draft({ q1: "Alt det, der blev sagt" }, { promised: true });
  assert.deepEqual(ticked(written, false), { ...written, promised: false });
  assert.deepEqual(ticked(draft(), true)?.promised, true);
  assert.equal(ticked(draft({}, { promised: true }), false), null);
  assert.equal(ticked(draft({}, { about: { relation: ["mor"] } }), false)?.promised, false);
  assert.equal(ticked(undefined, true), null);
});

test("all of it can be copied: words without a place, and what was chosen in words where the question is known", () => {
  const choices = [{ code: "x", text: "Ja" }, { code: "y", text: "Nej" }];
  const set = set_with({ id: "q1", kind: "long_text", label: "Ord?" }, { id: "q2", kind: "one_choice", choices, label: "Gik det?" }, { id: "q3", kind: "several_choices", choices, label: "Hvad?" }, { id: "q4", kind: "five_faces", label: "Hvordan?" }, { id: "q5", kind: "number", label: "Hvor mange?" }, { id: "q6", kind: "several_choices", choices, label: "Intet?" });
  const written = draft({ q1: "Hun sagde tak", q2: "y", q3: ["x", "gone"], q4: "5", q5: 0, q6: [], q7: null }, { left: [{ question: "q0", label: "Før?", text: "Uden plads", to: null }] });
  assert.equal(to_copy(written, set, (n) => `ansigt ${n}`), "Hun sagde tak\n\nGik det?\nNej\n\nHvad?\nJa, gone\n\nHvordan?\nansigt 5\n\nHvor mange?\n0\n\nUden plads");
  assert.equal(to_copy(draft({ q1: "Hun sagde tak", q3: ["x"], q6: " " }, { left: written.left }), null, String), "Hun sagde tak\n\nUden plads");
});

test("a talk becomes an item of the contract, in the order of the questions, without blanks around", () => {
  const set = set_with({ id: "q1", kind: "long_text" }, { id: "q2", kind: "one_choice" }, { id: "q3", kind: "several_choices" }, { id: "q4", kind: "five_faces" }, { id: "q5", kind: "number" }, { id: "q6", kind: "short_text" });
  const made = to_item(draft({ q5: " 12 ", q1: "  Hun sagde »tak«. ", q2: "yes", q3: ["a", "b"], q4: "5", q6: " " }, { about: { relation: ["mor"], language: [] } }), set, RULES);
  assert.deepEqual(made.answers, [{ question: "q1", text: "Hun sagde »tak«." }, { question: "q2", choice: "yes" }, { question: "q3", choices: ["a", "b"] }, { question: "q4", number: 5 }, { question: "q5", number: 12 }]);
  assert.deepEqual([made.about, made.held_at, made.revision, made.replaces, made.quote_scope], [{ relation: ["mor"] }, OPENED, 1, null, null]);
});

test("a CPR number is covered in what is kept and in what is sent", () => {
  const written = draft({ q1: "Ring 010190-1234", q2: ["010190-1234"] });
  assert.equal(covered(written, RULES).answers.q1, "Ring ••••••-••••");
  assert.equal(written.answers.q1, "Ring 010190-1234", "what stands on the screen is the person's own");
  assert.equal(to_item(written, set_with({ id: "q1", kind: "long_text" }), RULES).answers[0].text, "Ring ••••••-••••");
});

test("what is wrong is said of the question it is wrong in", () => {
  const set = set_with({ id: "q1", kind: "long_text", required: true }, { id: "q2", kind: "number" });
  assert.deepEqual(faults(draft(), set), [{ question: "q1", code: "nothing" }]);
  assert.deepEqual(faults(draft({ q2: "tolv" }), set), [{ question: "q1", code: "missing" }, { question: "q2", code: "no_number" }]);
  assert.deepEqual(faults(draft({ q1: `${"å".repeat(MOST_CHARACTERS)}👵🏽 ` }), set), [{ question: "q1", code: "too_long", over: 2 }], "counted as the store counts: code points");
  assert.deepEqual(faults(draft({ q2: "3" }, { quick: true }), set), [{ question: "q1", code: "missing" }], "a quick note asks for what must be answered");
  assert.deepEqual(faults(draft({ q2: "3" }, { quick: true }), set_with({ id: "q1", kind: "long_text" }, { id: "q2", kind: "number" })), []);
  const group = { talk_type: "group_talk", ...set_with({ id: "q2", kind: "number", required: true }) };
  for (const [said, code] of [["1", "no_group"], ["501", "no_group"], ["2", null], ["500", null]]) assert.deepEqual(faults(draft({ q2: said }), group), code ? [{ question: "q2", code }] : []);
  assert.deepEqual(faults(draft({ q1: "ja", q2: "-12" }), set), []);
});

test("an item goes back into the form and comes out the same", () => {
  const set = set_with({ id: "q1", kind: "long_text" }, { id: "q2", kind: "one_choice" }, { id: "q3", kind: "several_choices" }, { id: "q4", kind: "five_faces" });
  const item = to_item(draft({ q1: "Ord", q2: "yes", q3: ["a"], q4: "0" }, { about: { relation: ["mor"] } }), set, RULES);
  const again = reopen({ ...item, themes: { confirmed: ["t"], rejected: [], tones: { t: "praise" } }, quote_scope: "area" }, { owner: "me", first: item.id, now: OPENED, anew: true });
  assert.deepEqual(to_item(again, set, RULES), { ...item, themes: { confirmed: ["t"], rejected: [], tones: { t: "praise" } }, quote_scope: "area" });
  const edit = reopen(item, { owner: "me", first: item.id, now: OPENED });
  assert.deepEqual([edit.replaces, edit.revision, edit.first, edit.id === item.id], [item.id, 2, item.id, false]);
});

test("a list shows the words only", () => {
  assert.deepEqual(texts_of({ answers: [{ text: "en" }, { choice: "x" }, { text: "to" }] }), ["en", "to"]);
  assert.deepEqual(texts_of({ kind: "withdrawal" }), []);
});

test("an id is a UUIDv7 of its own millisecond", () => {
  assert.equal(uuid7(0x0190_0000_0001, new Uint8Array(10)), "01900000-0001-7000-8000-000000000000");
  assert.equal(uuid7(0xffff_ffff_ffff, new Uint8Array(10).fill(255)), "ffffffff-ffff-7fff-bfff-ffffffffffff");
  assert.match(uuid7(-5), /^00000000-0000-7/, "a clock before 1970 still makes an id");
  const many = new Set(Array.from({ length: 10_000 }, () => uuid7()));
  assert.equal(many.size, 10_000);
  for (const id of many) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("moments are written with the offset they were lived in, also across the change of the clocks", () => {
  assert.equal(with_offset(new Date("2026-10-25T00:30:00Z")), "2026-10-25T02:30:00+02:00");
  assert.equal(with_offset(new Date("2026-10-25T01:30:00Z")), "2026-10-25T02:30:00+01:00");
  assert.equal(held_at(OPENED, "2026-11-24"), OPENED);
  assert.equal(held_at(OPENED, "2026-10-01"), "2026-10-01T12:00:00+02:00");
  assert.equal(day(new Date("2026-12-31T23:30:00Z")), "2027-01-01");
  assert.equal(clock(new Date("2026-11-24T06:05:00Z")), "7.05");
});

test("today and yesterday have names, by the day and not by the hours between", () => {
  const now = new Date("2026-10-26T00:30:00+01:00");
  assert.equal(when("2026-10-26T00:05:00+01:00", now), "i dag 0.05");
  assert.equal(when("2026-10-25T00:10:00+02:00", now), "i går 0.10");
  assert.match(when("2026-10-24T23:59:00+02:00", now), /^lørdag (den )?24\. oktober$/, "browsers differ in the article");
});
