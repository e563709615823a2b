// @ts-check
// Seals what lies on the phone (AES-GCM, a fresh IV each time). The key of a person's data is in memory only: on the disk it lies wrapped by a secret
// of the server's for this person and this phone. ADR 048 says why.

/** @typedef {{iv: Uint8Array<ArrayBuffer>, data: ArrayBuffer}} Sealed */
/** The newest first. One that cannot be unwrapped any more stays: what it sealed may be opened some day. @typedef {Record<string, Sealed[]>} Keys  by person */
/** What lies in the keeper's file. `secret`: 32 bytes, base64url; lent for this person and this phone. @typedef {{person: string, device: string, secret: string}} Held */

const AES = "AES-GCM";
/** Texts that were opened before, at most so many. */
const MOST_TEXTS = 5_000;

/** The keys that are open, by person: whoever's form is open here still when another signs in saves it as theirs. The first one seals. @type {Map<string, CryptoKey[]>} */
const ring = new Map();
/** As they lie on the disk: whose rows are never written readable. @type {Keys} */
let known = {};
/** Whose secret could not be kept. */
let unkept = "";
/** What the phone was known by when they were made. */
let device = "";
/** What was opened, by its IV: a thousand talks are not opened anew at each look. @type {Map<string, string>} */
const texts = new Map();

/** @param {string} owner */
export const is_open = (owner) => ring.has(owner);
/** @param {string} owner */
export const is_unkept = (owner) => unkept === owner && ring.has(owner);
export const nothing_open = () => ring.size === 0;
/** Whether a key of theirs lies here, open or not. @param {string} owner */
export const has_key = (owner) => owner in known;
/** A browser may clear the store away under an open page: what is sealed by a key in memory is of no use without these. @returns {Record<string, any>} */
export const to_lie_again = () => (ring.size ? { keys: known, device } : {});
/** The same, where another window made the store anew. @param {string[]} people whose rows are to lie there @param {Keys} lying @returns {Keys | null} null: they lie there */
export function missing(people, lying) {
  const lies = (/** @type {string} */ one) => (lying[one] ?? []).some(({ iv }) => String(iv) === String(known[one]?.[0].iv));
  const some = [...new Set(people)].filter((one) => known[one] && !lies(one));
  return some.length ? { ...lying, ...Object.fromEntries(some.map((one) => [one, [...(lying[one] ?? []), ...known[one]]])) } : null;
}

/** Out of memory with it. */
export function close() {
  ring.clear();
  texts.clear();
}

/** Takes up the key of whoever the secret in the keeper's file belongs to. @param {Keys | undefined} keys @param {() => Promise<Held | null | undefined>} held asked only when it is of use */
export async function take_up(keys = {}, held) {
  if (ring.size && Object.keys(keys).length === 0) return; // the store was cleared away a moment ago
  known = keys;
  if (ring.size || Object.keys(known).length === 0) return;
  const found = await held();
  if (found) await open_key(found, keys);
}

/** @param {Held} held @param {Keys} keys @param {{is_kept?: boolean}} [how] `is_kept`: the secret lies in the keeper's file too @returns {Promise<boolean>} whether it fits */
export async function open_key({ person, device: here, secret }, keys, { is_kept = true } = {}) {
  known = keys;
  unkept = is_kept ? "" : person;
  const all = await unwrapped(secret, keys[person] ?? []);
  if (all.length) device = here;
  if (all.length) ring.set(person, await Promise.all(all.map(key_of)));
  return all.length > 0;
}

/** @param {string} secret @param {Sealed[]} some @returns {Promise<ArrayBuffer[]>} those that are wrapped by it */
export async function unwrapped(secret, some) {
  const key = await key_of(bytes_of(secret));
  const all = await Promise.all(some.map(({ iv, data }) => crypto.subtle.decrypt({ name: AES, iv }, key, data).catch(() => null)));
  return all.filter((one) => one !== null);
}

/** A key of a person's data, wrapped; a new one unless it is given. @param {string} secret @param {ArrayBuffer} [raw] @returns {Promise<Sealed>} */
export const wrapped = async (secret, raw) => encrypted(await key_of(bytes_of(secret)), raw ? new Uint8Array(raw) : crypto.getRandomValues(new Uint8Array(32)));

/** @param {string} owner @param {any} body @returns {Promise<Sealed>} rejects where their key is not open: nothing of theirs is written readable */
export async function seal(owner, body) {
  const key = ring.get(owner)?.[0];
  if (!key) throw new DOMException("locked", "NotAllowedError");
  const text = JSON.stringify(body);
  const sealed = await encrypted(key, new TextEncoder().encode(text));
  if (ring.has(owner)) remember(sealed, text);
  return sealed;
}

/** @param {string} owner @param {Sealed} sealed @returns {Promise<any>} null: it is locked */
export async function open(owner, sealed) {
  let text = ring.has(owner) ? texts.get(String(sealed.iv)) : undefined;
  for (const key of ring.get(owner) ?? []) {
    if (text !== undefined) break;
    const bytes = await crypto.subtle.decrypt({ name: AES, iv: sealed.iv }, key, sealed.data).catch(() => null);
    if (!bytes || !ring.has(owner)) continue;
    text = new TextDecoder().decode(bytes);
    remember(sealed, text);
  }
  return text === undefined ? null : JSON.parse(text);
}

/** @param {Sealed} sealed @param {string} text */
function remember({ iv }, text) {
  if (texts.size >= MOST_TEXTS) texts.clear();
  texts.set(String(iv), text);
}

/** @param {CryptoKey} key @param {Uint8Array} bytes */
async function encrypted(key, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: AES, iv }, key, /** @type {any} */ (bytes)) };
}

/** @param {any} raw 32 bytes */
const key_of = (raw) => crypto.subtle.importKey("raw", raw, AES, false, ["encrypt", "decrypt"]);

/** @param {string} text base64url */
const bytes_of = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
