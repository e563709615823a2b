// @ts-check
// Signing out locks what lies on this phone before anybody is told, so that it holds without a network too. What is not sent yet is said first.
import { lock, secure } from "../outbox/keys.js";
import * as store from "../outbox/store.js";
import { _, ngettext } from "../words.js";

const LONGEST_MS = 5_000;

/** @param {HTMLFormElement} form */
export function start(form) {
  let [warned, going] = [false, false];
  form.addEventListener("submit", async (event) => {
    if (!("indexedDB" in window)) return;
    event.preventDefault();
    if (going) return;
    going = true;
    const n = warned ? 0 : await in_time(not_sent(), 0);
    if (n) {
      [warned, going] = [true, false];
      form.before(warning(n));
    } else {
      await in_time(locked(), null);
      form.submit();
    }
  });
  window.addEventListener("pageshow", () => (going = false));
}

/** Whoever signs out is not held up by what lies here. @template T @param {Promise<T>} work @param {T} otherwise @returns {Promise<T>} */
const in_time = (work, otherwise) => Promise.race([work.catch(() => otherwise), new Promise((over) => setTimeout(over, LONGEST_MS, otherwise))]);

async function not_sent() {
  const { kit, outbox } = await store.look("kit");
  return kit?.person ? outbox.filter((/** @type {any} */ one) => !one.locked && one.owner === kit.person.id).length : 0;
}

/** The mark stays until the store is known to have heard of it (keys.js, signed-out.js). */
async function locked() {
  const { kit } = await store.look("kit");
  if (kit?.person) await secure(kit.person.id); // where there was no key yet
  if (kit) await store.keep_meta({ leaving: true, shut_out: "signed_out" }).catch(() => {}); // a full disk
  await lock();
}

/** @param {number} n */
function warning(n) {
  const bar = document.createElement("div");
  bar.className = "bar wait";
  bar.setAttribute("role", "alert");
  const see = Object.assign(document.createElement("a"), { href: "/phone/#/outbox", textContent: n > 1 ? _("Se dem") : _("Se den") });
  const words = Object.assign(document.createElement("div"), { className: "bar-text" });
  words.append(ngettext("%(num)d samtale er ikke sendt. Den bliver på telefonen, til du logger ind igen.", "%(num)d samtaler er ikke sendt. De bliver på telefonen, til du logger ind igen.", n), " ", see);
  bar.append(words);
  return bar;
}
