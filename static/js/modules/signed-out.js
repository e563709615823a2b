// @ts-check
// Whoever stands at the sign-in page is signed out, or thinks so. The app is told, so that it asks who is there before it shows what lies here.
import { has_left, lock } from "../outbox/lock.js";
import * as store from "../outbox/store.js";

export function start() {
  if (!("indexedDB" in window)) return;
  tell().catch((error) => console.info("the app was not told", error instanceof Error ? error.name : ""));
}

async function tell() {
  // Signed out on purpose, where the page that was left could not do it (sign-out.js).
  const { kit, shut_out, leaving } = await store.look("kit", "shut_out");
  if (leaving) await has_left();
  else if (new URLSearchParams(location.search).has("signed_out")) await lock();
  if (kit && !shut_out) await store.keep_meta({ shut_out: "signed_out" });
}
