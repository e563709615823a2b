// @ts-check
// The phone's one page: views in a document, so that a tap can open a field, and nothing is fetched on the way.
import { _, speak } from "../words.js";
import { h } from "./dom.js";
import { fetch_kit, from_store } from "./kit.js";
import * as sending from "./sending.js";
import { state } from "./state.js";
import { frame } from "./frame.js";
import { VIEWS } from "./views.js";
import { watch_releases } from "./release.js";

/** @typedef {{title: string, main: any[], dock?: any, close?: () => void, status?: any, leave?: () => void, keep?: boolean, alone?: boolean, focus?: any}} View */

let here = { name: "home", args: /** @type {any} */ ({}) };
/** @type {View | null} */
let shown = null;

/** Shows a view, within the tap: a field may take the focus. @param {string} name @param {any} [args] */
export function go(name, args = {}, { replace = false } = {}) {
  const address = `#/${[name, args.id].filter(Boolean).join("/")}`;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  show(name, args);
}

/** @param {string} name @param {any} args */
function show(name, args) {
  shown?.leave?.();
  state.back = null;
  here = { name, args };
  draw(true);
  scrollTo(0, 0);
}

/** @param {boolean} [arrived] whether the view was just come to */
function draw(arrived = false) {
  if (!arrived && shown?.keep) return;
  const focused = document.activeElement?.id;
  // Until the phone knows whom it belongs to there is one view only.
  const view = ((state.kit && VIEWS[here.name]) || VIEWS.home)(app, here.args);
  shown = view;
  document.title = `${view.title} – Hørt`;
  frame(app, view, arrived);
  if (arrived) (view.focus ?? document.querySelector("h1"))?.focus();
  else if (focused && focused !== "main" && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}

export const app = {
  state,
  go,
  draw,
  home: () => go("home"),
  kick: sending.kick,
  changed: sending.changed,
  get here() {
    return here.name;
  },
};

/** @typedef {typeof app} App */

/** The view that the address names, when it can be shown from what lies here. */
function by_address() {
  const [name = "home", id] = location.hash.replace(/^#\//, "").split("/");
  if (name in VIEWS) show(name, id ? { id } : {});
  else show("home", {});
}

async function start() {
  try {
    await from_store();
  } catch (error) {
    state.broken = String(error);
  }
  if (!state.kit && !state.broken) await fetch_kit().catch(() => false);
  document.documentElement.lang = state.kit?.language ?? "da";
  await speak(document.documentElement.lang);
  sending.start(() => draw());
  window.addEventListener("popstate", by_address);
  by_address();
  watch_releases(app);
  if (!state.broken) await sending.kick();
}

start().catch((error) => {
  console.error("the app did not start", error);
  document.getElementById("main")?.append(h("p", {}, _("Noget gik galt hos os. Brug formularen uden JavaScript, eller prøv igen.")), h("p", {}, h("a", { href: "/capture/plain" }, _("Formularen uden JavaScript"))));
});
