// @ts-check
// What stands around every view: the top bar, the tabs, the docked button, and one line that says how things are.
import { counts, elsewhere } from "../outbox/queue.js";
import { _, ngettext } from "../words.js";
import { bar, button, h, icon } from "./dom.js";
import { fetch_rest, is_hopeless, is_missing } from "./later.js";
import { redraw } from "./redraw.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app @param {import("./app.js").View} view @param {boolean} arrived whether the view was just come to */
export function frame(app, view, arrived) {
  const main = /** @type {HTMLElement} */ (document.getElementById("main"));
  const top = /** @type {HTMLElement} */ (document.getElementById("top"));
  const tabbed = !view.close && !view.alone && app.state.kit;
  main.className = `main${tabbed ? " has-tabs" : ""}${view.dock ? " has-dock" : ""}`;
  const parts = [...(view.dock ? [h("div", { class: "dock", id: "dock" }, view.dock)] : []), ...view.main.filter(Boolean)];
  const bar_of_it = h("div", { class: "top-inner" }, view.close ? task(view) : brand(app, Boolean(tabbed)));
  // A form keeps its own status in the bar: that very node.
  if (view.status) top.replaceChildren(bar_of_it);
  else redraw(top, [bar_of_it]);
  demo_banner(app, top);
  if (arrived) main.replaceChildren(...parts);
  else redraw(main, parts);
}

/** The shell is the same for everybody; that all is invented is known from the kit. @param {App} app @param {Element} top */
function demo_banner(app, top) {
  if (!app.state.kit?.demo || document.getElementById("demo")) return;
  top.before(h("aside", { class: "demo-banner", id: "demo", "aria-label": _("Om demoen") }, _("Demo: kommune, huse, mennesker og citater er opdigtede.")));
}

/** @param {import("./app.js").View} view */
function task(view) {
  return [
    button(_("Luk"), /** @type {() => void} */ (view.close), { kind: "quiet top-close", icon: "x", id: "close" }),
    h("span", { class: "top-title" }, view.title),
    h("span", { class: "top-status" }, view.status),
  ];
}

/** @param {App} app @param {boolean} tabbed */
function brand(app, tabbed) {
  const { kit, outbox } = app.state;
  const waiting = counts(outbox, kit?.person.id);
  const n = waiting.waiting + waiting.stuck;
  const tabs = [tab(app, "home", _("Hjem"), "house"), tab(app, "talks", _("Samtaler"), "message-circle"), tab(app, "outbox", n ? _("På vej (%(num)d)", { num: n }) : _("På vej"), "send")];
  const initials = kit?.person.name.split(" ").map((/** @type {string} */ part) => part[0]).filter(Boolean);
  return [
    h("a", { class: "brand", href: "/phone/#/home", onclick: press(app.home) }, icon("logo", "logo"), "Hørt"),
    tabbed && h("nav", { class: "tabs", "aria-label": _("Hovedmenu") }, h("ul", {}, tabs)),
    kit && h("a", { class: "profile", href: "/people/me" }, h("span", { class: "profile-name" }, kit.person.name), h("span", { class: "initials", "aria-hidden": "true" }, initials[0], initials.length > 1 && initials.at(-1)), h("span", { class: "visually-hidden" }, _("Din profil"))),
  ];
}

/** @param {() => void} work @returns {(event: Event) => void} */
const press = (work) => (event) => {
  event.preventDefault();
  work();
};

/** @param {App} app @param {string} name @param {string} text @param {string} sign */
function tab(app, name, text, sign) {
  return h("li", {}, h("a", { href: `/phone/#/${name}`, id: `tab-${name}`, "aria-current": app.here === name ? "page" : null, onclick: press(() => app.go(name)) }, icon(sign), h("span", {}, text)));
}

/** The rest of the app cannot be had (later.js). The button stays the same one: it may have the focus. @param {...any} more */
export function missing(...more) {
  const [text, press_it] = is_hopeless() ? [_("Genindlæs"), () => location.reload()] : [_("Prøv igen"), () => void fetch_rest()];
  return bar("wait", "wifi-off", h("b", {}, _("Resten af Hørt er ikke hentet endnu.")), " ", ...more, h("p", {}, button(text, press_it, { kind: "quiet", id: "fetch-rest" })));
}

