// @ts-check
// A draft as the phone would show it, drawn by the phone's own modules. Nothing is kept, sent or registered here: the page's own
// policy lets it fetch nothing, and no module of the store is asked for anything.
import { button, h, show_icons } from "../phone/dom.js";
import { redraw } from "../phone/redraw.js";
import { state } from "../phone/state.js";
import { to_say } from "../phone/views/before.js";
import { field } from "../phone/views/fields.js";
import { about, foot } from "../phone/views/talk_parts.js";
import { _ } from "../words.js";

/** In the editor's frame Tab passes it by: whoever goes by keyboard opens it whole. @param {Element} root */
function passed_by(root) {
  if (window.parent === window) return;
  for (const one of root.querySelectorAll("a, button, input, textarea, select, summary, [tabindex]")) one.setAttribute("tabindex", "-1");
}

/** @param {HTMLElement} page */
export function start(page) {
  let set = JSON.parse(page.dataset.asked ?? "null");
  let place = "before";
  const draft = { unit: "", held_on: "", opened_at: "", about: {} };
  const [top, main] = ["top", "main"].map((id) => /** @type {HTMLElement} */ (document.getElementById(id)));
  const go = (/** @type {string} */ to) => {
    place = to;
    draw();
    scrollTo(0, 0);
    /** @type {HTMLElement | null} */ (main.querySelector(to === "form" ? "textarea, input" : "h1"))?.focus();
  };

  function draw() {
    state.kit = { units: [{ id: "", name: "", sector: set.sector }], question_sets: [set] };
    const [bar, parts] = place === "before" ? said_aloud() : written();
    const inner = h("div", { class: "top-inner" }, bar);
    main.className = place === "before" ? "main has-dock" : "main";
    [inner, ...parts].forEach(passed_by);
    redraw(top, [inner]);
    redraw(main, parts);
  }

  /** @returns {any[][]} */
  function said_aloud() {
    const said = h("input", { type: "checkbox", id: "promised", autocomplete: "off" });
    return [[h("span", { class: "brand" }, "Hørt")], [h("div", { class: "dock", id: "dock" }, button(_("Notér samtalen bagefter"), () => go("form"), { icon: "pencil", id: "new" })), to_say(set, said)]];
  }

  /** @returns {any[][]} */
  function written() {
    const fields = set.questions.map((/** @type {any} */ question) => field(question, undefined, {}, () => {}, null));
    const nothing = (/** @type {Event} */ event) => (event.preventDefault(), said.replaceChildren(_("Det er en prøve. Intet bliver gemt.")));
    const said = h("p", { class: "small muted", role: "status", id: "trial" });
    const form = h("form", { class: "form", novalidate: true, id: "form", onsubmit: nothing }, fields,
      h("p", { class: "small muted" }, _("Ét svar er nok. Sæt »…« om %(voice)s. Ingen navne.", { voice: (set.voice ?? "").toLowerCase() })), ...about(draft, set, () => {}), said, foot(set));
    return [
      [button(_("Luk"), () => go("before"), { kind: "quiet top-close", icon: "x", id: "close" }), h("span", { class: "top-title" }, _("Ny samtale")), h("span", { class: "top-status" })],
      [h("h1", { class: "visually-hidden", tabindex: "-1", id: "here" }, _("Ny samtale")), form],
    ];
  }

  window.addEventListener("message", ({ origin, source, data }) => {
    if (origin !== location.origin || source !== window.parent || !data?.asked) return;
    set = data.asked;
    draw();
  });
  passed_by(document.body);
  draw();
  show_icons();
}
