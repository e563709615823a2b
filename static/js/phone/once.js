// @ts-check
// The work of a view that only leads on to another: the view may be drawn anew meanwhile, and the work is done once.

const under_way = new Set();

/** @param {string} key @param {() => Promise<any>} work */
export function once(key, work) {
  if (under_way.has(key)) return;
  under_way.add(key);
  queueMicrotask(() => work().finally(() => under_way.delete(key)));
}
