// @ts-check
// The tables on the phone. They change by addition only: a table or an index more, never one less, so that what an older release
// left is read as it lies (tests/data/phone-schemas.json holds every earlier one).

/** 3 has the same tables: rows may lie sealed (rows.js), which an older release in another window must not take for its own. */
export const SCHEMA = 3;

/** @param {any} db @param {number} old the schema that lies there; 0: none @param {any} tx */
export function upgrade(db, old, tx) {
  if (old < 1) {
    db.createObjectStore("meta");
    db.createObjectStore("drafts", { keyPath: "id" });
    db.createObjectStore("outbox", { keyPath: "n", autoIncrement: true }).createIndex("id", "id", { unique: true });
    db.createObjectStore("kept", { keyPath: "first" });
  }
  if (old < 2) tx.objectStore("outbox").createIndex("first", "first");
}
