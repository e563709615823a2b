// @ts-check
// Builds elements. Text is always text: nothing that a person or the server wrote becomes markup here.

import { RELEASE } from "../base.js";

const ICONS = new URL("img/icons.svg", RELEASE).pathname;
const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * `h("a", {href: "#", class: "button", onclick: go}, "Gem")`. An attribute that is null or false is left out.
 * @param {string} tag @param {Record<string, any>} [attributes] @param {...(Child | Child[])} children
 * @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
  const made = /** @type {any} */ (document.createElement(tag));
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) does(made, name.slice(2), value);
    else if (name === "value") made.value = value;
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false).map((one) => (one instanceof Node ? one : String(one))));
  return made;
}

/** What an element does lies on the element, so that it can be told anew when the view is drawn again (redraw.js).
 * @param {any} made @param {string} event @param {((event: any) => void) | undefined} deed */
function does(made, event, deed) {
  if (!deed) return;
  (made.deeds ??= {})[event] = deed;
  made.addEventListener(event, (/** @type {Event} */ happened) => made.deeds?.[event]?.(happened));
}

/** The file of icons is fetched and read once the first frame is drawn: nobody needs a picture before a field.
 * @type {(() => void)[] | null} */
let icons_wait = [];
export function show_icons() {
  icons_wait?.forEach((show) => show());
  icons_wait = null;
}

/** @param {string} name @param {string} [kind] class of the svg */
export function icon(name, kind = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", kind);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(SVG, "use");
  const href = `${ICONS}#${name}`;
  if (icons_wait) icons_wait.push(() => use.setAttribute("href", href));
  else use.setAttribute("href", href);
  svg.append(use);
  return svg;
}

/** @param {string} text @param {() => void} onclick @param {{kind?: string, icon?: string, id?: string}} [more] */
export function button(text, onclick, { kind = "", icon: name = "", id } = {}) {
  return h("button", { type: "button", class: `button ${kind}`.trim(), onclick, id }, name && icon(name), text);
}

/** @param {"wait" | "ok" | "bad" | "info"} kind @param {string} name @param {...(Child | Child[])} children */
export function bar(kind, name, ...children) {
  return h("div", { class: `bar ${kind}`, role: { bad: "alert", wait: "status", ok: "status", info: null }[kind] }, icon(name), h("div", { class: "bar-text" }, ...children));
}

/** @param {string} text @param {string} kind @param {string} [name] */
export const pill = (text, kind = "", name = "") => h("span", { class: `pill ${kind}`.trim() }, name && icon(name), text);

/** A row of a list that leads on. @param {{id: string, title: Child, note?: Child, onclick: () => void, name?: string, mark?: Child}} row */
export function row({ id, title, note, onclick, name, mark }) {
  /** @param {Event} event */
  const press = (event) => {
    event.preventDefault();
    onclick();
  };
  const text = h("span", { class: "item-text" }, h("span", { class: "item-title" }, title), note && h("span", { class: "item-note" }, note));
  const end = mark || h("span", { class: "item-chevron" }, icon("chevron-right"));
  return h("li", {}, h("a", { class: "item", href: "#", id, onclick: press }, name && icon(name), text, end));
}

/** What people wrote is in the municipality's language, whatever the page speaks. */
export const as_noted = () => (document.documentElement.lang === "da" ? null : "da");

/** The citizen's own words, between »«, apart from the leader's. @param {string} text */
export function words(text) {
  const parts = text.split(/»([^»«]*)«/);
  return h("p", { class: "words", lang: as_noted() }, parts.map((part, place) => (place % 2 ? h("q", { class: "voice" }, part) : part)));
}

/**
 * Chips to choose from. `many` false: one or none; a second press lets go.
 * @param {{legend: string, hint?: Child, name: string, options: {code: string, text: Child | Child[], suggested?: boolean}[], chosen: string[], many?: boolean,
 *   onchange: (chosen: string[]) => void}} field
 */
export function chips({ legend, hint, name, options, chosen, many = true, onchange }) {
  /** By what stands on the screen: it may have been drawn again since. @param {Event} event */
  const pressed = ({ currentTarget }) => {
    const box = /** @type {HTMLInputElement} */ (currentTarget);
    const boxes = [.../** @type {Element} */ (box.closest("fieldset")).querySelectorAll("input")];
    if (!many) for (const other of boxes) other.checked = other === box && box.checked;
    const hidden = chosen.filter((one) => !options.some(({ code }) => code === one));
    onchange([...(many ? hidden : []), ...boxes.filter((one) => one.checked).map((one) => one.value)]);
  };
  const drawn = options.map(({ code, text, suggested }) => {
    const box = h("input", { type: "checkbox", name, value: code, id: `${name}-${code}`, autocomplete: "off", onchange: pressed });
    box.checked = chosen.includes(code);
    return h("label", { class: suggested ? "chip suggested" : "chip" }, box, h("span", {}, text));
  });
  return h("fieldset", { class: "field chips-field", id: name }, h("legend", {}, legend), hint && h("p", { class: "hint" }, hint), h("div", { class: "chips" }, drawn));
}
