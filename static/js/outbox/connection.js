// @ts-check
// The connection to IndexedDB, made when it is first needed and again when the browser has closed it.
import { SCHEMA, upgrade } from "./schema.js";
import { to_lie_again } from "./seal.js";

/** @type {Promise<any> | null} */
let opening = null;
/** @type {(value?: any) => void} */
let made = () => {};
/** Kept when the store is made: then nothing lies in it, which is known before its tables are on the disk. @type {Promise<void>} */
export const was_made = new Promise((told) => (made = told));

/** What is answered to a request. @param {any} request of IndexedDB @returns {Promise<any>} */
export const answer = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

/** Kept when all of a transaction is on the disk. @param {any} tx @returns {Promise<void>} */
export const settled = (tx) =>
  new Promise((done, failed) => {
    tx.oncomplete = () => done();
    tx.onabort = () => failed(tx.error ?? new DOMException("given up", "AbortError"));
  });

async function connect() {
  const asked = indexedDB.open("hoert", SCHEMA);
  asked.onupgradeneeded = ({ oldVersion }) => {
    upgrade(asked.result, oldVersion, asked.transaction);
    if (oldVersion) return;
    for (const [key, value] of Object.entries(to_lie_again())) asked.transaction?.objectStore("meta").put(value, key);
    made();
  };
  const db = await answer(asked);
  // A newer page in another tab wants to upgrade; this one opens again at its next word.
  db.onversionchange = close;
  db.onclose = close;
  return db;
}

function open() {
  opening ??= connect().catch((error) => {
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
