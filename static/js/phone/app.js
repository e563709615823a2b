// @ts-check
// The phone's one page: views in a document, so that a tap can open a field, and nothing is fetched on the way.
import { _, speak } from "../words.js";
import * as store from "../outbox/store.js";
import { h, show_icons } from "./dom.js";
import { fetch_kit, from_store } from "./kit.js";
import * as sending from "./sending.js";
import { state } from "./state.js";
import { frame } from "./frame.js";
import { VIEWS } from "./views.js";
import { new_one } from "./views/home.js";
import { watch_releases } from "./release.js";

/** @typedef {{title: string, main: any[], dock?: any, close?: () => void, status?: any, leave?: () => void, keep?: boolean, alone?: boolean, focus?: any}} View */

/** The second tap of a double tap comes within this time. */
const DOUBLE_TAP_MS = 500;
/** An opening waits no longer than this for a net. */
const LONGEST_ASKING_MS = 3_000;
const LONGEST_FRAME_MS = 1_000;

let here = { name: "home", args: /** @type {any} */ ({}) };
/** @type {View | null} */
let shown = null;
let came_at = 0;

/** Shows a view, within the tap: a field may take the focus. @param {string} name @param {any} [args] */
export function go(name, args = {}, { replace = false } = {}) {
  const address = `#/${[name, args.id].filter(Boolean).join("/")}`;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  show(name, args);
}

/** @param {string} name @param {any} args */
function show(name, args) {
  const is_first = !shown;
  shown?.leave?.();
  state.back = null;
  here = { name, args };
  came_at = performance.now();
  draw(true);
  if (!is_first) scrollTo(0, 0);
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

/** A double tap is meant for what stood there at the first: it presses nothing of a view that came meanwhile. @param {MouseEvent} event */
function not_meant(event) {
  if (event.detail < 2 || performance.now() - came_at > DOUBLE_TAP_MS) return;
  event.preventDefault();
  event.stopPropagation();
}

/** The view that the address names, when it can be shown from what lies here. */
function by_address() {
  const [name = "home", id] = location.hash.replace(/^#\//, "").split("/");
  // Straight into the form, for the shortcut of the home screen: nothing is drawn on the way.
  if (state.kit && (name === "new" || name === "quick")) new_one(app, name === "quick", true);
  else if (name in VIEWS) show(name, id ? { id } : {});
  else show("home", {});
}

/** A frame was drawn; a page that is not looked at draws none. */
const drawn = () => new Promise((done) => (requestAnimationFrame(() => setTimeout(done)), setTimeout(done, LONGEST_FRAME_MS)));

async function start() {
  try {
    await from_store();
  } catch (error) {
    state.broken = String(error);
  }
  if (!state.kit && !state.broken) await fetch_kit(by_address).catch(() => false);
  // Signed out last time: whoever signs in next may be another, so nobody's talks are shown before that is asked.
  else if (state.net === "signed_out") await Promise.race([fetch_kit().catch(() => false), new Promise((over) => setTimeout(over, LONGEST_ASKING_MS))]);
  document.documentElement.lang = state.kit?.language ?? "da";
  await speak(document.documentElement.lang);
  sending.start(() => draw());
  window.addEventListener("popstate", by_address);
  document.addEventListener("click", not_meant, true);
  if (!shown) by_address();
  // First what was asked for; then what can wait.
  await drawn();
  show_icons();
  if (!state.broken) await store.opened().catch((error) => ((state.broken = String(error)), draw()));
  watch_releases(app);
  if (!state.broken) await sending.kick();
}

start().catch((error) => {
  show_icons();
  console.error("the app did not start", error);
  document.getElementById("main")?.append(h("p", {}, _("Noget gik galt hos os. Brug formularen uden JavaScript, eller prøv igen.")), h("p", {}, h("a", { href: "/capture/plain" }, _("Formularen uden JavaScript"))));
});
