// @ts-check
// A double tap sends a form once, and a save button says that it is saving. Both are undone when the browser brings the page back.
import { _ } from "../words.js";

/**
 * What a button says while its form is on the way; null for one that does not save.
 * @param {string} text
 */
export function busy(text) {
  const save = _("Gem");
  return text === save || text.startsWith(`${save} `) ? _("Gemmer …") : null;
}

/**
 * The button says it, and is not disabled: a disabled one would not send its own value. Gives back how to undo it.
 * @param {Element | null} button
 */
function saySaving(button) {
  const words = [...(button?.childNodes ?? [])].find((node) => node instanceof Text && node.data.trim());
  const said = words instanceof Text ? words.data : "";
  const saying = busy(said.trim());
  if (!button || !words || !saying) return () => {};
  words.nodeValue = saying;
  button.setAttribute("aria-disabled", "true");
  return () => {
    words.nodeValue = said;
    button.removeAttribute("aria-disabled");
  };
}

/** @param {HTMLElement} form */
export function start(form) {
  let sent = false;
  let undo = () => {};
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    if (event.defaultPrevented) return;
    sent = true;
    if (form.classList.contains("form")) undo = saySaving(event.submitter);
  });
  window.addEventListener("pageshow", () => {
    sent = false;
    undo();
    undo = () => {};
  });
}
