// @ts-check
// Where it is said above a form that there are newer questions (newer.js, a part of rest.js): drawn anew only when something is new.
import { h } from "../dom.js";
import { rest } from "../later.js";
import { state } from "../state.js";

/** @param {import("../../capture/draft.js").Draft} draft @param {() => any} its_set @param {(draft: any, set: any) => void} become */
export function place_of_newer(draft, its_set, become) {
  const newer = h("div", {});
  let known = "";
  const look = () => {
    const set = its_set();
    const newest = state.kit.question_sets.find((/** @type {any} */ one) => one.id === set.id);
    const signs = [Boolean(rest()), newest?.version, set.version, draft.left?.length, draft.steps?.length].join();
    if (signs !== known) newer.replaceChildren(...(rest()?.newer(draft, set, become) ?? []));
    known = signs;
    newer.hidden = !newer.hasChildNodes();
  };
  return { newer, look };
}
