// @ts-check
// Made by tools/translations.py. Change the catalogue, not this file.

/** @type {Record<string, string | string[]>} */
export default {
  "Gem": "Save",
  "Gemmer …": "Saving …",
};
