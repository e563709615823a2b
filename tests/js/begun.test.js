// @ts-check
// What was begun and not saved, in a store that is really there: correcting, undoing, taking back and forgetting lose none of it, and leave none of it.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { begin, reopen } from "../../static/js/capture/draft.js";
import * as store from "../../static/js/outbox/store.js";
import { amend, correct, release, release_all, take_back, undo } from "../../static/js/phone/deeds.js";
import { fetch_kit } from "../../static/js/phone/kit.js";
import { save } from "../../static/js/phone/saving.js";
import { load, state } from "../../static/js/phone/state.js";

Object.assign(globalThis, { document: { documentElement: { lang: "da" } } });
const GUARD = { cpr: { pattern: "(\\d{2})()(\\d{2})(\\d{2})-(\\d{4})", mask: "••••••-••••", severity: "mask" } };
const SET = { id: "s", version_id: "v", version: 1, questions: [{ id: "q", kind: "long_text", choices: [] }], about: {} };
const kit = (/** @type {string[]} */ ...forget) => ({ person: { id: "me", name: "L" }, language: "da", guard: GUARD, question_sets: [SET], units: [], themes: [], forget, epoch: "e", server_time: new Date().toISOString() });
const written = () => state.drafts.map((one) => one.answers.q);

beforeEach(async () => {
  state.kit = kit();
  await load();
  await store.apply({ drafts: state.drafts.map((one) => one.id), remove: state.outbox.map((one) => one.n ?? -1), forget: state.kept.map((one) => one.first) });
  await load();
});

/** A talk that was saved, and sent if so. */
async function saved(is_sent = false) {
  const draft = { ...begin({ owner: "me", version: "v", unit: "u", opened_at: "2026-11-18T08:12:00+01:00" }), answers: { q: "Kort" } };
  await save(draft, SET);
  if (is_sent) await store.settle({ put: [], gone: [{ one: state.outbox[0], sent_at: new Date().toISOString() }], meta: {} });
  await load();
  return draft.first;
}

/** *Ret*, some words more, *Luk*. @param {string} first */
async function corrected_in_part(first, words = "Kort. Og en lang historie") {
  await store.keep_draft({ ...correct(first), answers: { q: words } });
  await load();
}

for (const is_sent of [false, true])
  test(`a second Ret goes on with the correction that was begun, of a talk that ${is_sent ? "was sent" : "never left"}`, async () => {
    const first = await saved(is_sent);
    await corrected_in_part(first);
    const again = correct(first);
    assert.equal(again.answers.q, "Kort. Og en lang historie");
    await store.keep_draft({ ...again, answers: { q: `${again.answers.q}.` } });
    await load();
    assert.deepEqual(written(), ["Kort. Og en lang historie."]);
  });

test("Fortryd keeps the correction that was begun, also one that this page has not read", async () => {
  const first = await saved();
  await store.keep_draft({ ...correct(first), answers: { q: "Kort. Skrevet i en anden fane" } });
  const draft = await undo(first);
  assert.equal(draft.answers.q, "Kort. Skrevet i en anden fane");
  assert.deepEqual([written(), state.outbox], [["Kort. Skrevet i en anden fane"], []]);
});

const ANSWERED = { quote_scope: "area", themes: { confirmed: ["t"], rejected: [], tones: {} } };

for (const is_sent of [false, true])
  test(`Færdig at once after an answer lets that go too, of a talk that ${is_sent ? "was sent" : "never left"}`, async () => {
    const first = await saved(is_sent);
    const answered = amend(first, ANSWERED);
    await release(first);
    await answered;
    assert.deepEqual(state.outbox.map((one) => [one.state, one.item.quote_scope]), [["waiting", "area"]]);
  });


