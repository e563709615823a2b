// @ts-check
// The editor of question sets saves by itself: every press and every pause posts the whole form, and the page that comes back is drawn
// over this one, without taking the focus or what was typed meanwhile. Without it, each button is a page of its own.
import { redraw } from "../phone/redraw.js";
import { body_of, post } from "../questions/post.js";
import { as_typed, bring_back, carry, fields, forget, is_box, keep, stands } from "../questions/typed.js";
import { _ } from "../words.js";

const PAUSE_MS = 700;
const LONGEST_PAUSE_MS = 4_000;
const AGAIN_MS = 5_000;

/** @param {HTMLElement} root */
export function start(root) {
  const form = /** @type {HTMLFormElement} */ (root.querySelector("form"));
  const kept_as = `hoert-draft ${form.action}`;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let [sending, leaving, out] = [false, false, false];
  let [dirty_since, refused] = [0, 0];
  /** @type {string | null} */
  let next = null;

  const owner = () => hidden("owner");
  const hidden = (/** @type {string} */ name) => /** @type {HTMLInputElement | null} */ (form.querySelector(`input[name=${name}]`))?.value ?? "";
  const say = (/** @type {string} */ text) => {
    const place = document.getElementById("saving");
    if (place && place.textContent !== text) place.textContent = text;
  };

  /** What is sent later is told from what was sent before and comes late. */
  const count = () => {
    const nth = /** @type {HTMLInputElement | null} */ (form.querySelector("input[name=nth]"));
    if (nth) nth.value = String(Number(nth.value) + 1);
  };

  function changed(pause = PAUSE_MS) {
    dirty_since ||= Date.now();
    show();
    clearTimeout(timer);
    timer = setTimeout(send, Math.max(0, Math.min(pause, dirty_since + LONGEST_PAUSE_MS - Date.now())));
  }

  async function send(deed = "keep") {
    clearTimeout(timer);
    if (out && deed === "keep") return;
    if (sending) return void (next = deed === "keep" ? (next ?? deed) : deed);
    sending = true;
    const sent = stands(form);
    count();
    const was_dirty = dirty_since;
    dirty_since = 0;
    const answer = await post(form.action, body_of(form, deed));
    sending = false;
    const fresh = answer.page?.getElementById("editor");
    if (answer.status === 200 && fresh) take(fresh, sent, deed);
    else {
      dirty_since = was_dirty || Date.now();
      fail(answer.status, fresh, deed);
    }
    const waits = next;
    next = null;
    if (waits) send(waits);
  }

  /** @param {HTMLElement} found @param {Map<string, string>} sent @param {string} deed */
  function take(found, sent, deed) {
    refused = 0;
    const fresh = document.adoptNode(found);
    if (carry(form, fresh, sent)) changed();
    else forget(kept_as);
    read_only(false);
    redraw(root, [...fresh.childNodes]);
    root.dataset.at = fresh.dataset.at;
    show();
    const at = deed !== "keep" && fresh.dataset.at;
    if (at) land(at);
  }

  /** The pressed button or the new field takes the focus. @param {string} id */
  function land(id) {
    const found = document.getElementById(id);
    for (let box = found?.closest("details"); box; box = box.parentElement?.closest("details")) box.open = true;
    found?.focus();
    const [verb, ...path] = id.split(".");
    const place = document.getElementById(path.join("."));
    if (["up", "down"].includes(verb) && place?.matches("li")) say(_("Nu nummer %(num)d", { num: [...(place.parentElement?.children ?? [])].indexOf(place) + 1 }));
  }

  /** @param {number} status @param {HTMLElement | null | undefined} fresh @param {string} deed */
  function fail(status, fresh, deed) {
    keep(kept_as, form, owner());
    const token = /** @type {HTMLInputElement | null | undefined} */ (fresh?.querySelector("input[name=csrf_token]"))?.value;
    if (status === 419 && token && refused++ < 2) {
      for (const input of root.querySelectorAll("input[name=csrf_token]")) if (input instanceof HTMLInputElement) input.value = token;
      return void send(deed);
    }
    if (status === 0 || status >= 500) {
      read_only(true);
      say(status ? _("Hørt svarer ikke. Det, du skrev, står her endnu.") : _("Du skal på nettet for at rette spørgsmål. Det, du skrev, står her endnu."));
      timer = setTimeout(send, AGAIN_MS);
      return;
    }
    out = true;
    if (deed !== "keep") return leave();
    say(status === 401 ? _("Du er logget ud. Tryk Gem; det, du skrev, følger med.") : status === 409 ? _("En anden har rettet det samme sted. Tryk Gem for at vælge.") : _("Det er ikke gemt. Tryk Gem."));
  }

  /** Texts can be read and copied, not written. @param {boolean} is */
  function read_only(is) {
    for (const field of fields(form)) if (!is_box(field) && !(field instanceof HTMLSelectElement)) field.readOnly = is;
    for (const button of root.querySelectorAll("button")) button.disabled = is;
  }

  /** As a page of its own. @param {HTMLElement | null} [button] */
  function leave(button) {
    leaving = true;
    count();
    form.requestSubmit(button ?? /** @type {HTMLElement} */ (document.getElementById("save")));
  }

  function show() {
    const [frame, told] = [document.getElementById("phone"), document.getElementById("asked-now")?.dataset.asked];
    if (frame instanceof HTMLIFrameElement && told) frame.contentWindow?.postMessage({ asked: as_typed(JSON.parse(told), form) }, location.origin);
  }

  root.addEventListener("submit", async (event) => {
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (leaving) return;
    if (button?.getAttribute("aria-disabled") === "true") return event.preventDefault();
    if (event.target === form && button?.name === "do" && !out) return event.preventDefault(), void send(button.value);
    // Publishing, or setting aside: what is on its way arrives first.
    while (sending && event.cancelable) {
      event.preventDefault();
      await new Promise((over) => setTimeout(over, 50));
      if (!sending) return event.target === form ? leave(button) : ((leaving = true), /** @type {HTMLFormElement} */ (event.target).requestSubmit());
    }
    leaving = true;
    if (event.target === form) count();
  });
  form.addEventListener("input", ({ target }) => changed(target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !is_box(target)) ? PAUSE_MS : 0));
  root.addEventListener("load", show, true);
  window.addEventListener("online", () => dirty_since && send());
  window.addEventListener("offline", () => fail(0, null, "keep"));
  window.addEventListener("pageshow", () => (leaving = false));
  window.addEventListener("beforeunload", (event) => dirty_since && !leaving && (keep(kept_as, form, owner()), event.preventDefault()));
  if (bring_back(kept_as, form, owner())) changed(0);
  show();
}
