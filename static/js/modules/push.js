// @ts-check
// *Denne enhed* on the page *Påmindelser*: says whether this browser reminds, and switches it on or off.
import * as store from "../outbox/store.js";
import { keep_on, obstacle, switch_off, switch_on, wished_by } from "../push.js";
import { _ } from "../words.js";

/** @typedef {"on" | "off" | "home_screen" | "unsupported" | "denied" | "failed" | "no_key"} State */

/** @param {State} state @returns {[string, string?]} what is so, and what the button does about it */
function words(state) {
  const found = {
    on: [_("Enheden får påmindelser."), _("Slå fra")],
    off: [_("Enheden får ingen påmindelser."), _("Slå til")],
    home_screen: [_("På iPhone og iPad: Læg først Hørt på hjemmeskærmen. Åbn den derfra, og slå påmindelser til.")],
    unsupported: [_("Browseren kan ikke vise påmindelser. Du får dem som e-mail.")],
    denied: [_("Påmindelser er blokeret for Hørt i browserens indstillinger. Tillad dem der, og kom tilbage.")],
    failed: [_("Det lykkedes ikke. Prøv igen om lidt."), _("Slå til")],
    no_key: [_("Serveren kan ikke sende påmindelser. Spørg din administrator.")],
  };
  return /** @type {[string, string?]} */ (found[state]);
}

/** What this phone sends talks by, where it does: who shuts it out ends its reminders too. @returns {Promise<string | null>} */
const device = async () => ("indexedDB" in window ? ((await store.meta("device").catch(() => null)) ?? null) : null);

/** @param {HTMLElement} element */
export async function start(element) {
  const { key, person = "" } = element.dataset;
  const [said, actions] = ["[data-state]", "[data-actions]"].map((one) => /** @type {HTMLElement} */ (element.querySelector(one)));
  const button = /** @type {HTMLButtonElement} */ (actions.querySelector("button"));
  /** @type {State} */
  let state = "off";

  /** @param {State} now */
  function show(now) {
    state = now;
    const [text, deed] = words(now);
    said.textContent = text;
    actions.hidden = !deed;
    button.textContent = deed ?? "";
  }

  button.addEventListener("click", async () => {
    button.setAttribute("aria-disabled", "true");
    const before = state;
    try {
      if (before === "on") await switch_off();
      const after = before === "on" ? "off" : await switch_on(key ?? "", person, await device());
      // The list below is the server's.
      if (after === "on" || after === "off") return location.reload();
      show(after === "denied" && Notification.permission === "default" ? "off" : after);
    } catch (error) {
      console.info("push", error instanceof Error ? error.name : "");
      show("failed");
    }
    button.removeAttribute("aria-disabled");
  });

  // The test notice came: the worker saw it.
  navigator.serviceWorker?.addEventListener("message", (event) => {
    if (event.data?.kind === "notice") said.textContent = _("Prøven er kommet frem.");
  });
  const hindered = key ? obstacle() : "no_key";
  if (hindered) return show(hindered);
  show(wished_by() === person && (await keep_on(await device()).catch(() => false)) ? "on" : "off");
}
