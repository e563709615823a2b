// @ts-check
// *Før snakken*: the promise and the prompts, to be said aloud; no field at all.
import { _ } from "../../words.js";
import { button, h } from "../dom.js";
import { choices, new_one } from "./home.js";

/** @param {import("../app.js").App} app @returns {import("../app.js").View} */
export function before(app) {
  const kinds = choices(app.state.kit);
  return {
    title: _("Før snakken"),
    dock: kinds.length > 0 && button(_("Notér samtalen bagefter"), () => new_one(app), { icon: "pencil", id: "new" }),
    main: [
      h("div", { class: "stack-large" },
        h("header", { class: "page-head" }, h("h1", { tabindex: "-1" }, _("Før snakken")), h("p", { class: "muted" }, _("Læg telefonen væk, mens I taler. Du noterer bagefter."))),
        kinds.map((/** @type {any} */ { set }) => h("div", { class: "stack" },
          kinds.length > 1 && h("h2", {}, set.title),
          h("section", { class: "card stack-small" }, h("h2", {}, _("Sig først")), h("p", {}, set.promise)),
          h("section", { class: "card stack-small" }, h("h2", {}, _("Spørg om")), h("ol", { class: "prompts" }, set.questions.map((/** @type {any} */ question) => h("li", {}, question.prompt)))))),
      ),
    ],
  };
}
