// @ts-check
// In the place of a view that is not here yet (later.js). *Gemt* stands here all the same: the talk is on the disk.
import { _ } from "../../words.js";
import { button, h, icon, pill } from "../dom.js";
import { missing } from "../frame.js";
import { is_missing } from "../later.js";

/** @param {string} name of the view @returns {(app: import("../app.js").App) => import("../app.js").View} */
export const not_here = (name) => (app) => {
  const is_saved = name === "saved";
  const title = is_saved ? _("Gemt") : _("Et øjeblik");
  return {
    title,
    waits: true,
    alone: is_saved,
    dock: is_saved && button(_("Færdig"), app.home, { id: "done" }),
    main: [
      h("div", { class: "stack" },
        is_saved && h("span", { class: "done-mark", "aria-hidden": "true" }, icon("check")),
        h("h1", { tabindex: "-1" }, title),
        is_saved && h("p", { class: "row", role: "status" }, pill(_("Gemt på telefonen"), "wait", "smartphone")),
        is_missing() && missing(is_saved && _("Samtalen er gemt og sendes senere."))),
    ],
  };
};
