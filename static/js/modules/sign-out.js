// @ts-check
// Signing out locks what lies on this phone before the store is told, so that the app holds to it without a network too. What is not sent yet is said first.
import { secure } from "../outbox/keys.js";
import { lock } from "../outbox/lock.js";
import * as store from "../outbox/store.js";
import { _, ngettext } from "../words.js";

const LONGEST_MS = 5_000;
/** For the first key, where there was none yet. */
const LONGEST_SEALING_MS = 2_000;

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
      await in_time(locked(form), null);
      form.submit();
      setTimeout(() => (going = false), LONGEST_MS); // where no page comes of it
    }
  });
  window.addEventListener("pageshow", () => (going = false));
}

/** Whoever signs out is not held up by what lies here. @template T @param {Promise<T>} work @param {T} otherwise @returns {Promise<T>} */
const in_time = (work, otherwise, ms = LONGEST_MS) => Promise.race([work.catch(() => otherwise), new Promise((over) => setTimeout(over, ms, otherwise))]);

async function not_sent() {
  const { kit, outbox } = await store.look("kit");
  return kit?.person ? outbox.filter((/** @type {any} */ one) => !one.locked && one.owner === kit.person.id).length : 0;
}

/** First the mark, which stays until the store is known to have heard of it (lock.js). @param {HTMLFormElement} form */
async function locked(form) {
  const { kit } = await store.look("kit");
  const person = kit?.owner ?? kit?.person?.id;
  const token = new FormData(form).get("csrf_token");
  if (person) await store.keep_meta({ leaving: { person, token }, shut_out: "signed_out" }).catch(() => {}); // a full disk
  if (person) await in_time(secure(person, { leaving: true }), false, LONGEST_SEALING_MS);
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
