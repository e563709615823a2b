// What lies sealed on a disk, opened past all of the app's own code (Node's own crypto): by the secrets that ever lay in the keeper's
// file and the wrapped keys that ever lay in the store.
import { createDecipheriv } from "node:crypto";

const TAG = 16;

/** @param {Buffer} key @returns {Buffer | null} */
function opened(key, { iv, data }) {
  const bytes = Buffer.from(data);
  const cipher = createDecipheriv("aes-256-gcm", key, Buffer.from(iv)).setAuthTag(bytes.subarray(-TAG));
  try {
    return Buffer.concat([cipher.update(bytes.subarray(0, -TAG)), cipher.final()]);
  } catch {
    return null;
  }
}

export class Seals {
  #secrets = new Map();
  #wrapped = new Map();
  #keys = new Map();

  /** Text of the keeper's file. */
  heard(text) {
    const { person, secret } = JSON.parse(text);
    if (!this.#secrets.has(person)) this.#secrets.set(person, new Set());
    this.#secrets.get(person).add(secret);
  }

  /** The wrapped keys, as they lie. */
  lie(keys) {
    for (const [person, all] of Object.entries(keys)) this.#wrapped.set(person, [...(this.#wrapped.get(person) ?? []), ...all]);
    this.#keys.clear();
  }

  #of(person) {
    if (!this.#keys.has(person)) {
      const secrets = [...(this.#secrets.get(person) ?? [])].map((one) => Buffer.from(one, "base64url"));
      const all = secrets.flatMap((secret) => (this.#wrapped.get(person) ?? []).map((one) => opened(secret, one))).filter(Boolean);
      this.#keys.set(person, all);
    }
    return this.#keys.get(person);
  }

  /** The row as the app knows it; without an item where no key that ever lay here opens it. */
  open(row) {
    if (!row.sealed) return row;
    const { sealed, ...face } = row;
    const body = this.#of(row.owner).map((key) => opened(key, sealed)).find(Boolean);
    return { item: null, ...(body && JSON.parse(body.toString("utf-8"))), ...face };
  }
}

/** The origin's own files, as far as the app asks for them; they outlive the phone's lives. */
export class Folder {
  files = new Map();
  constructor(seals) {
    this.seals = seals;
  }

  /** navigator.storage for one life; after its end nothing is answered. @param {AbortSignal} over */
  seen_by(over) {
    const alive = (work) => async (...args) => (over.aborted ? new Promise(() => {}) : work(...args));
    const not_there = () => Promise.reject(new DOMException("not there", "NotFoundError"));
    const file = (name) => ({
      getFile: alive(async () => ({ text: alive(async () => this.files.get(name)) })),
      createWritable: alive(async () => {
        let text = "";
        return { write: alive(async (more) => void (text += more)), close: alive(async () => (this.files.set(name, text), this.seals.heard(text))) };
      }),
    });
    const folder = {
      getFileHandle: alive(async (name, { create = false } = {}) => (this.files.has(name) || create ? file(name) : not_there())),
      removeEntry: alive(async (name) => (this.files.delete(name) ? undefined : not_there())),
    };
    return { getDirectory: alive(async () => folder) };
  }
}
