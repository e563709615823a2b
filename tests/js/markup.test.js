// @ts-check
// What the server made of Markdown becomes elements of a list, and nothing else does.
import assert from "node:assert/strict";
import { test } from "node:test";

/** As much of a document as is built with. */
class Node {
  /** @param {string} name */
  constructor(name) {
    this.localName = name;
    this.childNodes = /** @type {any[]} */ ([]);
    this.attributes = /** @type {Record<string, string>} */ ({});
  }
  append(/** @type {any[]} */ ...more) {
    this.childNodes.push(...more);
  }
  setAttribute(/** @type {string} */ name, /** @type {string} */ value) {
    this.attributes[name] = value;
  }
}
Object.assign(globalThis, { Node, document: { documentElement: { lang: "da" }, baseURI: "https://hoert.example/phone/", createElement: (/** @type {string} */ name) => new Node(name) } });
const { built } = await import("../../static/js/phone/markup.js");

/** @param {any} node @returns {any} */
const seen = (node) => (typeof node === "string" ? node : [node.localName, ...(Object.keys(node.attributes).length ? [node.attributes] : []), ...node.childNodes.map(seen)]);
/** @param {string} html */
const of = (html) => built(html).map(seen);

test("what Markdown can say is there as it was said", () => {
  assert.deepEqual(of("<p>Tag snakken <strong>stående</strong>.<br>Sid &amp; lyt</p>"), [["p", "Tag snakken ", ["strong", "stående"], ".", ["br"], "Sid & lyt"]]);
  assert.deepEqual(of('<ul>\n<li>Én <a href="https://a.example/?b&amp;c" rel="noopener noreferrer" title="x">to</a></li>\n</ul><hr>'), [["ul", "\n", ["li", "Én ", ["a", { href: "https://a.example/?b&c" }, "to"]], "\n"], ["hr"]]);
  assert.deepEqual(of("uden mærker, 2 &lt; 3"), ["uden mærker, 2 < 3"]);
});

test("a tag of no list is text, and no attribute comes along but an address that one may go to", () => {
  assert.deepEqual(of("<script>hit()</script>"), ["<script>", "hit()", "</script>"]);
  assert.deepEqual(of('<p onclick="hit()" style="x">a<img src="x" onerror="hit()"></p>'), [["p", "a", '<img src="x" onerror="hit()">']]);
  for (const href of ["javascript:hit()", "java\tscript:hit()", " javascript:hit()", "data:text/html,x", "blob:x", "http://[", ""]) assert.deepEqual(of(`<a href="${href}">a</a>`), [["a", "a"]], href);
  for (const href of ["/hjem", "mailto:a@b.example", "tel:12345678"]) assert.deepEqual(of(`<a href="${href}">a</a>`), [["a", { href }, "a"]]);
  assert.deepEqual(of("<a href=javascript:hit()>a</a>"), ["<", "a href=javascript:hit()>a"], "not as the server writes it: no tag");
});

test("what is begun and not ended, or ended and not begun, breaks nothing", () => {
  assert.deepEqual(of("<p><em>a</p>b</em></div><"), [["p", ["em", "a"]], "b", "</div>", "<"]);
});
