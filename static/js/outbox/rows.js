// @ts-check
// Rows as they lie, sealed where their person has a key here, and as the app knows them. Nothing is sealed or opened within a
// transaction, which does not survive waiting for anything else: what was thought of is written if nothing of it changed meanwhile.
import { answer, on, settled } from "./connection.js";
import { held } from "./keeper.js";
import * as keys from "./seal.js";

const STRICT = { durability: "strict" };
/** What of a row stays readable: what it is found by, whose it is, and whether it may leave. */
const FACE = ["n", "id", "first", "owner", "state", "hold_until"];

/** Does the work in one strict transaction: it is on the disk when the promise is kept.
 * @template T @param {string[]} tables @param {(table: (name: string) => any) => Promise<T> | T} work @returns {Promise<T>} */
export const write = (tables, work) =>
  on(async (db) => {
    const tx = db.transaction(tables, "readwrite", STRICT);
    const on_the_disk = settled(tx);
    on_the_disk.catch(() => {}); // told by the await below, also when the work itself fails first
    const result = await work((name) => tx.objectStore(name));
    await on_the_disk;
    return result;
  });

const of_meta = (/** @type {string} */ key) => on((db) => answer(db.transaction("meta").objectStore("meta").get(key)));

/** Takes up the key, where it lies here and none is open yet: another window may have made it. */
const take_up = async () => !(await of_meta("leaving")) && keys.take_up(await of_meta("keys"), held);

/** Another window made a key, and this one did not know. */
async function look_again() {
  const [lying, found] = [(await of_meta("keys")) ?? {}, await held()];
  if (found && !(await of_meta("leaving"))) await keys.open_key(found, lying);
  else await keys.take_up(lying, async () => null);
}

/** @param {any} row @returns {Promise<any>} as it is to lie */
export async function sealed(row) {
  if (!keys.has_key(row.owner)) return row;
  const [face, body] = [/** @type {any} */ ({}), /** @type {any} */ ({})];
  for (const [name, value] of Object.entries(row)) if (value !== undefined) (FACE.includes(name) ? face : body)[name] = value;
  return { ...face, sealed: await keys.seal(row.owner, body) };
}

/** @param {any} row as it lies @returns {Promise<any>} `locked`: nothing but its face can be known */
async function one_opened(row) {
  if (!row?.sealed) return row;
  const { sealed, ...face } = row;
  const body = await keys.open(row.owner, sealed);
  return body ? { ...body, ...face } : { ...face, locked: true };
}

/** @param {any[]} rows @returns {Promise<any[]>} */
export async function opened(rows) {
  if (keys.nothing_open() && rows.some((row) => row?.sealed)) await take_up();
  return Promise.all(rows.map(one_opened));
}

/** @type {Promise<any>} */
let line = Promise.resolve();

/** One after the other: what takes longer to be sealed is not overtaken by what was written later. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
export const in_line = (work) => (line = line.then(work, work));

/** Reads, thinks, writes. Two windows may think at once; whoever finds that something of what it had seen was changed thinks anew.
 * @param {string[]} tables @param {(table: (name: string) => any) => Promise<Record<string, any[]>>} read rows by table, the same at each look
 * @param {(lying: any) => import("./talk.js").Deeds | null} think of the rows, opened @param {{pass_over?: boolean}} [how] `pass_over`: what cannot be opened is left as it is
 * @returns {Promise<import("./talk.js").Deeds | null>} what was done */
export async function turn(tables, read, think, { pass_over = false } = {}) {
  for (;;) {
    const lying = await on((db) => {
      const tx = db.transaction(tables);
      return read((name) => tx.objectStore(name));
    });
    const known = Object.fromEntries(await Promise.all(Object.entries(lying).map(async ([name, rows]) => [name, await opened(rows)])));
    for (const [name, rows] of Object.entries(/** @type {Record<string, any[]>} */ (known))) {
      if (!pass_over && rows.some((row) => row.locked)) throw new DOMException("locked", "NotAllowedError");
      known[name] = rows.filter((row) => !row.locked);
    }
    const deeds = think(known);
    if (!deeds) return null;
    const ready = await to_lie(deeds);
    const done = await write([...new Set([...tables, "meta"])], async (table) => {
      if (JSON.stringify(await read(table)) !== JSON.stringify(lying)) return false; // a sealed row is known by its IV
      return (await fits(table, ready)) && carry_out(table, ready);
    });
    if (done) return deeds;
    await look_again();
  }
}

/** Writes what no look is needed for. @param {import("./talk.js").Deeds} deeds */
export async function put(deeds) {
  for (;;) {
    const ready = await to_lie(deeds);
    if (await write(["drafts", "outbox", "kept", "meta"], async (table) => (await fits(table, ready)) && carry_out(table, ready))) return;
    await look_again();
  }
}

/** Whether it may lie so: nothing readable beside a key that this window did not know of. And what is sealed lies where its key lies, also in a
 * store that another window made anew a moment ago. @param {(name: string) => any} table @param {import("./talk.js").Deeds} ready */
async function fits(table, { add = [], keeps = [], copies = [] }) {
  const rows = /** @type {any[]} */ ([...add, ...keeps, ...copies]);
  if (rows.length === 0) return true;
  const lying = (await answer(table("meta").get("keys"))) ?? {};
  if (rows.some((row) => !row.sealed && row.owner in lying)) return false;
  const more = keys.missing(rows.filter((row) => row.sealed).map((row) => row.owner), lying);
  if (more) table("meta").put(more, "keys");
  return true;
}

/** @param {import("./talk.js").Deeds} deeds */
async function to_lie({ add = [], keep = null, keeps = [], copies = [], ...others }) {
  const [items, begun, sent] = await Promise.all([add, keep ? [...keeps, keep] : keeps, copies].map((rows) => Promise.all(rows.map(sealed))));
  return { ...others, add: items, keeps: begun, copies: sent };
}

/** @param {(name: string) => any} table @param {import("./talk.js").Deeds} deeds as they are to lie @returns {true} */
export function carry_out(table, { add = [], remove = [], forget = [], drafts = [], keeps = [], copies = [], meta = {} }) {
  for (const n of remove) table("outbox").delete(n);
  for (const first of forget) table("kept").delete(first);
  for (const id of drafts) table("drafts").delete(id);
  for (const draft of keeps) table("drafts").put(draft);
  for (const copy of copies) table("kept").put(copy);
  for (const item of add) table("outbox").put(item);
  for (const [key, value] of Object.entries(meta)) value === undefined ? table("meta").delete(key) : table("meta").put(value, key);
  return true;
}
