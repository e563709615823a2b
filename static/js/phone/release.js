// @ts-check
// The worker that keeps the app at hand, and the change to a new release: never under an open form, only when it is asked for.
import { device } from "../outbox/ask.js";
import { keep_on, wished_by } from "../push.js";
import { script_url } from "../trusted.js";

/** @param {import("./app.js").App} app */
export async function watch_releases(app) {
  if (!("serviceWorker" in navigator)) return;
  const { state } = app;
  const had_one = Boolean(navigator.serviceWorker.controller);
  let asked = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (asked) return location.reload();
    if (!had_one) return;
    // Another window put the new release in place; this one goes on with the old until its person says so.
    state.update = () => location.reload();
    app.draw();
  });
  const registration = await navigator.serviceWorker.register(script_url("/sw.js"), { updateViaCache: "none" }).catch((error) => console.info("no worker", error));
  if (!registration) return;
  if (wished_by()) device().then(keep_on).catch(() => {});
  const offer = () => {
    if (!registration.waiting || !had_one) return;
    state.update = async () => {
      state.update_waits = await is_writing();
      if (state.update_waits) return app.draw();
      asked = true;
      registration.waiting?.postMessage("take over");
    };
    app.draw();
  };
  offer();
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => installing.state === "installed" && offer());
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && registration.update().catch(() => {}));
}

/** Whether a talk is open in any window: each holds a lock of its draft (views/talk.js). */
async function is_writing() {
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name?.startsWith("hoert-draft-"));
}
