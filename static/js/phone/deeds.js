// @ts-check
// What a person does with a talk that is saved: answer afterwards, correct, take back. Each is on the disk before the page says so.
import { reopen } from "../capture/draft.js";
import { uuid7 } from "../outbox/ids.js";
import * as store from "../outbox/store.js";
import { answering, may_change, never_left as none_left, releasing, taking_back, undoing } from "../outbox/talk.js";
import { going_on, load, state, talk_of } from "./state.js";

/** @typedef {import("../outbox/queue.js").Waiting} Waiting */

const TWIN_MS = 600_000;

/** @param {string} first */
const by = (first) => ({ id: uuid7(), first, now: Date.now() });

/** A talk with the very same answers that was saved in the last ten minutes, unless its person said that this is a new one.
 * @param {any} item @param {string} first */
export function twin_of(item, first) {
  const [answers, since] = [JSON.stringify(item.answers), Date.now() - TWIN_MS];
  const same = (/** @type {any} */ one) => one.first !== first && Date.parse(one.saved_at) > since && JSON.stringify(one.item.answers) === answers;
  return state.new_ones.has(first) ? null : ([...state.outbox, ...state.kept].find(same) ?? null);
}

/** Answers given on *Gemt*. @param {string} first @param {{quote_scope?: string | null, themes?: any}} answers */
export async function amend(first, answers) {
  await store.decide(first, answering(answers, by(first)));
  await load();
}

/** *Færdig*, or the page is left: it may go. An answer of a moment ago may be on its way to the disk yet, so the disk is asked. @param {string} first */
export async function release(first) {
  await store.decide(first, releasing);
  await load();
}

/** The phone is put away: whatever was held may go. */
export async function release_all() {
  for (const first of new Set(state.outbox.filter((one) => one.state === "held").map((one) => one.first))) await release(first);
}

/** *Ret*: a correction that was begun is gone on with; else what has not left goes back into the form as it is, or an edit is begun.
 * @param {string} first */
export function correct(first) {
  const begun = state.drafts.find((one) => one.first === first);
  if (begun) return going_on(begun);
  const talk = talk_of(first);
  return reopen(talk.item, { owner: state.kit.person.id, first, now: new Date().toISOString(), anew: may_change(talk) });
}

/** As the page knows it; the deed itself looks again. @param {string} first */
export const never_left = (first) => none_left(state.outbox.filter((one) => one.first === first), state.kept.find((one) => one.first === first));

/** *Fortryd*, for what never left: it is a draft again, with every word. @param {string} first
 * @returns {Promise<any>} the draft; null when it has left meanwhile */
export async function undo(first) {
  const done = await store.decide(first, undoing(correct(first)));
  await load();
  return done?.keep ?? null;
}

/** *Tag tilbage*. @param {string} first */
export async function take_back(first) {
  await store.decide(first, taking_back(by(first)));
  await load();
}

/** Sends one that is stuck as it is once more. @param {Waiting} one */
export async function again(one) {
  await store.change(one.id, (found) => (found.state === "stuck" ? { ...found, state: "waiting", problems: [], status: null } : found));
  await load();
}

/** One that is stuck goes, by its person's own word. @param {Waiting} one */
export async function drop(one) {
  await store.change(one.id, (found) => (found.state === "stuck" ? null : found));
  await load();
}
