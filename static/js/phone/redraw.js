// @ts-check
// Draws a view again without taking away what somebody stands in: nodes that are the same stay, with the focus, what is unfolded
// and what a finger is on. Only what differs is changed.

/** Puts `fresh` in the place of what `parent` holds. @param {Element} parent @param {Node[]} fresh */
export function redraw(parent, fresh) {
  /** @type {Map<string, Element>} */
  const known = new Map([...parent.children].flatMap((one) => (key(one) ? [[key(one), one]] : [])));
  const kept = new Set(fresh.map(key));
  // What goes, goes first: it must not stand in the way of what is known by its place only.
  for (const [name, gone] of known) if (!kept.has(name)) gone.remove();
  let place = parent.firstChild;
  for (const node of fresh) {
    const same = key(node) ? known.get(key(node)) : place && !key(place) && place.nodeName === node.nodeName ? place : undefined;
    if (!same || same.nodeName !== node.nodeName) {
      parent.insertBefore(node, place);
      continue;
    }
    // Others make room for it: what is moved itself loses the focus.
    while (place && place !== same && !key(place)) place = without(place);
    if (same === place) place = place.nextSibling;
    else parent.insertBefore(same, place);
    settle(same, node);
  }
  while (place) place = without(place);
}

/** @param {ChildNode} gone @returns {ChildNode | null} what came after it */
function without(gone) {
  const next = gone.nextSibling;
  gone.remove();
  return next;
}

/** What a node is known by from one drawing to the next: its id, or that of the first thing in it. @param {Node} node */
const key = (node) => (node instanceof Element ? node.id || node.firstElementChild?.id || "" : "");

/** @param {Node} old @param {Node} fresh of the same name */
function settle(old, fresh) {
  if (!(old instanceof Element) || !(fresh instanceof Element)) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(name);
  for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const [before, after] = /** @type {any[]} */ ([old, fresh]);
  before.deeds = after.deeds;
  if (before.checked !== after.checked) before.checked = after.checked;
  if ("value" in after && before !== document.activeElement && before.value !== after.value) before.value = after.value;
  redraw(old, [...fresh.childNodes]);
}
