// @ts-check
// What a person's deed does to what lies on the phone of one talk, in every state it may be in when the deed arrives.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HOLD_MS } from "../../static/js/outbox/queue.js";
import { answering, copied, freed, held, latest, may_change, never_left, offered_again, releasing, saving, taking_back, undoing } from "../../static/js/outbox/talk.js";

const ANNE = "anne";
const item = (id = "a", more = {}) => ({ id, kind: "conversation", revision: 1, replaces: null, answers: [{ question: "q", text: id }], themes: { confirmed: [], rejected: [], tones: {} }, quote_scope: null, ...more });
/** @param {any} [more] @returns {any} */
const lying = ({ item: content = item(), ...more } = {}) => ({ ...held(content, "a", ANNE, 1_000), n: 7, ...more });
/** @param {any} [more] @returns {any} */
const copy = (more = {}) => ({ first: "a", id: "a", owner: ANNE, item: item(), sent_at: "2026-11-24T08:00:00Z", saved_at: "2026-11-24T07:59:00Z", earlier: [], ...more });
const by = { id: "new", owner: ANNE, first: "a", now: 5_000 };
const withdrawal = { id: "w", kind: "withdrawal", of: "a" };

test("a first talk is added, and its draft goes with the same stroke", () => {
  const one = held(item(), "a", ANNE, 1_000);
  assert.deepEqual(saving("a", one, "new")([], undefined), { drafts: ["a"], add: [one] });
  assert.equal(one.hold_until, 1_000 + HOLD_MS);
});

for (const state of ["held", "waiting", "stuck"])
  test(`corrected while it is ${state}, it takes its own place in the queue`, () => {
    const one = held(item("a", { answers: [{ question: "q", text: "rettet" }] }), "a", ANNE, 9_000);
    assert.deepEqual(saving("a", one, "new")([lying({ state })], undefined), { drafts: ["a"], add: [{ ...one, n: 7 }] });
  });

test("corrected while it was sent behind the form's back, it becomes an edit with every word", () => {
  const one = held(item("a", { answers: [{ question: "q", text: "rettet" }] }), "a", ANNE, 9_000);
  for (const [there, kept] of [[[lying({ state: "offered" })], undefined], [[], copy()], [[], copy({ id: "b", item: item("b", { revision: 2, replaces: "a" }), earlier: [item()] })]]) {
    const added = saving("a", one, "new")(/** @type {any} */ (there), /** @type {any} */ (kept))?.add?.[0];
    const of = kept?.item ?? item();
    assert.deepEqual([added?.id, added?.item.id, added?.item.replaces, added?.item.revision, added?.n], ["new", "new", of.id, of.revision + 1, undefined]);
    assert.equal(added?.item.answers[0].text, "rettet");
  }
});

test("an edit of a sent talk is added beside nothing and replaces nothing in the queue", () => {
  const edit = held(item("b", { revision: 2, replaces: "a" }), "a", ANNE, 9_000);
  assert.deepEqual(saving("b", edit, "new")([], copy()), { drafts: ["b"], add: [edit] });
});

test("one of two versions is never written over", () => {
  const both = lying({ state: "stuck", status: "conflict" });
  assert.equal(may_change(both), false);
  assert.equal(saving("a", held(item(), "a", ANNE, 9_000), "new")([both], undefined)?.add?.[0].id, "new");
  assert.equal(answering({ quote_scope: "area" }, by)([both], undefined)?.add?.[0].id, "new");
});

test("an answer goes into what has not left, and holds it ten seconds more", () => {
  for (const state of ["held", "waiting"]) {
    const added = answering({ quote_scope: "area" }, by)([lying({ state })], undefined)?.add?.[0];
    assert.deepEqual([added?.n, added?.id, added?.state, added?.hold_until, added?.item.quote_scope], [7, "a", "held", 15_000, "area"]);
  }
  const stuck = answering({ quote_scope: "area" }, by)([lying({ state: "stuck", status: "needs_help" })], undefined)?.add?.[0];
  assert.deepEqual([stuck?.state, stuck?.status, stuck?.item.quote_scope], ["stuck", "needs_help", "area"]);
});

test("an answer to what has left is one edit, and the next answer goes into that", () => {
  const first = answering({ quote_scope: "area" }, by)([], copy())?.add?.[0];
  assert.deepEqual([first?.id, first?.state, first?.item.replaces, first?.item.revision], ["new", "held", "a", 2]);
  const next = answering({ themes: { confirmed: ["t"], rejected: [], tones: {} } }, { ...by, id: "newer" })([{ .../** @type {any} */ (first), n: 8 }], copy())?.add?.[0];
  assert.deepEqual([next?.id, next?.n, next?.item.quote_scope, next?.item.themes.confirmed], ["new", 8, "area", ["t"]]);
  assert.equal(answering({ quote_scope: "area" }, by)([], undefined), null);
});

test("what is held is let go, and nothing else is touched", () => {
  assert.deepEqual(releasing([lying(), lying({ n: 8, state: "offered" })], undefined), { add: [{ ...lying(), state: "waiting", hold_until: 0 }] });
});

