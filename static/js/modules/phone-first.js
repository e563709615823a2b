// @ts-check
// A link to the plain form leads to the app instead, which works without a network; and what waits on the phone is sent from here too.
import { flush } from "../outbox/send.js";
import * as store from "../outbox/store.js";

/** @param {HTMLElement} link with data-phone: the view of the app */
export function start(link) {
  if (!("indexedDB" in window && "locks" in navigator && "serviceWorker" in navigator)) return;
  if (link instanceof HTMLAnchorElement && link.dataset.phone) link.href = link.dataset.phone;
  send().catch((error) => console.info("nothing sent from here", error));
}

async function send() {
  const { kit, outbox, shut_out, leaving } = await store.look("kit", "shut_out");
  if (kit?.person && outbox.length && !shut_out && !leaving) await flush({ owner: kit.person.id });
}
