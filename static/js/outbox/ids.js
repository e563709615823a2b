// @ts-check
// UUIDv7 (RFC 9562): 48 bits of milliseconds, then chance. Made when a form is opened; the key of the talk everywhere.

/** @param {number} now ms @param {Uint8Array} chance ten bytes */
export function uuid7(now = Date.now(), chance = crypto.getRandomValues(new Uint8Array(10))) {
  const time = Math.max(0, Math.floor(now)).toString(16).padStart(12, "0").slice(-12);
  const rest = Array.from(chance, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = (8 + (chance[2] & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(1, 4)}-${variant}${rest.slice(5, 8)}-${rest.slice(8, 20)}`;
}
