// @ts-check
// Posts the editor's form and gets the page that comes back as a document: a parser that runs nothing, and no markup made of strings.

const LONGEST_MS = 20_000;

/** @typedef {{status: number, page: Document | null}} Answer status 0: no answer */

/** @param {string} address @param {URLSearchParams} body @returns {Promise<Answer>} */
export const post = (address, body) =>
  new Promise((resolve) => {
    const asked = new XMLHttpRequest();
    const none = () => resolve({ status: 0, page: null });
    asked.open("POST", address);
    asked.responseType = "document";
    asked.timeout = LONGEST_MS;
    asked.setRequestHeader("Accept", "text/html");
    asked.onload = () => resolve({ status: asked.status, page: asked.responseXML });
    asked.onerror = asked.onabort = asked.ontimeout = none;
    asked.send(body);
  });

/** The form as a browser would send it. @param {HTMLFormElement} form @param {string} deed */
export function body_of(form, deed) {
  const pairs = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  return new URLSearchParams([...pairs, ["do", deed]]);
}
