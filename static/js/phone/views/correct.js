// @ts-check
// On the way back into the form with what was saved.
import { _ } from "../../words.js";
import { correct, undo } from "../deeds.js";
import { once } from "../once.js";
import { load, set_of, talk_of } from "../state.js";

/** *Ret*, and *Fortryd* of what never left. @param {import("../app.js").App} app @param {{id: string, undone?: boolean}} args */
export function correct_talk(app, { id, undone = false }) {
  once(`correct ${id}`, () => begin(app, id, undone));
  return { title: _("Ret samtalen"), main: [] };
}

/** @param {import("../app.js").App} app @param {string} id @param {boolean} undone */
async function begin(app, id, undone) {
  await load(); // another tab may have begun a correction
  if (!talk_of(id)) return app.home();
  const draft = undone ? await undo(id) : correct(id);
  if (!draft) return app.go("saved", { id }, { replace: true }); // it has left meanwhile
  app.go("talk", { id: draft.id, draft, set: (await set_of(draft.version)) ?? null }, { replace: true });
}
