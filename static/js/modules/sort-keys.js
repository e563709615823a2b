// @ts-check
// Sorting by keyboard: numbers and letters choose themes, b and r say bøvl or ros, Enter saves, j and k lead on and back, ? shows
// the keys. Whoever does not want single keys switches them off (WCAG 2.1.4). Without it the page works by mouse, touch and Tab.
import { _ } from "../words.js";

const OFF = "hoert-without-keys";
/** @typedef {{kind: "theme", key: string} | {kind: "tone", tone: "trouble" | "praise"} | {kind: "go", to: "next" | "previous"} | {kind: "save"} | {kind: "help"}} Deed */

/**
 * What a key means; null: nothing of ours. `at`: what has the focus.
 * @param {{key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, isComposing?: boolean}} event
 * @param {"" | "radio" | "text" | "press"} at
 * @returns {Deed | null}
 */
export function meaning({ key, ctrlKey, metaKey, altKey, isComposing }, at) {
  if (ctrlKey || metaKey || altKey || isComposing || at === "text") return null;
  const letter = key.length === 1 ? key.toLowerCase() : key;
  if (letter === "?") return { kind: "help" };
  if (letter === "Enter") return at === "press" ? null : { kind: "save" };
  if (letter === "b") return { kind: "tone", tone: "trouble" };
  if (letter === "r") return { kind: "tone", tone: "praise" };
  if (letter === "j" || (letter === "ArrowRight" && at !== "radio")) return { kind: "go", to: "next" };
  if (letter === "k" || (letter === "ArrowLeft" && at !== "radio")) return { kind: "go", to: "previous" };
  return /^[1-9a-z]$/.test(letter) ? { kind: "theme", key: letter } : null;
}

/** @param {Element | null} element @returns {"" | "radio" | "text" | "press"} */
function focus(element) {
  if (!(element instanceof HTMLElement)) return "";
  if (element instanceof HTMLInputElement) return element.type === "radio" ? "radio" : element.type === "checkbox" ? "" : "text";
  if (element.matches("textarea, select, [contenteditable]")) return "text";
  return element.matches("a, button, summary") ? "press" : "";
}

/** @param {HTMLElement} form */
export function start(form) {
  if (!(form instanceof HTMLFormElement)) return;
  const help = document.querySelector("[data-keys]");
  const said = form.querySelector(".said");
  const use = document.querySelector("[data-use]");
  if (!(help instanceof HTMLDetailsElement) || !(use instanceof HTMLInputElement)) return;
  const say = (/** @type {string} */ text) => {
    if (said) said.textContent = text;
  };
  /** @type {HTMLInputElement | null} */
  let latest = null;
  let [dirty, warned] = [false, false];

  const show = () => {
    for (const key of form.querySelectorAll("kbd.key")) if (key instanceof HTMLElement) key.hidden = !use.checked;
    for (const box of form.querySelectorAll("[data-key]"))
      if (box instanceof HTMLElement) use.checked ? box.setAttribute("aria-keyshortcuts", box.dataset.key ?? "") : box.removeAttribute("aria-keyshortcuts");
  };
  use.checked = remembered() !== "off";
  help.hidden = false;
  show();
  use.addEventListener("change", () => (remember(use.checked ? "on" : "off"), show()));
  form.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target === use) return;
    [dirty, warned] = [true, false];
    if (target.type === "checkbox") latest = target;
  });

  /** @param {string} key */
  const toggle = (key) => {
    const box = form.querySelector(`[data-key="${key}"]`);
    if (!(box instanceof HTMLInputElement)) return;
    box.click();
    box.focus({ preventScroll: false });
    say(box.checked ? _("%(theme)s er valgt.", { theme: name(box) }) : _("%(theme)s er valgt fra.", { theme: name(box) }));
  };

  /** @param {"trouble" | "praise"} tone */
  const colour = (tone) => {
    if (!latest?.checked) return say(_("Vælg et tema først."));
    const [one, none] = [tone, "neutral"].map((value) => form.querySelector(`input[name="tone_${latest?.value}"][value=${value}]`));
    if (!(one instanceof HTMLInputElement) || !(none instanceof HTMLInputElement)) return;
    const chosen = one.checked ? none : one;
    chosen.click();
    latest.focus();
    const word = chosen === none ? _("Midt imellem") : tone === "trouble" ? _("Bøvl") : _("Ros");
    say(`${name(latest)}: ${word}`);
  };

  /** What is not saved is not lost by one key: the second time one goes on without it. @param {"next" | "previous"} to */
  const go = (to) => {
    const link = document.querySelector(`[data-go=${to}]`);
    if (!(link instanceof HTMLAnchorElement)) return say(to === "next" ? _("Det var den sidste.") : _("Det var den første."));
    if (dirty && !warned) {
      warned = true;
      return say(_("Ikke gemt. Tryk Enter for at gemme, eller samme tast igen for at gå videre uden."));
    }
    link.click();
  };

  document.addEventListener("keydown", (event) => {
    const deed = event.repeat || !use.checked ? null : meaning(event, focus(document.activeElement));
    if (!deed) return;
    if (deed.kind === "go" && !document.querySelector("[data-go]")) return;
    event.preventDefault();
    if (deed.kind === "theme") toggle(deed.key);
    else if (deed.kind === "tone") colour(deed.tone);
    else if (deed.kind === "go") go(deed.to);
    else if (deed.kind === "help") {
      help.open = !help.open;
      help.scrollIntoView({ block: "nearest" });
    }
    else form.querySelector("button[type=submit]")?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  });
}

/** The theme's name as it stands on the chip, without its key. @param {HTMLInputElement} box */
function name(box) {
  const words = [...(box.nextElementSibling?.childNodes ?? [])].filter((node) => node instanceof Text);
  return words.map((node) => node.textContent).join("").trim();
}

/** A browser may keep nothing for us. */
function remembered() {
  try {
    return localStorage.getItem(OFF);
  } catch {
    return null;
  }
}

/** @param {string} value */
function remember(value) {
  try {
    localStorage.setItem(OFF, value);
  } catch {
    // then it holds for this page
  }
}
