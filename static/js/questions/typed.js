// @ts-check
// What is typed in the editor: what came after it was sent, what has not been sent, and how the phone would show it.

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

/** @param {HTMLElement} form @returns {Field[]} */
export const fields = (form) => /** @type {any} */ ([...form.querySelectorAll("textarea, select, input:not([type=hidden])")]);

/** @param {Field} field */
export const is_box = (field) => field instanceof HTMLInputElement && ["radio", "checkbox"].includes(field.type);

/** What a field is told apart by. @param {Field} field */
const key = (field) => (is_box(field) ? `${field.name}=${field.value}` : field.name);

/** @param {Field} field */
const state = (field) => (is_box(field) ? String(/** @type {HTMLInputElement} */ (field).checked) : field.value);

/** @param {HTMLElement} form @returns {Map<string, string>} */
export const stands = (form) => new Map(fields(form).map((field) => [key(field), state(field)]));

/** @param {Field} field @param {string} found */
function put(field, found) {
  if (is_box(field)) /** @type {HTMLInputElement} */ (field).checked = found === "true";
  else field.value = found;
}

/** Puts into `fresh` what was typed here since `sent`, and leaves open what is open.
 * @param {HTMLElement} here @param {HTMLElement} fresh @param {Map<string, string>} sent @returns {boolean} whether anything was */
export function carry(here, fresh, sent) {
  const since = new Map([...stands(here)].filter(([name, found]) => sent.get(name) !== found));
  for (const field of fields(fresh)) if (since.has(key(field))) put(field, since.get(key(field)) ?? "");
  for (const more of fresh.querySelectorAll("details")) {
    const known = here.querySelector(`details[id="${CSS.escape(more.id)}"]`);
    if (known instanceof HTMLDetailsElement) more.open = known.open;
  }
  return since.size > 0;
}

/** What has not been sent lies here until it is, for this tab alone. @param {string} name @param {HTMLElement} form @param {string} owner */
export function keep(name, form, owner) {
  try {
    sessionStorage.setItem(name, JSON.stringify({ owner, texts: [...stands(form)] }));
  } catch (error) {
    console.info("nothing kept in the tab", error instanceof Error ? error.name : "");
  }
}

/** @param {string} name */
export const forget = (name) => sessionStorage.removeItem(name);

/** Puts back what was never sent. @param {string} name @param {HTMLElement} form @param {string} owner @returns {boolean} whether there was any */
export function bring_back(name, form, owner) {
  const kept = JSON.parse(sessionStorage.getItem(name) ?? "null");
  if (kept?.owner !== owner) return false;
  const texts = new Map(kept.texts);
  const other = fields(form).filter((field) => texts.has(key(field)) && texts.get(key(field)) !== state(field));
  for (const field of other) put(field, /** @type {string} */ (texts.get(key(field))));
  return other.length > 0;
}

/** The draft as the phone is to show it, with what stands in the form now. @param {any} asked @param {HTMLElement} form */
export function as_typed(asked, form) {
  for (const field of fields(form)) {
    const [first, id, part] = field.name.split(".");
    if (["title", "promise", "voice"].includes(first)) asked[first] = field.value || asked[first];
    const question = first === "question" && asked.questions.find((/** @type {any} */ one) => one.id === id);
    if (question && ["prompt", "label", "help"].includes(part) && field.name.split(".").length === 4) question[part] = field.value || question[part];
  }
  return asked;
}
