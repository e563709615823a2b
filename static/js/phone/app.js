// @ts-check
// The phone's one page: views in a document, so that a tap can open a field, and nothing is fetched on the way.
import { _ } from "../words.js";
import "./early.js";
import { h, show_icons } from "./dom.js";
import { fetch_kit, from_store, speak_to } from "./kit.js";
import { fetch_rest, rest, when_it_comes } from "./later.js";
import { state } from "./state.js";
import { frame } from "./frame.js";
import { is_later, view_of } from "./views.js";
import { new_one } from "./views/home.js";
import * as store from "../outbox/store.js";

/** @typedef {{title: string, main: any[], dock?: any, close?: () => void, status?: any, leave?: () => void, keep?: boolean, again?: () => void, alone?: boolean, focus?: any, waits?: boolean}} View */

/** The second tap of a double tap comes within this time. */
const DOUBLE_TAP_MS = 500;
/** An opening waits no longer than this for a net. */
const LONGEST_ASKING_MS = 3_000;
const LONGEST_FRAME_MS = 1_000;

let here = { name: "home", args: /** @type {any} */ ({}) };
/** @type {View | null} */
let shown = null;
let came_at = 0;
let [started, untold] = [false, false];

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
  if (!arrived && shown?.keep && state.kit) return shown.again?.();
  // Locked meanwhile: what stood in a form was kept, and is shown to nobody.
  if (!arrived && shown?.keep) shown.leave?.(), (here = { name: "home", args: {} }), history.replaceState(null, "", "#/home");
  const focused = document.activeElement?.id;
  // Until the phone knows whom it belongs to there is one view only.
  const view = /** @type {import("./views.js").Draws} */ ((state.kit && view_of(here.name)) || view_of("home"))(app, here.args);
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
  /** @param {{pressed?: boolean}} [how] */
  kick: (how) => rest()?.kick(how),
  /** Others are told of a deed; of one that comes before the sender, when that is here. */
  changed: () => (rest() ? rest()?.changed() : void (untold = true)),
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

function named() {
  const [name = "home", id] = location.hash.replace(/^#\//, "").split("/");
  return { name, id };
}

/** The view that the address names, when it can be shown from what lies here. */
function by_address() {
  const { name, id } = named();
  // Straight into the form, for the shortcut of the home screen: nothing is drawn on the way.
  if (state.kit && (name === "new" || name === "quick")) new_one(app, name === "quick", true);
  else if (view_of(name)) show(name, id ? { id } : {});
  else show("home", {});
}

/** The rest of the app was asked for: it is here now and begins its work, or what stands in the place of its views says that it is not. */
function came() {
  const found = rest();
  if (!found) return draw();
  if (started) return;
  started = true;
  found.start(() => draw());
  if (untold) found.changed();
  found.watch_releases(app);
  // After the view below, for it draws too; and also when that view throws.
  if (!state.broken) queueMicrotask(found.kick);
  shown?.again?.();
  if (!shown?.waits) return;
  const was_done = document.activeElement?.id === "done";
  show(here.name, here.args);
  if (was_done) document.getElementById("done")?.focus();
}

/** A frame was drawn; a page that is not looked at draws none. */
const drawn = () => new Promise((done) => (requestAnimationFrame(() => setTimeout(done)), setTimeout(done, LONGEST_FRAME_MS)));

async function start() {
  state.redraw = () => void (shown && draw());
  try {
    await from_store();
  } catch (error) {
    state.broken = String(error);
  }
  const asked = !state.kit && !state.broken && fetch_kit(by_address).catch(() => false);
  if (asked) await Promise.race([asked, ...(state.was_here ? [new Promise((over) => setTimeout(over, LONGEST_ASKING_MS))] : [])]);
  // Signed out last time: whoever signs in next may be another, so nobody's talks are shown before that is asked.
  else if (state.net === "signed_out") await Promise.race([fetch_kit().catch(() => false), new Promise((over) => setTimeout(over, LONGEST_ASKING_MS))]);
  await speak_to(state.kit);
  window.addEventListener("popstate", by_address);
  document.addEventListener("click", not_meant, true);
  // A view of the rest was asked for by its address: the frame waits for it, for a while.
  if (!shown && is_later(named().name)) await Promise.race([fetch_rest(), new Promise((over) => setTimeout(over, LONGEST_ASKING_MS))]);
  if (!shown) by_address();
  // First what was asked for; then what can wait.
  await drawn();
  show_icons();
  if (!state.broken) await store.can_keep().catch((error) => ((state.broken = String(error)), draw()));
  window.addEventListener("online", fetch_rest);
  when_it_comes(came);
  await fetch_rest();
}

start().catch((error) => {
  show_icons();
  console.error("the app did not start", error);
  document.getElementById("main")?.append(h("p", {}, _("Noget gik galt hos os. Brug formularen uden JavaScript, eller prøv igen.")), h("p", {}, h("a", { href: "/capture/plain" }, _("Formularen uden JavaScript"))));
});
