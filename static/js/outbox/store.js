// @ts-check
// The only place that reads and writes IndexedDB (connection.js opens it). Drafts, the outbox, copies of what was sent, and the kit lie here, each with its owner.
import { answer, on, settled, was_made } from "./connection.js";
import { copied, freed } from "./talk.js";

/** @typedef {import("./queue.js").Waiting} Waiting */

const TABLES = ["drafts", "outbox", "kept"];
const STRICT = { durability: "strict" };

/** @type {Promise<any> | null} */
let begun = null;

/** Does the work in one strict transaction: it is on the disk when the promise is kept.
 * @param {string[]} tables @param {(table: (name: string) => any) => Promise<any> | void} work */
const write = (tables, work) =>
  on(async (db) => {
    const tx = db.transaction(tables, "readwrite", STRICT);
    const on_the_disk = settled(tx);
    on_the_disk.catch(() => {}); // told by the await below, also when the work itself fails first
    const result = await work((name) => tx.objectStore(name));
    await on_the_disk;
    return result;
  });

/** All that lies here, and these values beside it, in one look: one after the other they cost a slow phone a tenth of a second.
 * @param {string[]} keys @returns {Promise<any>} */
export const look = (...keys) =>
  on(async (db) => {
    const tx = db.transaction([...TABLES, "meta"]);
    const asked = [...TABLES.map((name) => tx.objectStore(name).getAll()), ...keys.map((key) => tx.objectStore("meta").get(key))];
    const names = [...TABLES, ...keys];
    return Object.fromEntries((await Promise.all(asked.map(answer))).map((found, place) => [names[place], found]));
  });

/** All that an opening needs, asked for once: by early.js, while the app itself is still on its way. @returns {Promise<any>} */
export function first_look() {
  const nothing = was_made.then(() => Object.fromEntries(TABLES.map((name) => [name, []])));
  begun ??= Promise.race([look("kit", "device", "shut_out", "seen"), nothing]);
  begun.catch(() => {}); // told to the one who waits for it
  return begun;
}

/** Whether anything can be kept here. Rejects with what stands in the way. */
export const opened = () => on(async () => {});

/** @type {(table: string) => Promise<any[]>} */ export const all = (table) => on((db) => answer(db.transaction(table).objectStore(table).getAll()));
/** @type {(key: string) => Promise<any>} */ export const meta = (key) => on((db) => answer(db.transaction("meta").objectStore("meta").get(key)));
/** @param {Record<string, any>} values undefined removes one */
export const keep_meta = (values) =>
  write(["meta"], (table) => {
    for (const [key, value] of Object.entries(values)) value === undefined ? table("meta").delete(key) : table("meta").put(value, key);
  });

/** @param {any} draft */
export const keep_draft = (draft) => write(["drafts"], (table) => void table("drafts").put(draft));
/** @param {string} id */
export const drop_draft = (id) => write(["drafts"], (table) => void table("drafts").delete(id));

/** Changes a draft as it lies on the disk: it may have been written on in since a page read it. @param {string} id
 * @param {(lying: any) => any} change what lies there then; null: nothing */
export const change_draft = (id, change) =>
  write(["drafts"], async (table) => {
    const next = change(await answer(table("drafts").get(id)));
    next ? table("drafts").put(next) : table("drafts").delete(id);
  });

/** A person's deed on one talk: the rule sees what lies here now, and what it says is written before anything else can happen.
 * @param {string} first @param {import("./talk.js").Rule} rule @returns {Promise<import("./talk.js").Deeds | null>} what was done */
export const decide = (first, rule) =>
  write(["drafts", "outbox", "kept"], async (table) => {
    const lying = await answer(table("outbox").index("first").getAll(first));
    const drafts = (await answer(table("drafts").getAll())).filter((/** @type {any} */ one) => one.first === first);
    const deeds = rule(lying, with_earlier(await answer(table("kept").get(first))), drafts);
    if (deeds) carry_out(table, deeds);
    return deeds;
  });

/** Copies of the first schema knew nothing of earlier revisions. @param {any} copy */
const with_earlier = (copy) => copy && { earlier: [], ...copy };
/** @param {(name: string) => any} table @param {import("./talk.js").Deeds} deeds */
function carry_out(table, { add = [], remove = [], forget = [], drafts = [], keep = null }) {
  for (const n of remove) table("outbox").delete(n);
  for (const first of forget) table("kept").delete(first);
  for (const id of drafts) table("drafts").delete(id);
  if (keep) table("drafts").put(keep);
  for (const item of add) table("outbox").put(item);
}

/** Several deeds at once that no rule need look for. @param {import("./talk.js").Deeds & {meta?: Record<string, any>}} deeds */
export const apply = ({ meta = {}, ...deeds }) =>
  write(["drafts", "outbox", "kept", "meta"], (table) => {
    carry_out(table, deeds);
    for (const [key, value] of Object.entries(meta)) table("meta").put(value, key);
  });

/** Changes an item by its latest state on the disk, not by what a page remembers; null takes it out.
 * @param {string} id @param {(item: Waiting) => Waiting | null} change @returns {Promise<Waiting | null | undefined>} undefined: it is gone */
export const change = (id, change) =>
  write(["outbox"], async (table) => {
    const found = await answer(table("outbox").index("id").get(id));
    if (!found) return undefined;
    const next = change(found);
    if (next) table("outbox").put(next);
    else table("outbox").delete(found.n);
    return next;
  });

/** Marks these as offered, as they lie on the disk now: a page may have changed or taken back one a moment ago.
 * @param {Waiting[]} some @param {(item: Waiting) => boolean} may_leave @returns {Promise<Waiting[]>} those that leave */
export const offer = (some, may_leave) =>
  write(["outbox"], async (table) => {
    const leaving = [];
    for (const { n } of some) {
      const found = await answer(table("outbox").get(n));
      if (!found || !may_leave(found)) continue;
      leaving.push({ ...found, state: "offered" });
      if (found.state !== "offered") table("outbox").put({ ...found, state: "offered" });
    }
    return leaving;
  });

/** What came of an envelope, all of it or nothing. What its person took back meanwhile is not brought back.
 * @param {{put: Waiting[], gone: {one: Waiting, sent_at: string | null}[], meta: Record<string, any>}} outcome
 *   `gone`: taken by the store, and when; null: erased there, so no copy is kept */
export const settle = (outcome) =>
  write(["outbox", "kept", "meta"], async (table) => {
    for (const item of outcome.put) if (await answer(table("outbox").getKey(item.n))) table("outbox").put(item);
    for (const { one, sent_at } of outcome.gone) {
      if (!(await answer(table("outbox").getKey(one.n)))) continue;
      table("outbox").delete(one.n);
      if (sent_at) for (const other of freed(one, await answer(table("outbox").index("first").getAll(one.first)))) table("outbox").put(other);
      const before = with_earlier(await answer(table("kept").get(one.first)));
      if (sent_at) table("kept").put(copied(before, one, sent_at));
      else if (before?.item.kind === "conversation") table("kept").delete(one.first);
    }
    for (const [key, value] of Object.entries(outcome.meta)) table("meta").put(value, key);
  });
