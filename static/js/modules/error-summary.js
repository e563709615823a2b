// @ts-check
// The error summary takes the focus, so that those who do not see the page hear it first (as GOV.UK does it).

/** @param {HTMLElement} summary */
export function start(summary) {
  summary.focus();
}
