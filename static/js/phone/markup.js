// @ts-check
// What the server made of Markdown (domain/base/text.py) as elements. It is read piece by piece and never handed to the browser as
// markup: a tag that is not on the list is text, an attribute is left out, a link goes nowhere else than the server lets it.
import { h } from "./dom.js";

const TAGS = ["p", "br", "strong", "em", "ul", "ol", "li", "h2", "h3", "h4", "blockquote", "a", "code", "hr"];
const WITHOUT_END = ["br", "hr"];
const SCHEMES = ["http:", "https:", "mailto:", "tel:"];
const PIECES = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"]*")*)\s*\/?>|[^<]+|</g;
const LETTERS = /** @type {Record<string, string>} */ ({ amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0", "#39": "'" });

/** @param {string} html @returns {Node[]} */
export function built(html) {
  const open = [h("div")];
  for (const [piece, end, name, attributes] of html.matchAll(PIECES)) {
    if (!TAGS.includes(name)) open.at(-1).append(plain(piece));
    else if (end) close(open, name);
    else {
      const made = h(name, { href: name === "a" ? address(attributes) : null });
      open.at(-1).append(made);
      if (!WITHOUT_END.includes(name)) open.push(made);
    }
  }
  return [...open[0].childNodes];
}

/** With all that was begun in it; a tag that was not begun ends nothing. @param {any[]} open @param {string} name */
function close(open, name) {
  const place = open.map((one) => one.localName).lastIndexOf(name);
  if (place > 0) open.splice(place);
}

/** @param {string} text */
const plain = (text) => text.replace(/&(#?\w+);/g, (whole, name) => LETTERS[name] ?? whole);

/** @param {string} attributes @returns {string | null} null: none that one may go to */
function address(attributes) {
  const href = plain(/\shref="([^"]*)"/.exec(attributes)?.[1] ?? "");
  try {
    return href && SCHEMES.includes(new URL(href, document.baseURI).protocol) ? href : null;
  } catch {
    return null;
  }
}
