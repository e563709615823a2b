// @ts-check
// The fingerprint that a receipt must carry: SHA-256 of the item in the JSON Canonicalization Scheme (RFC 8785), lower-case hex.

/**
 * Names sorted by UTF-16 unit, no blanks, strings as JSON.stringify writes them (which is the standard's own rule).
 * Null where no canonical form exists: half a surrogate pair, a fraction, an integer beyond 2^53.
 * @param {any} value @returns {string | null}
 */
export function canonical(value) {
  if (typeof value === "string") return well_formed(value) ? JSON.stringify(value) : null;
  if (typeof value === "number") return Number.isSafeInteger(value) ? JSON.stringify(value) : null;
  if (value === null || typeof value === "boolean") return JSON.stringify(value);
  if (Array.isArray(value)) return joined(value.map(canonical), "[", "]");
  if (typeof value !== "object") return null;
  const names = Object.keys(value).sort();
  return joined(names.map((name) => joined([canonical(name), canonical(value[name])], "", "", ":")), "{", "}");
}

/** @param {any} item @returns {Promise<string | null>} */
export async function fingerprint(item) {
  const text = canonical(item);
  if (text === null) return null;
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {(string | null)[]} parts @param {string} open @param {string} close */
function joined(parts, open, close, between = ",") {
  return parts.includes(null) ? null : open + parts.join(between) + close;
}

/** Older phones have neither String.prototype.isWellFormed nor expressions that look behind. @param {string} text */
function well_formed(text) {
  try {
    return encodeURIComponent(text) !== null;
  } catch {
    return false;
  }
}
