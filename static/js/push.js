// @ts-check
// Switching this browser on and off for push, and keeping it on: what the settings page and the app share.
import { script_url } from "./trusted.js";

/** What stands in the way here, if anything. @returns {"" | "home_screen" | "unsupported" | "denied"} */
export function obstacle() {
  const has = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  // On an iPhone only an app on the home screen may remind.
  if (!has) return is_ios() && !matchMedia("(display-mode: standalone)").matches ? "home_screen" : "unsupported";
  return Notification.permission === "denied" ? "denied" : "";
}

const is_ios = () => /iPad|iPhone|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

/** Whose wish it is that this browser reminds, and where it was reached last: kept here, so that what the browser loses is made
 * again for them alone, and takes the place of what was lost. */
const [WISH, AT] = ["hoert-push", "hoert-push-at"];

/** @param {string} name @returns {string} */
function kept(name) {
  try {
    return localStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

/** @param {Record<string, string>} values "" for nothing */
function keep(values) {
  try {
    for (const [name, value] of Object.entries(values)) {
      if (value) localStorage.setItem(name, value);
      else localStorage.removeItem(name);
    }
  } catch {
    // Then it is not made again by itself.
  }
}

export const wished_by = () => kept(WISH);

/** The worker of this origin, put in place where the app did not do so yet. */
export async function worker() {
  const known = await navigator.serviceWorker.getRegistration("/");
  if (known) return ready(known);
  return ready(await navigator.serviceWorker.register(script_url("/sw.js"), { updateViaCache: "none" }));
}

/** @param {ServiceWorkerRegistration} registration @returns {Promise<ServiceWorkerRegistration>} */
const ready = (registration) => (registration.active ? Promise.resolve(registration) : navigator.serviceWorker.ready);

/** Asks the person, subscribes, and tells the server. Within a tap: browsers ask only then.
 * @param {string} key @param {string} person @param {string | null} [device] @returns {Promise<"on" | "denied" | "failed">} */
export async function switch_on(key, person, device = null) {
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  const [registration, token] = await Promise.all([worker(), csrf()]);
  const told = token && (await tell(await subscription(registration, key), token, { device }));
  if (told) keep({ [WISH]: person });
  return told ? "on" : "failed";
}

/** @returns {Promise<void>} */
export async function switch_off() {
  keep({ [WISH]: "", [AT]: "" });
  const held = await (await worker()).pushManager.getSubscription();
  if (!held) return;
  const token = await csrf();
  if (token) await post("/notices/subscriptions/removal", { endpoint: held.endpoint }, token);
  await held.unsubscribe();
}

/** Whether the server would reach this browser, made anew where the browser lost it, its service takes nothing any more, or the
 * server has another key. Asks nobody anything. @param {string | null} [device] @returns {Promise<boolean>} */
export async function keep_on(device = null) {
  if (obstacle() || Notification.permission !== "granted" || !wished_by()) return false;
  const answer = await fetch("/notices/push", { headers: { Accept: "application/json" }, cache: "no-store", redirect: "manual" });
  if (!answer.ok) return false;
  const { key, person, known, failing = [] } = await answer.json();
  if (!key || person !== wished_by()) return false;
  const registration = await worker();
  const held = await registration.pushManager.getSubscription();
  const at = held && (await hash(held.endpoint));
  if (held && failing.includes(at)) await held.unsubscribe();
  else if (held && has_key(held, key) && known.includes(at)) return true;
  const token = await csrf();
  return Boolean(token && (await tell(await subscription(registration, key), token, { device })));
}

/** The browser's subscription for this key; one for another key makes way. @param {ServiceWorkerRegistration} registration @param {string} key */
async function subscription(registration, key) {
  const held = await registration.pushManager.getSubscription();
  if (held && has_key(held, key)) return held;
  await held?.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
}

/** @param {PushSubscription} held @param {string} key */
function has_key(held, key) {
  const own = held.options.applicationServerKey;
  return own !== null && text(new Uint8Array(own)) === key;
}

/** @param {PushSubscription} held @param {string} token @param {{device: string | null}} more */
async function tell(held, token, more) {
  const { ok } = await post("/notices/subscriptions", { ...held.toJSON(), ...more, replaces: kept(AT) || null }, token);
  if (ok) keep({ [AT]: held.endpoint });
  return ok;
}

/** @param {string} path @param {any} body @param {string} token */
const post = (path, body, token) => fetch(path, { method: "POST", body: JSON.stringify(body), redirect: "manual", headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token } });

/** @returns {Promise<string>} "" when nobody is signed in */
async function csrf() {
  const answer = await fetch("/sync/token", { headers: { Accept: "application/json" }, cache: "no-store", redirect: "manual" });
  return answer.ok ? (await answer.json()).csrf_token : "";
}

/** @param {string} endpoint */
async function hash(endpoint) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return [...new Uint8Array(digest)].map((one) => one.toString(16).padStart(2, "0")).join("");
}

/** base64url, both ways. @param {string} key */
export const bytes = (key) => Uint8Array.from(atob(key.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

/** @param {Uint8Array} own */
export const text = (own) => btoa(String.fromCharCode(...own)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
