// @ts-check
// The connection to IndexedDB, made when it is first needed and again when the browser has closed it.
import { openDB } from "../lib/idb.js";
import { SCHEMA, upgrade } from "./schema.js";

/** @type {Promise<any> | null} */
let opening = null;
/** @type {(value?: any) => void} */
let made = () => {};
/** Kept when the store is made: then nothing lies in it, which is known before its tables are on the disk. @type {Promise<void>} */
export const was_made = new Promise((told) => (made = told));

function open() {
  opening ??= openDB("hoert", SCHEMA, {
    upgrade: (db, old, _new, tx) => {
      upgrade(db, old, tx);
      if (!old) made();
    },
    // A newer page in another tab wants to upgrade; this one opens again at its next word.
    blocking: close,
    terminated: close,
  }).catch((error) => {
    opening = null;
    throw error;
  });
  return opening;
}

function close() {
  opening?.then((db) => db.close()).catch(() => {});
  opening = null;
}

/** Once more on a fresh connection when the browser has closed the one we had (iOS does, in the background).
 * @template T @param {(db: any) => Promise<T>} work @returns {Promise<T>} */
export async function on(work) {
  try {
    return await work(await open());
  } catch (error) {
    if (!(error instanceof DOMException) || !["InvalidStateError", "UnknownError"].includes(error.name)) throw error;
    close();
    return work(await open());
  }
}
