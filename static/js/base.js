// @ts-check
// Where the files of this release lie. This module stands beside the packed one, so that both say the same.

/** …/static/<release>/ */
export const RELEASE = new URL("../", import.meta.url);
