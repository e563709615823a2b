// @ts-check
// What may happen to a talk on its way, event by event; what an answer and a receipt mean; how long one waits.
import assert from "node:assert/strict";
import { test } from "node:test";
import { batch, counts, elsewhere, HOLD_MS, is_open, judge, MOST_BYTES, read, sendable, step, tally, TRANSITIONS, wait_ms } from "../../static/js/outbox/queue.js";

/** @typedef {import("../../static/js/outbox/queue.js").Waiting} Waiting */

/** @param {Partial<Waiting>} [more] @returns {Waiting} */
const one = (more = {}) => ({ n: 1, id: "a", first: "a", owner: "me", item: { kind: "conversation" }, state: "waiting", saved_at: "2026-11-24T08:00:00Z", hold_until: 0, problems: [], status: null, ...more });
/** @param {number} status @param {any} [json] @param {string | null} [retry_after] */
const answer = (status, json = null, retry_after = null) => ({ status, json, retry_after });
const HASH = "f".repeat(64);

test("only these events move a talk, and nothing but its person or its own receipt takes it out", () => {
  const way_out = Object.entries(TRANSITIONS).flatMap(([state, events]) => Object.entries(events).filter(([, next]) => next === null).map(([event]) => `${state} ${event}`));
  assert.deepEqual(way_out.sort(), ["held undo", "offered duplicate", "offered erased", "offered stored", "stuck drop", "stuck duplicate", "stuck erased", "stuck stored", "waiting undo"]);
  assert.equal(step("held", "stored"), undefined);
  assert.equal(step("waiting", "stored"), undefined);
  assert.equal(step("offered", "undo"), undefined, "its bytes have left: nobody knows whether they arrived");
  assert.equal(step("offered", "fail"), "offered");
  for (const trouble of ["conflict", "needs_help", "unusable", "refuse"]) assert.equal(step("offered", trouble), "stuck");
});

test("the oldest leaves first, of this person's only, and nothing that is held or stuck", () => {
  const all = [one({ n: 3, id: "c" }), one({ n: 1, id: "a", state: "offered" }), one({ n: 2, id: "b", owner: "you" }), one({ n: 4, id: "d", state: "held", hold_until: 101 }), one({ n: 5, id: "e", state: "stuck" }), one({ n: 6, id: "f", state: "held", hold_until: 100 })];
  assert.deepEqual(sendable(all, "me", 100).map(({ id }) => id), ["a", "c", "f"]);
});

test("a hold that a clock set back made years long holds nothing up", () => {
  const held = (/** @type {number} */ hold_until) => [one({ state: "held", hold_until })];
  assert.equal(sendable(held(100 + HOLD_MS), "me", 100).length, 0);
  assert.equal(sendable(held(101 + HOLD_MS), "me", 100).length, 1);
});

test("an envelope holds at most a hundred, and as many bytes as the contract allows, but always one", () => {
  const many = Array.from({ length: 150 }, (_, n) => one({ n }));
  assert.equal(batch(many).length, 100);
  assert.equal(batch(many, 7).length, 7);
  const heavy = one({ item: { text: "x".repeat(MOST_BYTES / 6) } });
  assert.equal(batch([heavy, heavy, heavy]).length, 1);
  assert.equal(batch([one({ item: { text: "x".repeat(MOST_BYTES) } }), one()]).length, 1);
  const sized = Array.from({ length: 100 }, (_, n) => one({ n, item: { text: "x".repeat(9_000) } }));
  assert.ok(batch(sized).reduce((sum, { item }) => sum + 3 * JSON.stringify(item).length, 0) <= MOST_BYTES);
});

test("only an answer of our own schema, with a receipt for each, is one", () => {
  const receipts = { schema: "hoert.receipts/1", receipts: [{}, {}] };
  assert.equal(judge(answer(200, receipts), 2).kind, "receipts");
  for (const json of [null, {}, "<h1>", { receipts: [{}, {}] }, { ...receipts, schema: "x" }, { ...receipts, receipts: [{}] }, { ...receipts, receipts: 2 }])
    assert.equal(judge(answer(200, json), 2).kind, "away", JSON.stringify(json));
  for (const status of [0, 201, 204, 302, 404]) assert.equal(judge(answer(status, receipts), 2).kind, "away", String(status));
});

test("who is shut out is said by the store itself, not by a guest network", () => {
  assert.equal(judge(answer(401, { code: "not_signed_in" }), 1).kind, "signed_out");
  assert.equal(judge(answer(401, { error: "pay" }), 1).kind, "away");
  assert.equal(judge(answer(401), 1).kind, "away");
  assert.equal(judge(answer(403, { code: "revoked" }), 1).kind, "revoked");
  assert.equal(judge(answer(403), 1).kind, "away");
  assert.equal(judge(answer(413), 1).kind, "split");
  assert.equal(judge(answer(400, { code: "malformed" }), 1).kind, "split");
  assert.equal(judge(answer(400), 1).kind, "away");
  assert.equal(judge(answer(419), 1).kind, "token");
});

