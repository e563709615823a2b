// @ts-check
// The worker that keeps the app at hand, and the change to a new release: never under an open form, only when it is asked for.
import * as store from "../outbox/store.js";

// Trusted Types: the only script address that code of ours ever makes.
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("hoert", { createScriptURL: (/** @type {string} */ url) => (url === "/sw.js" ? url : "") });

/** @param {import("./app.js").App} app */
export async function watch_releases(app) {
  if (!("serviceWorker" in navigator)) return;
  const had_one = Boolean(navigator.serviceWorker.controller);
  let asked = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => asked && location.reload());
  const url = policy ? policy.createScriptURL("/sw.js") : "/sw.js";
  const registration = await navigator.serviceWorker.register(url, { updateViaCache: "none" }).catch((error) => console.info("no worker", error));
  if (!registration) return;
  const offer = () => {
    const { waiting } = registration;
    if (!waiting || !had_one) return;
    app.state.update = () => {
      asked = true;
      waiting.postMessage("take over");
    };
    app.draw();
  };
  offer();
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => installing.state === "installed" && offer());
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && registration.update().catch(() => {}));
  await store.keep_meta({ has_worker: true }).catch(() => {});
}
