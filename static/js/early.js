// @ts-check
// On the first visit the kit is asked for while the app itself is still on its way; outbox/send.js takes the answer up.

if (!navigator.serviceWorker?.controller)
  /** @type {any} */ (globalThis).hoert_kit = fetch("/sync/kit", { redirect: "manual", cache: "no-store", credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