/** The green sign stands only where all went well; what was refused is told beside what was sent. @param {{sent: number, refused: number}} back */
function came_back({ sent, refused }) {
  const [kind, sign] = refused ? /** @type {const} */ (["info", "info"]) : /** @type {const} */ (["ok", "check"]);
  return bar(kind, sign, h("b", {}, _("Du er på nettet igen.")), sent > 0 && [" ", ngettext("%(num)d samtale er sendt.", "%(num)d samtaler er sendt.", sent)], refused > 0 && [" ", ngettext("%(num)d har brug for dig.", "%(num)d har brug for dig.", refused)]);
}

/** How things are, in words that never lie. Empty when there is nothing to say. @param {App} app */
export function how_things_are(app) {
  const { net, outbox, kit, broken, update, update_waits, back } = app.state;
  const { stuck, waiting } = counts(outbox, kit?.person.id);
  const see = h("a", { href: "/phone/#/outbox", id: "see-waiting", onclick: press(() => app.go("outbox")) }, waiting + stuck > 1 ? _("Se dem") : _("Se den"));
  const lying = ngettext("%(num)d samtale er gemt på telefonen.", "%(num)d samtaler er gemt på telefonen.", waiting);
  const boxed = ["home", "outbox"].includes(app.here) ? elsewhere(outbox, kit?.person.id, kit?.needs_help) : 0;
  const sign_in = h("a", { href: "/auth/sign-in?next=/phone/" }, _("Log ind igen"));
  const out = ["signed_out", "revoked", "no_role"].includes(net);
  const away = net === "away" || !navigator.onLine;
  const waits = waiting > 0 && app.here !== "outbox" && [" ", lying, " ", away ? _("De sendes, når du er på nettet.") : _("De sendes, når Hørt svarer igen."), " ", stuck ? null : see];
  return [
    broken && bar("bad", "triangle-alert", h("b", {}, _("Telefonen kan ikke gemme noget lige nu.")), " ", _("Skriv i formularen, der sender med det samme."), " ", h("a", { href: "/capture/plain" }, _("Åbn formularen"))),
    stuck > 0 && app.here !== "outbox" && bar("bad", "triangle-alert", h("b", {}, ngettext("%(num)d samtale har brug for dig.", "%(num)d samtaler har brug for dig.", stuck)), " ", see),
    boxed > 0 && bar("bad", "triangle-alert", h("b", {}, ngettext("%(num)d samtale på nettet har brug for dig.", "%(num)d samtaler på nettet har brug for dig.", boxed)), " ", away ? _("Du kan se det, når du er på nettet.") : h("a", { href: "/capture/help", id: "see-box" }, boxed > 1 ? _("Se dem") : _("Se den"))),
    net === "signed_out" && bar("wait", "log-in", h("b", {}, _("Du er logget ud.")), " ", _("Dine samtaler er her stadig. Skriv bare løs."), " ", sign_in),
    net === "revoked" && bar("bad", "lock", h("b", {}, _("Telefonens adgang er fjernet.")), " ", _("Det, der ikke er sendt, ligger her endnu. Spørg din administrator.")),
    away && !out && bar("wait", "wifi-off", h("b", {}, _("Du er ikke på nettet.")), " ", _("Skriv bare løs."), waits),
    net === "busy" && !away && bar("wait", "clock", h("b", {}, _("Hørt svarer ikke lige nu.")), " ", _("Skriv bare løs."), waits),
    !away && is_missing() && missing(net !== "busy" && waiting > 0 && [lying, " "], _("Intet sendes, før den er her.")),
    back !== null && !away && net === "ok" && came_back(back),
    Math.abs(kit?.skew_ms ?? 0) > 300_000 && bar("wait", "clock", _("Telefonens ur går forkert. Se på datoen, når du gemmer.")),
    update && bar("info", "refresh-cw", h("b", {}, _("Ny udgave klar.")), " ", button(_("Genindlæs"), update, { kind: "quiet", id: "update" }), update_waits && [" ", _("Du skriver i et andet vindue. Gem eller luk dér først.")]),
  ].filter(Boolean);
}
