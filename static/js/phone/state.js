// @ts-check
// What the pages of the phone show, read from the store. One place, so that every view says the same.
import * as store from "../outbox/store.js";

/** @typedef {import("../outbox/queue.js").Waiting} Waiting */
/** @typedef {"unknown" | "ok" | "away" | "signed_out" | "revoked" | "other_person" | "wait" | "no_role"} Net */

export const state = {
  /** @type {any} what /sync/kit said last, of the person this phone belongs to now */ kit: null,
  /** @type {import("../capture/draft.js").Draft[]} */ drafts: [],
  /** @type {Waiting[]} */ outbox: [],
  /** @type {any[]} copies of what was sent in the last fourteen days */ kept: [],
  /** @type {Net} */ net: "unknown",
  sending: false,
  /** how many were sent since the page was told that the network is back */ sent: 0,
  /** @type {boolean | null} whether the browser promised to keep what lies here */ persisted: null,
  /** @type {string | null} why the phone cannot keep anything */ broken: null,
  /** @type {(() => void) | null} puts a new release in place */ update: null,
};

/** Reads everything of the person's own again. */
export async function load() {
  const owner = state.kit?.person.id;
  /** @param {any} one */
  const own = (one) => one.owner === owner;
  const [drafts, outbox, kept] = await Promise.all(["drafts", "outbox", "kept"].map(store.all));
  state.drafts = drafts.filter(own).sort((a, b) => b.edited_at.localeCompare(a.edited_at));
  state.outbox = outbox.filter(own).sort((a, b) => (a.n ?? 0) - (b.n ?? 0));
  state.kept = kept.filter(own).sort((a, b) => b.saved_at.localeCompare(a.saved_at));
}

/** The question set a talk was begun in: the version on its own, kept for ever, or the one in use. @param {string} version */
export async function set_of(version) {
  return state.kit?.question_sets.find((/** @type {any} */ set) => set.version_id === version) ?? (await store.meta(`set:${version}`));
}

/** The talk as it stands: what waits last of it, else the copy of what was sent. @param {string} first */
export function talk_of(first) {
  const waiting = state.outbox.filter((one) => one.first === first && one.item.kind === "conversation").at(-1);
  return waiting ?? state.kept.find((one) => one.first === first) ?? null;
}

/** Every talk of the person's that lies here, newest first; each once. */
export function talks() {
  const firsts = [...state.outbox.filter((one) => one.item.kind === "conversation").reverse().map((one) => one.first), ...state.kept.map((one) => one.first)];
  const gone = new Set(state.outbox.filter((one) => one.item.kind === "withdrawal").map((one) => one.first));
  return [...new Set(firsts)].filter((first) => !gone.has(first)).map((first) => talk_of(first)).filter(Boolean);
}