test("theme and quoting answered after a correction was begun stay, whatever way goes on with it", async () => {
  for (const way of [(/** @type {string} */ first) => correct(first), undo]) {
    const first = await saved();
    await corrected_in_part(first);
    await amend(first, ANSWERED);
    const draft = await way(first);
    assert.deepEqual([draft.answers.q, draft.id, draft.revision, draft.quote_scope, draft.themes.confirmed], ["Kort. Og en lang historie", first, 1, "area", ["t"]]);
  }
});

test("answered of a talk that was sent, they are an edit of their own, and what was begun becomes one of that", async () => {
  const first = await saved(true);
  await corrected_in_part(first);
  await amend(first, ANSWERED);
  await release_all();
  const [edit] = state.outbox;
  await save(correct(first), SET);
  const [, last] = state.outbox;
  assert.deepEqual([last.item.replaces, last.item.revision, last.item.quote_scope, last.item.answers[0].text], [edit.id, 3, "area", "Kort. Og en lang historie"]);
});

test("where the words were corrected elsewhere, it stays a correction of what it was begun from", async () => {
  const first = await saved(true);
  await corrected_in_part(first);
  await save({ ...reopen(state.kept[0].item, { owner: "me", first, now: new Date().toISOString() }), answers: { q: "Rettet et andet sted" } }, SET);
  assert.deepEqual([correct(first).replaces, correct(first).revision, correct(first).answers.q], [first, 2, "Kort. Og en lang historie"]);
});

test("Fortryd without one gives back what was saved", async () => {
  const draft = await undo(await saved());
  assert.deepEqual([draft.answers.q, written(), state.outbox], ["Kort", ["Kort"], []]);
});

for (const is_sent of [false, true])
  test(`taken back, no word of a talk that ${is_sent ? "was sent" : "never left"} stays in a correction that was begun`, async () => {
    const [first, other] = [await saved(is_sent), begin({ owner: "me", version: "v", unit: "u", opened_at: "2026-11-18T08:12:00+01:00" })];
    await corrected_in_part(first);
    await store.keep_draft({ ...other, answers: { q: "En anden samtale" } });
    await take_back(first);
    assert.deepEqual(written(), ["En anden samtale"]);
    assert.deepEqual(state.outbox.map((one) => one.item.kind), is_sent ? ["withdrawal"] : []);
  });

test("what the kit says is erased goes from what was begun, and nothing of another talk or person", async () => {
  const first = await saved(true);
  await corrected_in_part(first);
  const [other, of_bo] = ["En anden samtale", "Bos"].map((q) => ({ ...begin({ owner: q === "Bos" ? "bo" : "me", version: "v", unit: "u", opened_at: "2026-11-18T08:12:00+01:00" }), answers: { q } }));
  await store.keep_draft(other);
  await store.keep_draft(of_bo);
  await store.keep_draft({ ...reopen(state.kept[0].item, { owner: "bo", first, now: new Date().toISOString() }), answers: { q: "Bos egne" } });
  Object.assign(globalThis, { fetch: async () => ({ status: 200, headers: new Headers(), json: async () => kit(first) }) });
  assert.equal(await fetch_kit(), true);
  assert.deepEqual([written(), state.kept], [["En anden samtale"], []]);
  assert.deepEqual((await store.all("drafts")).filter((one) => one.owner === "bo").map((one) => one.answers.q).sort(), ["Bos", "Bos egne"]);
  await store.drop_draft(of_bo.id);
});

test("a draft is changed as it lies on the disk", async () => {
  const draft = begin({ owner: "me", version: "v", unit: "u", opened_at: "2026-11-18T08:12:00+01:00" });
  await store.keep_draft({ ...draft, answers: { q: "Skrevet imens" } });
  await store.change_draft(draft.id, (lying) => ({ ...lying, promised: true }));
  await load();
  assert.deepEqual(state.drafts.map((one) => [one.answers.q, one.promised]), [["Skrevet imens", true]]);
  await store.change_draft(draft.id, () => null);
  await load();
  assert.deepEqual(state.drafts, []);
});
