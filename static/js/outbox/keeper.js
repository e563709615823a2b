// @ts-check
// Keeps the secret while its person is signed in: in a file of the origin's own, for bytes that IndexedDB deletes stay in its files.
import { KEEPER, script_url } from "../trusted.js";

const NAME = "hoert-key";
const LONGEST_MS = 5_000;

/** Whether this browser has such files. */
export const can_keep = () => Boolean(navigator.storage?.getDirectory) && Boolean(globalThis.crypto?.subtle);

/** @returns {Promise<import("./seal.js").Held | null | undefined>} null: there is none; undefined: it could not be read just now */
export async function held() {
  try {
    const folder = await navigator.storage.getDirectory();
    return JSON.parse(await (await (await folder.getFileHandle(NAME)).getFile()).text());
  } catch (error) {
    return /** @type {any} */ (error)?.name === "NotFoundError" ? null : undefined;
  }
}

/** @param {import("./seal.js").Held} what @returns {Promise<boolean>} whether it can be read there */
export async function keep(what) {
  try {
    const folder = await navigator.storage.getDirectory();
    const file = await folder.getFileHandle(NAME, { create: true });
    const text = JSON.stringify(what);
    if (file.createWritable) {
      const stream = await file.createWritable();
      await stream.write(text);
      await stream.close();
    } else await written_elsewhere(NAME, text);
    return JSON.stringify(await held()) === text;
  } catch {
    return false;
  }
}

/** @returns {Promise<void>} */
export async function let_go() {
  const folder = can_keep() && (await navigator.storage.getDirectory().catch(() => null)); // private windows refuse it: nothing lies there
  if (folder) await folder.removeEntry(NAME).catch((/** @type {any} */ error) => {
    if (error?.name !== "NotFoundError") throw error;
  });
}

/** iPhones of before 2025 write such files from a worker only. @param {string} name @param {string} text @returns {Promise<void>} */
function written_elsewhere(name, text) {
  const worker = new Worker(script_url(KEEPER));
  return /** @type {Promise<void>} */ (new Promise((done, failed) => {
    worker.onmessage = ({ data }) => (data === "written" ? done() : failed(new Error(String(data))));
    worker.onerror = () => failed(new Error("no worker"));
    setTimeout(failed, LONGEST_MS, new Error("no answer"));
    worker.postMessage({ name, text });
  })).finally(() => worker.terminate());
}
