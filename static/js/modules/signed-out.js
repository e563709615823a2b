// @ts-check
// Whoever stands at the sign-in page is signed out. The app is told, so that it asks who is there before it shows what lies here.
import * as store from "../outbox/store.js";

export function start() {
  if ("indexedDB" in window) tell().catch((error) => console.info("the app was not told", error instanceof Error ? error.name : ""));
}

async function tell() {
  const { kit, shut_out } = await store.look("kit", "shut_out");
  if (kit && !shut_out) await store.keep_meta({ shut_out: "signed_out" });
}
