// @ts-check
// What a person's deed does to what lies here of one talk. Pure: each rule is given what is on the disk now and says what to write.
import { HOLD_MS, is_open } from "./queue.js";

/** @typedef {import("./queue.js").Waiting} Waiting */
/** What was sent of a talk: its newest revision, and the earlier ones, for a store that went back in time.
 * @typedef {{first: string, id: string, owner: string, item: any, sent_at: string, saved_at: string, earlier: any[]}} Copy */
/** `add`: items with an `n` replace the one that has it. `drafts`: ids that go. `keep`, `keeps`: drafts that are kept. `forget`: copies
 * that go, by their first ids; `copies`: those that are kept. `meta`: values by name.
 * @typedef {{add?: Waiting[], remove?: number[], forget?: string[], drafts?: string[], keep?: any, keeps?: any[], copies?: any[], meta?: Record<string, any>}} Deeds */
/** What came of an envelope. `gone`: taken by the store, and when; null: erased there, so no copy is kept.
 * @typedef {{put: Waiting[], gone: {one: Waiting, sent_at: string | null}[], meta: Record<string, any>}} Outcome */
/** `drafts`: corrections of the talk that were begun and not saved.
 * @typedef {(lying: Waiting[], copy: Copy | undefined, drafts?: any[]) => Deeds | null} Rule  null: it may not be done (any more) */

/** @param {any} item @param {string} first @param {string} owner @param {number} now ms @returns {Waiting} */
export const held = (item, first, owner, now) => ({ id: item.id, first, owner, item, state: "held", saved_at: new Date(now).toISOString(), hold_until: now + HOLD_MS, problems: [], status: null });

/** The talk as it stands: its last revision that waits, else the copy of what was sent. Of a store that went back an earlier revision
 * may wait behind a later one. @param {Waiting[]} lying @param {Copy} [copy] */
export function latest(lying, copy) {
  const talks = lying.filter((one) => one.item.kind === "conversation").sort((a, b) => a.item.revision - b.item.revision);
  return talks.at(-1) ?? (copy?.item.kind === "conversation" ? copy : null);
}

/** Whether its content may still be changed as it is: it never left, or came back unused. Of two versions both stay.
 * @param {any} one */
export const may_change = (one) => Boolean(one?.state) && (is_open(one) || (one.state === "stuck" && one.status !== "conflict"));

/** Whether every bit of the talk is on this phone only. @type {(lying: Waiting[], copy: Copy | undefined) => boolean} */
export const never_left = (lying, copy) => !copy && lying.every(is_open);

/** *Gem*: it takes the place of the item it corrects; when that has left meanwhile it becomes an edit of it.
 * @param {string} draft @param {Waiting} one @param {string} id for the edit @returns {Rule} */
export const saving = (draft, one, id) => (lying, copy) => {
  const old = lying.find((other) => other.id === one.id);
  const sent = copy && [copy.item, ...copy.earlier].some((item) => item.id === one.id);
  if (!sent && (!old || may_change(old))) return { drafts: [draft], add: [old ? { ...one, n: old.n } : one] };
  return { drafts: [draft], add: [edit(one, latest(lying, copy)?.item ?? one.item, id)] };
};

/** Theme and quoting: in the item itself while it may change, else as an edit, which waits for more answers too.
 * @param {any} answers @param {{id: string, first: string, now: number}} by @returns {Rule} */
export const answering = (answers, { id, first, now }) => (lying, copy) => {
  const last = latest(lying, copy);
  if (!last) return null;
  const item = { ...last.item, ...answers };
  if (!may_change(last)) return { add: [edit(held(item, first, last.owner, now), last.item, id)] };
  const waiting = /** @type {Waiting} */ (last);
  return { add: [{ ...waiting, item, ...(waiting.state === "stuck" ? {} : { state: /** @type {const} */ ("held"), hold_until: now + HOLD_MS }) }] };
};

/** *Færdig*, or the page is left: it may go. @type {Rule} */
export const releasing = (lying) => {
  const held = lying.filter((one) => one.state === "held");
  return held.length ? { add: held.map((one) => ({ ...one, state: "waiting", hold_until: 0 })) } : null;
};

/** *Fortryd*: a draft again, with every word; only what never left. A correction that was begun is written on in. @param {any} draft @returns {Rule} */
export const undoing = (draft) => (lying, copy, drafts = []) => {
  const [last, begun] = [latest(lying, copy), newest(drafts)];
  if (!last || !never_left(lying, copy)) return null;
  return { remove: numbers(lying), keep: begun ? { ...begun, themes: last.item.themes, quote_scope: last.item.quote_scope } : draft };
};

