// @ts-check
// What the pages of the phone show, read from the store. One place, so that every view says the same.
import { brought_up } from "../capture/draft.js";
import * as store from "../outbox/store.js";
import { latest } from "../outbox/talk.js";

/** @typedef {import("../outbox/queue.js").Waiting} Waiting */
/** @typedef {"unknown" | "ok" | "away" | "busy" | "signed_out" | "revoked" | "no_role"} Net */

export const state = {
  /** @type {any} what /sync/kit said last, of the person this phone belongs to now */ kit: null,
  /** @type {import("../capture/draft.js").Draft[]} */ drafts: [],
  /** @type {Waiting[]} */ outbox: [],
  /** @type {any[]} copies of what was sent in the last fourteen days */ kept: [],
  /** @type {Net} */ net: "unknown",
  sending: false,
  /** what came of what waited, since the store could be reached again; null: it was there all along @type {{sent: number, refused: number} | null} */ back: null,
  /** when the kit was fetched, ms */ kit_at: 0,
  /** talks of others that wait on this phone */ others: 0,
  /** of what is not sent, what cannot be opened: its person is not signed in, or its key is gone */ locked: 0,
  /** what its person spoke last @type {string | undefined} */ language: undefined,
  /** whether it lies here that nobody is let in */ was_out: false,
  /** whether somebody's kit lay here when the app was opened */ was_here: false,
  /** draws anew what is shown */ redraw: () => {},
  /** keeps what stands in an open form @type {(() => Promise<any>) | null} */ writing: null,
  /** news that this phone has shown, by id @type {Set<string>} */ seen: new Set(),
  /** talks that look like another, and are not: by their first id @type {Set<string>} */ new_ones: new Set(),
  /** @type {boolean | null} whether the browser promised to keep what lies here */ persisted: null,
  /** @type {string | null} why the phone cannot keep anything */ broken: null,
  /** @type {(() => void) | null} puts a new release in place */ update: null,
  /** whether a new release waits for a talk that is being written in another window */ update_waits: false,
};

/** Reads everything of the person's own again. */
export async function load() {
  show(await store.look("seen"));
}

/** What lies on the disk, of this person's own. @param {{drafts: any[], outbox: any[], kept: any[], seen?: {person: string, ids: string[]}}} lying */
export function show({ drafts, outbox, kept, seen }) {
  const owner = state.kit?.person.id;
  /** @param {any} one */
  const own = (one) => one.owner === owner && !one.locked;
  state.drafts = drafts.filter(own).sort((a, b) => b.edited_at.localeCompare(a.edited_at));
  state.outbox = outbox.filter(own).sort((a, b) => (a.n ?? 0) - (b.n ?? 0));
  state.seen = new Set(seen?.person === owner ? seen?.ids : []);
  state.locked = [...outbox, ...drafts].filter((one) => one.locked && (!owner || one.owner === owner)).length;
  state.others = outbox.filter((one) => one.owner !== owner).length;
  state.kept = kept.filter(own).sort((a, b) => b.saved_at.localeCompare(a.saved_at));
  // How many are only here, on the icon of the home screen.
  if ("setAppBadge" in navigator) navigator.setAppBadge(state.outbox.length).catch(() => {});
}

/** @param {string} version */
const in_use = (version) => state.kit?.question_sets.find((/** @type {any} */ set) => set.version_id === version);

/** The question set a talk was begun in: the version on its own, kept for ever, or the one in use. @param {string} version */
export const set_of = async (version) => in_use(version) ?? (await store.meta(`set:${version}`));

/** Versions that are in use no more, as far as they were looked up; null: not here. @type {Map<string, any>} */
const earlier = new Map();

/** The same at once, for what is only shown. undefined: it is being looked up, and drawn when that is done; null: it is not here.
 * @param {string} version @param {() => void} draw */
export function set_now(version, draw) {
  const found = in_use(version) ?? earlier.get(version);
  if (!found && !earlier.has(version)) {
    earlier.set(version, undefined);
    store.meta(`set:${version}`).then((set) => (earlier.set(version, set ?? null), draw()), () => earlier.delete(version));
  }
  return found;
}

/** The talk as it stands, waiting or sent. @param {string} first @returns {any} */
export const talk_of = (first) => latest(state.outbox.filter((one) => one.first === first), state.kept.find((one) => one.first === first));

/** What was begun, for the talk as it stands, where it corrects one. @param {import("../capture/draft.js").Draft} draft */
export function going_on(draft) {
  const [talk, copy] = [talk_of(draft.first), state.kept.find((one) => one.first === draft.first)];
  const known = [...state.outbox.map((one) => one.item), copy?.item, ...(copy?.earlier ?? [])];
  return talk ? brought_up(draft, talk.item, known.find((item) => item?.id === draft.replaces)) : draft;
}

/** Every talk of the person's that lies here, newest first; each once, and none that was taken back. */
export function talks() {
  const all = [...[...state.outbox].reverse(), ...state.kept];
  const gone = new Set(all.filter((one) => one.item.kind === "withdrawal").map((one) => one.first));
  return [...new Set(all.map((one) => one.first))].filter((first) => !gone.has(first)).map(talk_of).filter(Boolean);
}
