// @ts-check
// *Gem*: on the disk, in one strict transaction, before the page says so. It needs nothing that comes later (later.js).
import { to_item } from "../capture/draft.js";
import { uuid7 } from "../outbox/ids.js";
import * as store from "../outbox/store.js";
import { held, saving } from "../outbox/talk.js";
import { load, state } from "./state.js";

/** *Gem*, as whose it was begun: somebody else may have signed in since. @param {import("../capture/draft.js").Draft} draft @param {any} set */
export async function save(draft, set) {
  await store.decide(draft.first, saving(draft.id, held(to_item(draft, set, state.kit.guard), draft.first, draft.owner, Date.now()), uuid7()));
  await load();
  ask_to_keep();
}

/** @param {string} id */
export async function drop_draft(id) {
  await store.drop_draft(id);
  await load();
}

/** The browser may clear what it has not promised to keep; it is asked once there is something to keep. */
async function ask_to_keep() {
  state.persisted = (await navigator.storage?.persisted?.()) || ((await navigator.storage?.persist?.()) ?? null);
}