/** *Tag tilbage*: the words go from the phone at once, those of a correction that was begun too; the store is told when any of it may have come there. It is told by the first
 * revision: a later one may be known on this phone only, and then nothing would go there.
 * @param {{id: string, first: string, now: number}} by @returns {Rule} */
export const taking_back = ({ id, first, now }) => (lying, copy, drafts = []) => {
  const last = latest(lying, copy);
  if (!last || lying.some((one) => one.item.kind === "withdrawal")) return null;
  const gone = { remove: numbers(lying), forget: [first], drafts: drafts.map((one) => one.id) };
  if (never_left(lying, copy)) return gone;
  return { ...gone, add: [{ ...held({ id, kind: "withdrawal", of: first }, first, last.owner, now), state: "waiting", hold_until: 0 }] };
};

/** Copies of the first schema knew nothing of earlier revisions. @param {any} copy */
export const with_earlier = (copy) => copy && { earlier: [], ...copy };

/** What an envelope's outcome makes of what lies here of its talks. What its person took back meanwhile is not brought back.
 * @param {Outcome} outcome @returns {(lying: {outbox: Waiting[], kept: Copy[]}) => Deeds} */
export const settling = ({ put, gone, meta }) => ({ outbox, kept }) => {
  const [items, copies] = [new Map(outbox.map((one) => [one.n, one])), new Map(kept.map((one) => [one.first, with_earlier(one)]))];
  const [add, remove, forget] = [new Map(), /** @type {number[]} */ ([]), new Set()];
  const lie = (/** @type {Waiting} */ one) => void (items.set(one.n, one), add.set(one.n, one));
  for (const one of put) if (items.has(one.n)) lie(one);
  for (const { one, sent_at } of gone) {
    if (!items.delete(one.n)) continue;
    add.delete(one.n);
    remove.push(one.n ?? -1);
    if (sent_at) freed(one, [...items.values()].filter((other) => other.first === one.first)).forEach(lie);
    const before = copies.get(one.first);
    if (sent_at) copies.set(one.first, copied(before, one, sent_at)), forget.delete(one.first);
    else if (before?.item.kind === "conversation") copies.delete(one.first), forget.add(one.first);
  }
  const changed = [...copies.values()].filter((copy) => gone.some(({ one, sent_at }) => sent_at && one.first === copy.first));
  return { add: [...add.values()], remove, forget: [...forget], copies: changed, meta };
};

/** The copy after one more item was taken by the store: the newest revision is the talk, the others stand behind it.
 * @param {Copy | undefined} before @param {Waiting} one @param {string} sent_at @returns {Copy} */
export function copied(before, one, sent_at) {
  const made = { first: one.first, id: one.id, owner: one.owner, item: one.item, sent_at, saved_at: one.saved_at, earlier: [] };
  if (!before || one.item.kind === "withdrawal") return made;
  const others = [...before.earlier, before.item].filter((item) => item.id !== one.id);
  const all = [...others, one.item].sort((a, b) => a.revision - b.revision);
  return { ...made, saved_at: before.saved_at > one.saved_at ? before.saved_at : one.saved_at, id: all.at(-1).id, item: all.at(-1), earlier: all.slice(0, -1) };
}

/** Edits that came to the store before what they edit, and lie stuck: now that it is there they may leave again.
 * @param {Waiting} taken @param {Waiting[]} lying @returns {Waiting[]} */
export const freed = (taken, lying) => lying.filter((one) => one.status === "needs_help" && one.state === "stuck" && one.item.replaces === taken.id).map((one) => ({ ...one, state: "waiting", status: null, problems: [] }));

/** Everything of a copy, to be offered once more. @param {Copy} copy @returns {Waiting[]} */
export const offered_again = (copy) => [...copy.earlier, copy.item].map((item) => ({ id: item.id, first: copy.first, owner: copy.owner, item, saved_at: copy.saved_at, state: "waiting", hold_until: 0, problems: [], status: null }));

/** @param {Waiting} one @param {any} of @param {string} id @returns {Waiting} */
const edit = (one, of, id) => ({ ...one, id, item: { ...one.item, id, replaces: of.id, revision: of.revision + 1 } });

/** Of several that were begun, the one that was written in last. @param {any[]} drafts */
const newest = (drafts) => [...drafts].sort((a, b) => a.edited_at.localeCompare(b.edited_at)).at(-1);

/** @param {Waiting[]} lying */
const numbers = (lying) => lying.map((one) => one.n ?? -1);
