// @ts-check
// *Ny samtale*: one scrolling screen. Every change is kept as a draft; *Gem* is never delayed.
import { covered, faults, is_untouched } from "../../capture/draft.js";
import { start as quote_marks } from "../../modules/quote-marks.js";
import * as store from "../../outbox/store.js";
import { _ } from "../../words.js";
import { h, pill } from "../dom.js";
import { once } from "../once.js";
import { save } from "../saving.js";
import { asked_quickly } from "../sets.js";
import { going_on, load, set_of, state } from "../state.js";
import { field } from "./fields.js";
import { new_one } from "./home.js";
import { one_editor, shut } from "./one_editor.js";
import { place_of_newer } from "./place_of_newer.js";
import { about, foot, no_form, not_kept, summary, words_of } from "./talk_parts.js";

const KEEP_AFTER_MS = 300;

/** The shortcut of the home screen. @param {import("../app.js").App} app */
export function new_talk(app) {
  queueMicrotask(() => new_one(app, false, true));
  return { title: _("Ny samtale"), main: [] };
}

/** @param {import("../app.js").App} app @param {{id: string, draft?: any, set?: any}} args @returns {import("../app.js").View} */
export function talk(app, args) {
  if (!args.draft) {
    once(`talk ${args.id}`, () => go_on(app, args.id));
    return { title: _("Ny samtale"), main: [] };
  }
  if (!args.set) return { title: _("Ny samtale"), close: app.home, main: [no_form(args.draft)] };
  return writing(app, args.draft, args.set);
}

/** With the draft as it lies on the disk: another tab may have written on in it. @param {import("../app.js").App} app @param {string} id */
async function go_on(app, id) {
  await load();
  const draft = state.drafts.find((one) => one.id === id);
  if (!draft) return app.home();
  app.go("talk", { id, draft: going_on(draft), set: (await set_of(draft.version)) ?? null }, { replace: true });
}

/** @param {import("../app.js").App} app @param {import("../../capture/draft.js").Draft} draft @param {any} set @returns {import("../app.js").View} */
function writing(app, draft, set) {
  const { kit } = state;
  const status = h("span", { role: "status" });
  const problem = h("div", {});
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let [done, touched, locked] = [false, false, false];
  const keep = async () => {
    clearTimeout(timer);
    timer = undefined;
    if (done || locked || !touched) return;
    draft.edited_at = new Date().toISOString();
    try {
      if (is_untouched(draft) && !draft.promised && draft.revision === 1) return void (await store.drop_draft(draft.id), status.replaceChildren());
      await store.keep_draft(covered(draft, kit.guard));
      if (!done && !status.hasChildNodes()) status.append(pill(_("Gemt"), "", "check"));
      problem.replaceChildren();
    } catch (error) {
      status.replaceChildren();
      problem.replaceChildren(not_kept(draft, set));
      console.info("a draft could not be kept", error instanceof Error ? error.name : "");
    }
  };
  const changed = () => {
    touched = true;
    timer ??= setTimeout(keep, KEEP_AFTER_MS);
  };
  const hidden = () => document.visibilityState === "hidden" && timer && keep();
  document.addEventListener("visibilitychange", hidden);
  window.addEventListener("pagehide", keep);
  state.writing = keep;

  /** @param {import("../../capture/draft.js").Draft} next @param {any} its_set */
  const become = (next, its_set) => {
    if (locked) return;
    Object.assign(draft, next);
    set = its_set;
    changed(), draw([]);
    /** @type {HTMLElement | null} */ (newer.querySelector("button, select"))?.focus();
  };
  const { newer, look } = place_of_newer(draft, () => set, become);
  const body = h("div", { class: "stack" });
  const form = h("form", { class: "form", novalidate: true, onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), press()) });
  /** @param {{question: string, text: string}[]} found */
  const draw = (found) => {
    const said = (/** @type {string} */ question) => found.find((one) => one.question === question)?.text ?? null;
    const asked = draft.quick ? asked_quickly(set) : set.questions;
    form.replaceChildren(...asked.map((/** @type {any} */ question) => field(question, draft.answers[question.id], kit.guard, (value) => (draft.answers[question.id] = value, changed()), said(question.id))),
      h("p", { class: "small muted" }, _("Ét svar er nok. Sæt »…« om %(voice)s. Ingen navne.", { voice: set.voice.toLowerCase() })),
      foot(set));
    const below = () => (draft.quick || form.lastElementChild?.before(...about(draft, set, changed)), locked && shut(body));
    if (found.length) below();
    else requestAnimationFrame(() => setTimeout(below)); // it lies below the fold: the first field need not wait for it
    body.replaceChildren(...(found.length ? [summary(found)] : []), problem, newer, form);
    look();
    quote_marks(form);
  };
  const press = async () => {
    if (done || locked) return;
    const found = faults(draft, set).map((one) => ({ question: one.question, text: words_of(one) }));
    if (found.length) {
      draw(found);
      document.title = `${_("Fejl:")} ${title} – Hørt`;
      return void (/** @type {HTMLElement} */ (body.querySelector(".error-summary")).focus());
    }
    done = true;
    clearTimeout(timer);
    try {
      await save(draft, set);
      app.changed();
      app.go("saved", { id: draft.first }, { replace: true });
    } catch {
      done = false;
      problem.replaceChildren(not_kept(draft, set));
      problem.scrollIntoView();
    }
  };
  const title = draft.replaces ? _("Ret samtalen") : draft.quick ? _("Hurtig note") : _("Ny samtale");
  draw([]);
  const release = one_editor(draft.id, (why) => {
    locked = true;
    problem.replaceChildren(why);
    shut(body);
  });
  return {
    title,
    status,
    keep: true,
    again: () => (look(), locked && shut(body)),
    close: app.home,
    main: [h("h1", { class: "visually-hidden", tabindex: "-1" }, title), body],
    focus: form.querySelector("textarea, input"),
    leave: () => {
      document.removeEventListener("visibilitychange", hidden);
      window.removeEventListener("pagehide", keep);
      state.writing = null;
      release();
      if (done) return;
      keep().then(load).then(() => app.here !== "talk" && app.draw());
    },
  };
}
