// @ts-check
// »…«: marks the citizen's own words in the field one is writing in. Without JavaScript the marks are typed by hand.

/**
 * Where the marks go: around what is selected, else an empty pair with the caret inside. Blanks at the ends stay outside.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {{text: string, caret: number}}
 */
export function mark(text, start, end) {
  const chosen = text.slice(start, end);
  const inner = chosen.trim();
  const from = start + chosen.indexOf(inner);
  const marked = `${text.slice(0, from)}»${inner}«${text.slice(from + inner.length)}`;
  return { text: marked, caret: inner ? from + inner.length + 2 : from + 1 };
}

/** @param {HTMLElement} form */
export function start(form) {
  const button = form.querySelector("[data-quote-button]");
  const fields = form.querySelectorAll("textarea");
  if (!(button instanceof HTMLElement) || fields.length === 0) return;
  let latest = fields[0];
  // Not the one that merely had focus last: by keyboard one passes the other fields on the way to the button.
  for (const field of fields)
    for (const sign of ["input", "select", "pointerdown"]) field.addEventListener(sign, () => (latest = field));
  button.hidden = false;
  button.addEventListener("click", () => {
    const marked = mark(latest.value, latest.selectionStart, latest.selectionEnd);
    latest.value = marked.text;
    latest.dispatchEvent(new Event("input", { bubbles: true }));
    latest.focus();
    latest.setSelectionRange(marked.caret, marked.caret);
  });
}
