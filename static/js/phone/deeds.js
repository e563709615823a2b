// @ts-check
// What a person does with a talk: save, answer afterwards, correct, take back. Each is on the disk before the page says so.
import { reopen, to_item } from "../capture/draft.js";
import { uuid7 } from "../outbox/ids.js";
import { is_open } from "../outbox/queue.js";
import * as store from "../outbox/store.js";
import { load, state, talk_of } from "./state.js";

/** @typedef {import("../outbox/queue.js").Waiting} Waiting */

/** How long a talk waits on *Gemt* for the theme and the quoting, so that a usual talk is one item. */
export const HOLD_MS = 10_000;

/** @param {any} item @param {string} first @returns {Waiting} */
function held(item, first) {
  const now = Date.now();
  return { id: item.id, first, owner: state.kit.person.id, item, state: "held", saved_at: new Date(now).toISOString(), hold_until: now + HOLD_MS, problems: [], status: null };
}

/** *Gem*. @param {import("../capture/draft.js").Draft} draft @param {any} set */
export async function save(draft, set) {
  const item = to_item(draft, set, state.kit.guard);
  await store.save(draft.id, held(item, draft.first));
  await load();
  ask_to_keep();
  return item;
}

/** A talk with the very same answers that was saved in the last ten minutes. @param {any} item @param {string} first */
export function twin_of(item, first) {
  const [answers, since] = [JSON.stringify(item.answers), Date.now() - 600_000];
  const same = (/** @type {any} */ one) => one.first !== first && JSON.stringify(one.item.answers) === answers && new Date(one.saved_at).getTime() > since;
  return [...state.outbox, ...state.kept].find(same) ?? null;
}

/**
 * Answers given on *Gemt*: the item itself while it has not left, afterwards an edit of it, which waits for more answers too.
 * @param {string} first @param {{quote_scope?: string | null, themes?: any}} answers
 */
export async function amend(first, answers) {
  const latest = talk_of(first);
  if (!latest) return;
  const hold_until = Date.now() + HOLD_MS;
  let changed = false;
  if (latest.state)
    await store.change(latest.id, (one) => {
      changed = is_open(one) || one.state === "stuck";
      return changed ? { ...one, item: { ...one.item, ...answers }, state: one.state === "stuck" ? one.state : "held", hold_until } : one;
    });
  if (!changed) {
    const { item } = latest;
    await store.apply({ add: [held({ ...item, ...answers, id: uuid7(), replaces: item.id, revision: item.revision + 1 }, first)] });
  }
  await load();
}

/** *Færdig*, or the page is left: it may go. @param {string} first */
export async function release(first) {
  for (const one of state.outbox.filter((other) => other.first === first && other.state === "held"))
    await store.change(one.id, (found) => (found.state === "held" ? { ...found, state: "waiting", hold_until: 0 } : found));
  await load();
}

/** *Ret*: what has not left goes back into the form as it is, else an edit is begun. @param {string} first */
export function correct(first) {
  const talk = talk_of(first);
  const anew = Boolean(talk.state) && (is_open(talk) || talk.state === "stuck");
  return reopen(talk.item, { owner: state.kit.person.id, first, now: new Date().toISOString(), anew });
}

/** Whether every bit of the talk is still on this phone only. @param {string} first */
export function never_left(first) {
  return !state.kept.some((one) => one.first === first) && state.outbox.filter((one) => one.first === first).every(is_open);
}

/** *Fortryd*, for what never left: it is a draft again, with every word. @param {string} first */
export async function undo(first) {
  const draft = correct(first);
  await store.keep_draft(draft);
  await drop(first);
  return draft;
}

/** *Tag tilbage*: the words go from the phone at once; the store hears it as soon as there is a way. @param {string} first */
export async function take_back(first) {
  const talk = talk_of(first);
  const withdrawal = { id: uuid7(), kind: "withdrawal", of: talk.id };
  const add = never_left(first) ? [] : [{ ...held(withdrawal, first), state: /** @type {const} */ ("waiting"), hold_until: 0 }];
  await store.apply({ add, remove: numbers(first), forget: [first] });
  await load();
}

/** @param {string} first */
async function drop(first) {
  await store.apply({ remove: numbers(first), forget: [first] });
  await load();
}

/** @param {string} first @returns {number[]} */
const numbers = (first) => state.outbox.filter((one) => one.first === first).map((one) => one.n ?? -1);

/** @param {string} id */
export async function drop_draft(id) {
  await store.drop_draft(id);
  await load();
}

/** Sends one that is stuck as it is once more. @param {Waiting} one */
export async function again(one) {
  await store.change(one.id, (found) => (found.state === "stuck" ? { ...found, state: "waiting", problems: [], status: null } : found));
  await load();
}

/** The browser may clear what it has not promised to keep; it is asked once there is something to keep. */
async function ask_to_keep() {
  state.persisted = (await navigator.storage?.persisted?.()) || ((await navigator.storage?.persist?.()) ?? null);
}
