// @ts-check
// What may be read and written of IndexedDB, and nowhere else (connection.js opens it, rows.js seals what is a person's own). Drafts, the outbox, copies of what was sent, and the kit lie here, each with its owner.
import { answer, on, was_made } from "./connection.js";
import { held } from "./keeper.js";
import { carry_out, in_line, opened, put, sealed, turn, write } from "./rows.js";
import { has_key, take_up } from "./seal.js";
import { settling, with_earlier } from "./talk.js";

/** @typedef {import("./queue.js").Waiting} Waiting */
/** @typedef {import("./talk.js").Deeds} Deeds */

const TABLES = ["drafts", "outbox", "kept"];

/** @type {Promise<any> | null} */
let begun = null;

/** All that lies here, and these values beside it, in one look: one after the other they cost a slow phone a tenth of a second.
 * @param {string[]} keys @returns {Promise<any>} */
export async function look(...keys) {
  const names = [...TABLES, "keys", "leaving", ...keys];
  const found = await on((db) => {
    const tx = db.transaction([...TABLES, "meta"]);
    return Promise.all(names.map((name) => answer(TABLES.includes(name) ? tx.objectStore(name).getAll() : tx.objectStore("meta").get(name))));
  });
  const lying = Object.fromEntries(found.map((one, place) => [names[place], one]));
  // Signed out on purpose: nothing is opened, though the secret may lie here still.
  await take_up(lying.keys, async () => (lying.leaving ? null : held()));
  for (const name of TABLES) lying[name] = await opened(lying[name]);
  if (lying.kit) [lying.kit] = await opened([lying.kit]);
  return lying;
}

/** All that an opening needs, asked for once: by early.js, while the app itself is still on its way. @returns {Promise<any>} */
export function first_look() {
  const nothing = was_made.then(() => Object.fromEntries(TABLES.map((name) => [name, []])));
  begun ??= Promise.race([look("kit", "device", "shut_out", "seen", "language"), nothing]);
  begun.catch(() => {}); // told to the one who waits for it
  return begun;
}

/** Whether anything can be kept here. Rejects with what stands in the way. */
export const can_keep = () => on(async () => {});

/** @type {(table: string) => Promise<any[]>} */ export const all = async (table) => opened(await on((db) => answer(db.transaction(table).objectStore(table).getAll())));
/** @type {(key: string) => Promise<any>} */ export const meta = (key) => on((db) => answer(db.transaction("meta").objectStore("meta").get(key)));
/** @param {Record<string, any>} values undefined removes one */
export async function keep_meta({ kit, ...values }) {
  // The language is spoken before anything is opened.
  const more = kit ? { kit: has_key(kit.person.id) ? await sealed({ ...kit, owner: kit.person.id }) : kit, language: kit.language } : {};
  return write(["meta"], (table) => carry_out(table, { meta: { ...values, ...more } }));
}

/** @param {any} draft */
export const keep_draft = (draft) => in_line(() => put({ keeps: [draft] }));
/** @param {string} id */
export const drop_draft = (id) => in_line(() => write(["drafts"], (table) => void table("drafts").delete(id)));

/** @param {(name: string) => any} table @param {string} name @param {any} key @returns {Promise<any[]>} one row or none */
const one = async (table, name, key) => [await answer(table(name).get(key))].filter(Boolean);

/** Changes a draft as it lies on the disk: it may have been written on in since a page read it. @param {string} id
 * @param {(lying: any) => any} change what lies there then; null: nothing */
export const change_draft = (id, change) =>
  in_line(() => turn(["drafts"], async (table) => ({ drafts: await one(table, "drafts", id) }), ({ drafts }) => {
    const next = change(drafts[0]);
    return next ? { keep: next } : { drafts: [id] };
  }));

/** A person's deed on one talk: the rule sees what lies here now, and what it says is written before anything else can happen.
 * @param {string} first @param {import("./talk.js").Rule} rule @returns {Promise<Deeds | null>} what was done */
export const decide = (first, rule) =>
  in_line(() => turn(TABLES, async (table) => ({
    outbox: await answer(table("outbox").index("first").getAll(first)),
    kept: await one(table, "kept", first),
    drafts: (await answer(table("drafts").getAll())).filter((/** @type {any} */ draft) => draft.first === first),
  }), ({ outbox, kept, drafts }) => rule(outbox, with_earlier(kept[0]), drafts)));

/** Several deeds at once that no rule need look for. @param {Deeds} deeds */
export const apply = (deeds) => in_line(() => put(deeds));
/** Kept when all that was to be written is. */
export const quiet = () => in_line(async () => {});

/** Changes an item by its latest state on the disk, not by what a page remembers; null takes it out.
 * @param {string} id @param {(item: Waiting) => Waiting | null} change @returns {Promise<Waiting | null | undefined>} undefined: it is gone */
export const change = (id, change) =>
  in_line(async () => {
    /** @type {Waiting | null | undefined} */
    let next;
    await turn(["outbox"], async (table) => ({ outbox: [await answer(table("outbox").index("id").get(id))].filter(Boolean) }), ({ outbox: [found] }) => {
      next = found && change(found);
      return found ? (next ? { add: [next] } : { remove: [found.n] }) : null;
    });
    return next;
  });

/** Marks these as offered, as they lie on the disk now: a page may have changed or taken back one a moment ago.
 * @param {Waiting[]} some @param {(item: Waiting) => boolean} may_leave @returns {Promise<Waiting[]>} those that leave */
export const offer = (some, may_leave) =>
  in_line(async () => {
    const leaving = await write(["outbox"], async (table) => {
      const marked = [];
      for (const { n } of some) {
        const found = await answer(table("outbox").get(n));
        if (!found || !may_leave(found)) continue;
        marked.push({ ...found, state: "offered" });
        if (found.state !== "offered") table("outbox").put({ ...found, state: "offered" });
      }
      return marked;
    });
    return (await opened(leaving)).filter((one) => !one.locked);
  });

/** What came of an envelope, all of it or nothing. @param {import("./talk.js").Outcome} outcome */
export function settle(outcome) {
  const firsts = [...new Set([...outcome.put, ...outcome.gone.map(({ one }) => one)].map((one) => one.first))];
  return in_line(() => turn(["outbox", "kept", "meta"], async (table) => ({
    outbox: (await Promise.all(firsts.map((first) => answer(table("outbox").index("first").getAll(first))))).flat(),
    kept: (await Promise.all(firsts.map((first) => answer(table("kept").get(first))))).filter(Boolean),
  }), settling(outcome), { pass_over: true }));
}

/** What of a person's still lies readable, from before there was a key, is sealed. @param {string} owner */
export const seal_what_lies = (owner) =>
  in_line(() => turn(TABLES, async (table) => Object.fromEntries(await Promise.all(TABLES.map(async (name) => [name, (await answer(table(name).getAll())).filter((/** @type {any} */ row) => row.owner === owner && !row.sealed)]))),
    ({ drafts, outbox, kept }) => (has_key(owner) && drafts.length + outbox.length + kept.length ? { keeps: drafts, add: outbox, copies: kept } : null))
    .then(async () => {
      const kit = await meta("kit");
      if (!kit?.sealed && kit?.person?.id === owner) await keep_meta({ kit });
    }));
