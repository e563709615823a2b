// What a phone keeps when it is killed: its IndexedDB, as far as transactions were done. And, past all of the app's own code, a ledger
// of what lay in the outbox at any time: for each item its last content, whether its bytes may have left, and whether it lies there still.
import { IDBFactory, IDBObjectStore } from "fake-indexeddb";
import { Folder, Seals } from "./sealed.mjs";

/** The disk that a connection belongs to. */
const disk_of = new WeakMap();
/** Words to be written into the ledger when the transaction is done. */
const pending = new WeakMap();

for (const deed of ["put", "add", "delete"]) {
  const done = IDBObjectStore.prototype[deed];
  IDBObjectStore.prototype[deed] = function (...args) {
    const request = done.apply(this, args);
    if (this.name === "outbox" || (this.name === "meta" && args[1] === "keys")) noted(this.transaction, { table: this.name, deed, request, value: structuredClone(args[0]) });
    return request;
  };
}

function noted(transaction, entry) {
  if (!pending.has(transaction)) {
    pending.set(transaction, []);
    transaction.addEventListener("complete", () => disk_of.get(transaction.db)?.write(pending.get(transaction)));
  }
  pending.get(transaction).push(entry);
}

export class Disk {
  factory = new IDBFactory();
  connections = new Set();
  ledger = new Map();
  seals = new Seals();
  /** Where the keeper's file lies. */
  folder = new Folder(this.seals);
  #by_number = new Map();

  /** Entries of a transaction that is done, in their order. */
  write(entries) {
    for (const { table, deed, request, value } of entries) {
      if (table === "meta") {
        if (deed === "put") this.seals.lie(value);
        continue;
      }
      if (deed === "delete") {
        const id = this.#by_number.get(value);
        if (id) this.ledger.get(id).lies = false;
        continue;
      }
      const { id, first, owner, item, state, status } = this.seals.open(value);
      const offered = state === "offered" || this.ledger.get(id)?.offered || false;
      this.#by_number.set(request.result, id);
      this.ledger.set(id, { id, first, owner, item, state, status, offered, lies: true, sealed: Boolean(value.sealed) });
    }
  }

  /** indexedDB for one life; after its end nothing it opens is ever answered. @param {AbortSignal} over */
  opened_by(over) {
    return {
      open: (...args) => {
        if (over.aborted) return new EventTarget();
        const request = this.factory.open(...args);
        const know = () => request.result && (this.connections.add(request.result), disk_of.set(request.result, this));
        request.addEventListener("upgradeneeded", know);
        request.addEventListener("success", know);
        return request;
      },
    };
  }

  /** The power is cut: what is not done is undone, and every connection is gone. */
  cut() {
    for (const db of this.connections) {
      for (const transaction of db._rawDatabase.transactions) {
        if (["finished", "committing"].includes(transaction._state)) continue;
        for (const one of [transaction, ...transaction._requests.map(({ request }) => request)]) one.dispatchEvent = () => true; // the dead hear nothing
        transaction.abort();
      }
      db.close();
    }
    this.connections.clear();
  }
}