test("a store that cannot take it says how long to wait", () => {
  assert.deepEqual(judge(answer(503, null, "7"), 1), { kind: "busy", obliged_s: 7 });
  assert.deepEqual(judge(answer(429, null, "60"), 1), { kind: "busy", obliged_s: 60 });
  assert.deepEqual(judge(answer(500, null, "7"), 1), { kind: "busy", obliged_s: 0 });
  const until = (/** @type {string} */ date) => judge({ ...answer(503, null, date), asked_at: Date.parse("2026-10-21T07:27:18.500Z") }, 1).obliged_s;
  assert.equal(until("Wed, 21 Oct 2026 07:28:00 GMT"), 42, "by the clock of whoever answered");
  assert.equal(until("Wed, 21 Oct 2026 07:27:00 GMT"), 0);
  for (const [said, seconds] of [["-5", 0], ["0", 0], ["soon", 0], ["86400", 3600], ["Infinity", 3600]]) assert.equal(until(String(said)), seconds, String(said));
  assert.equal(until("Thu, 22 Oct 2026 07:28:00 GMT"), 3600, "longer than a back-off is kept it would not be kept at all");
  assert.equal(judge(answer(503, null, "Wed, 21 Oct 2099 07:28:00 GMT"), 1).obliged_s, 0, "nobody knows since when");
});

test("a receipt counts only with the item's own id and the fingerprint of what was sent", () => {
  const sent = one({ id: "a", state: "offered" });
  assert.deepEqual(read(sent, { id: "a", sha256: HASH, status: "stored" }, HASH), { event: "stored", next: null, problems: [] });
  for (const receipt of [null, {}, { id: "b", sha256: HASH, status: "stored" }, { id: "a", sha256: "0", status: "stored" }, { id: "a", sha256: HASH, status: "fine" }, { id: "a", sha256: HASH, status: "undo" }, { id: "a", sha256: HASH }])
    assert.equal(read(sent, receipt, HASH).event, null, JSON.stringify(receipt));
  assert.equal(read(sent, { id: "a", sha256: null, status: "stored" }, null).event, null, "what has no fingerprint cannot be acknowledged");
  const helped = read(sent, { id: "a", sha256: null, status: "needs_help", problems: [{ field: "", code: "x", message: "Ret det" }] }, null);
  assert.deepEqual([helped.next, helped.problems.length], ["stuck", 1]);
});

test("each wait is anything up to twice the last, never over five minutes, never less than the store asked for", () => {
  const longest = (/** @type {number} */ failures) => wait_ms(failures, () => 1);
  assert.deepEqual([1, 2, 3, 8, 9, 50].map(longest), [2_000, 4_000, 8_000, 256_000, 300_000, 300_000]);
  assert.equal(wait_ms(9, () => 0), 1_000);
  assert.equal(wait_ms(1, () => 0, 90), 90_000);
});

test("what was never offered is open; what is stuck is counted by itself; others' talks are not counted", () => {
  assert.deepEqual(["held", "waiting", "offered", "stuck"].map((state) => is_open(one({ state: /** @type {any} */ (state) }))), [true, true, false, false]);
  assert.deepEqual(counts([one(), one({ state: "offered" }), one({ state: "stuck" }), one({ owner: "you" })], "me"), { stuck: 1, waiting: 2 });
});

test("what is told as sent are talks that are there now: none that was refused, erased or taken back, and none twice", () => {
  const sent = (/** @type {any} */ more, sent_at = "2026-11-24T08:00:00Z") => ({ one: one(more), sent_at: /** @type {string | null} */ (sent_at) });
  const gone = [sent({ first: "a" }), sent({ id: "a2", first: "a" }), sent({ first: "b", item: { kind: "withdrawal" } }), { ...sent({ first: "c" }), sent_at: null }];
  const put = [one({ state: "stuck", status: "needs_help" }), one({ state: "stuck", status: "conflict" })];
  const { talks, refused } = tally({ put, gone });
  assert.deepEqual([[...new Set(talks)], refused], [["a"], 2]);
  assert.deepEqual(tally({ put, gone: [] }), { talks: [], refused: 2 });
});

test("what lies in the store's box and is shown here as stuck is not counted twice", () => {
  const all = [one({ state: "stuck", status: "needs_help" }), one({ state: "stuck", status: "conflict" }), one({ state: "stuck", status: "refused" }), one({ state: "stuck", status: "needs_help", owner: "you" }), one()];
  assert.deepEqual([0, 1, 2, 3].map((boxed) => elsewhere(all, "me", boxed)), [0, 0, 0, 1]);
  assert.equal(elsewhere(all, "me", undefined), 0, "a kit of before");
  assert.equal(elsewhere([], "me", 2), 2);
});