test("undo is for what never left: afterwards it is refused", () => {
  const draft = { id: "a" };
  assert.deepEqual(undoing(draft)([lying({ state: "waiting" })], undefined), { remove: [7], keep: draft });
  assert.equal(undoing(draft)([lying({ state: "offered" })], undefined), null);
  assert.equal(undoing(draft)([lying({ state: "waiting" })], copy()), null);
  assert.equal(undoing(draft)([], undefined), null);
});

test("taken back before it left, nobody need hear of it; afterwards the store is told, by the revision it is sure to know", () => {
  assert.deepEqual(taking_back(by)([lying()], undefined), { remove: [7], forget: ["a"], drafts: [] });
  for (const [there, kept, of] of [[[lying({ state: "offered" })], undefined, "a"], [[], copy(), "a"], [[lying({ item: item("b", { revision: 2, replaces: "a" }), n: 8 })], copy(), "a"], [[lying({ state: "stuck", status: "needs_help" })], undefined, "a"]]) {
    const deeds = taking_back(by)(/** @type {any} */ (there), /** @type {any} */ (kept));
    assert.deepEqual(deeds?.add?.map((one) => [one.item, one.state, one.first]), [[{ id: "new", kind: "withdrawal", of }, "waiting", "a"]]);
    assert.deepEqual(deeds?.forget, ["a"]);
  }
  assert.equal(taking_back(by)([lying({ item: withdrawal })], undefined), null, "once is enough");
  assert.equal(taking_back(by)([], copy({ item: withdrawal })), null);
});

test("a correction that was begun is written on in after undo, and goes when the talk is taken back", () => {
  const begun = [{ id: "d", edited_at: "2026-11-24T08:00:00Z" }, { id: "e", edited_at: "2026-11-24T09:00:00Z" }];
  assert.deepEqual(undoing({ id: "a" })([lying()], undefined, begun), { remove: [7], keep: { ...begun[1], themes: item().themes, quote_scope: null } });
  assert.deepEqual(taking_back(by)([lying()], undefined, begun)?.drafts, ["d", "e"]);
  assert.deepEqual(taking_back(by)([], copy(), begun)?.drafts, ["d", "e"]);
});

test("the talk as it stands is what waits last, else what was sent; a withdrawal is no talk", () => {
  assert.equal(latest([lying(), lying({ item: item("b", { revision: 2 }) })], copy())?.item.id, "b");
  assert.equal(latest([], copy())?.item.id, "a");
  assert.equal(latest([lying({ item: withdrawal })], undefined), null);
  assert.equal(never_left([lying(), lying({ state: "waiting" })], undefined), true);
  assert.equal(never_left([lying(), lying({ state: "stuck" })], undefined), false);
});

test("a copy holds the newest revision and the earlier ones behind it, whatever the order they were taken in", () => {
  const [one, two, three] = [item("a"), item("b", { revision: 2, replaces: "a" }), item("c", { revision: 3, replaces: "b" })];
  const after = (/** @type {any[]} */ ...items) => items.reduce((kept, content) => copied(kept, lying({ item: content, id: content.id }), "2026-11-24T09:00:00Z"), /** @type {any} */ (undefined));
  for (const order of [[one, two, three], [three, one, two], [two, three, one], [one, two, three, two]]) {
    const made = after(...order);
    assert.deepEqual([made.id, made.item.id, made.earlier.map((/** @type {any} */ { id }) => id)], ["c", "c", ["a", "b"]]);
    assert.deepEqual(offered_again(made).map((again) => [again.id, again.state, again.first]), [["a", "waiting", "a"], ["b", "waiting", "a"], ["c", "waiting", "a"]]);
  }
  assert.deepEqual(copied(copy(), lying({ item: withdrawal, id: "w" }), "2026-11-24T09:00:00Z").earlier, [], "no word stays after a talk was taken back");
});

test("of a store that went back an earlier revision may wait behind a later one: the talk is the later", () => {
  const [later, earlier] = [lying({ n: 1, item: item("b", { revision: 2, replaces: "a" }) }), lying({ n: 2 })];
  assert.equal(latest([later, earlier], undefined)?.item.id, "b");
});

test("an edit that came before its talk is free again when the talk is taken, and nothing else is", () => {
  const edit = lying({ n: 8, item: item("b", { revision: 2, replaces: "a" }), state: "stuck", status: "needs_help" });
  assert.deepEqual(freed(lying(), [edit]), [{ ...edit, state: "waiting", status: null, problems: [] }]);
  for (const other of [{ status: "conflict" }, { state: "waiting" }, { item: item("c", { revision: 2, replaces: "x" }) }]) assert.deepEqual(freed(lying(), [{ ...edit, ...other }]), []);
});

test("what is done to a talk is done as its own person, whoever the phone belongs to now", () => {
  const [sent, by_bo] = [lying({ state: "offered" }), { ...by, owner: "bo" }];
  const done = [answering({ quote_scope: "area" }, by_bo), taking_back(by_bo)];
  for (const rule of done) assert.deepEqual(rule([sent], undefined)?.add?.map((one) => one.owner), [ANNE]);
});
