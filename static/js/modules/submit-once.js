// @ts-check
// A double tap sends a form once. The button works again when the browser brings the page back.

/** @param {HTMLElement} form */
export function start(form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => {
    sent = false;
  });
}
