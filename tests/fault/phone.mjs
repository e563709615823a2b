// One phone: a disk, a cookie jar, and lives. A life runs the modules of static/js as they are, each in a world of its own (its own
// IndexedDB, Web Locks and fetch). Killed, it can reach neither disk nor network any more; the disk stays.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import * as idb from "fake-indexeddb";
import { Disk } from "./disk.mjs";

const STATIC = new URL("../../static/", import.meta.url);
const START = ["capture/draft.js", "phone/dates.js", "phone/deeds.js", "phone/kit.js", "phone/locking.js", "phone/saving.js", "phone/sending.js", "phone/state.js", "outbox/keys.js", "outbox/send.js", "outbox/store.js", "outbox/talk.js", "outbox/queue.js"];
/** Sources by address, read once; and what a test of the tests changed in them: {file: [[from, to]]}. */
const sources = new Map();
export const broken = JSON.parse(process.env.FAULT_BROKEN ?? "{}");

function source(url) {
  if (!sources.has(url)) {
    let text = readFileSync(fileURLToPath(url), "utf-8");
    for (const [from, to] of broken[url.split("/static/js/")[1]] ?? []) {
      if (text.split(from).length !== 2) throw new Error(`${url} does not hold once: ${from}`);
      text = text.replace(from, () => to);
    }
    sources.set(url, text);
  }
  return sources.get(url);
}

/** Exclusive locks by name, in order of asking; enough of the Web Locks API for what the modules ask of it. */
class Locks {
  #tails = new Map();
  #held = new Set();
  async request(name, ...rest) {
    const work = rest.pop();
    if (rest[0]?.ifAvailable && this.#held.has(name)) return work(null);
    const before = this.#tails.get(name) ?? Promise.resolve();
    const turn = before.then(async () => {
      this.#held.add(name);
      try {
        return await work({ name, mode: "exclusive" });
      } finally {
        this.#held.delete(name);
      }
    });
    this.#tails.set(name, turn.catch(() => {}));
    return turn;
  }
  query = async () => ({ held: [...this.#held].map((name) => ({ name })), pending: [] });
}

/** A browser hides where a redirect leads: no status, no body. */
const opaque = () => ({ status: 0, ok: false, headers: new Headers(), json: () => Promise.reject(new SyntaxError("empty")) });
const never = () => new Promise(() => {});

/** The phone's own clock: wrong by so much, or stopped. @param {Phone} phone */
const clock_of = (phone) => class extends Date {
  constructor(...args) {
    super(...(args.length ? args : [phone.now()]));
  }
  static now = () => phone.now();
};

/** Sealing takes so long, as on an old phone. @param {number} ms */
function slowly(ms) {
  const { subtle } = crypto;
  const [digest, decrypt, importKey] = ["digest", "decrypt", "importKey"].map((name) => subtle[name].bind(subtle));
  const encrypt = async (...args) => (await new Promise((done) => setTimeout(done, ms)), subtle.encrypt(...args));
  return { getRandomValues: crypto.getRandomValues.bind(crypto), subtle: { digest, decrypt, importKey, encrypt } };
}

export class Phone {
  disk = new Disk();
  life = null;
  /** ms */
  skew = 0;
  /** @type {number | null} */
  stopped_at = null;
  now = () => this.stopped_at ?? Date.now() + this.skew;
  /** @param {{name: string, base: string, cookies: Record<string, string>, haste?: number}} made `haste`: how many times too fast its clock runs out */
  constructor({ name, base, cookies, haste = 1 }) {
    Object.assign(this, { name, base, cookies, haste });
  }

  /** Another window on it. Both are killed together, with the disk. @param {string} name */
  window(name) {
    const other = new Phone({ ...this, name });
    other.disk = this.disk;
    other.locks = this.locks = new Locks();
    return other;
  }

  /** Opens the app anew. `awake`: its timers run, so that it tries by the clock; else it sends only when told. */
  async start({ awake = false } = {}) {
    this.kill();
    const life = { over: new AbortController(), awake, timers: new Set() };
    this.life = life;
    const context = vm.createContext(this.world(life));
    const modules = new Map();
    const link = (specifier, from) => module_at(new URL(specifier, from.identifier).href);
    const module_at = (url) => {
      if (!modules.has(url)) modules.set(url, new vm.SourceTextModule(source(url), {
        context, identifier: url, initializeImportMeta: (meta) => (meta.url = url),
        importModuleDynamically: async (specifier) => ready(module_at(new URL(specifier, url).href)),
      }));
      return modules.get(url);
    };
    const ready = async (module) => {
      if (module.status === "unlinked") await module.link(link);
      await module.evaluate();
      return module;
    };
    const app = {};
    for (const path of START) app[path.split("/")[1].split(".")[0]] = (await ready(module_at(new URL(`js/${path}`, STATIC).href))).namespace;
    life.app = app;
    app.sending.start(() => {});
    await app.kit.from_store();
  }

  kill() {
    if (!this.life) return;
    this.life.over.abort();
    for (const timer of this.life.timers) clearTimeout(timer);
    this.disk.cut();
    this.life = null;
  }

  world(life) {
    const alive = (work) => (...args) => (life.over.signal.aborted ? never() : work(...args));
    const wait = (work, ms = 0, ...args) => {
      if (!life.awake || life.over.signal.aborted) return 0;
      const timer = setTimeout(() => (life.timers.delete(timer), work(...args)), ms / this.haste);
      life.timers.add(timer);
      return timer;
    };
    const document = Object.assign(new EventTarget(), { visibilityState: "visible", documentElement: { lang: "da" } });
    const world = {
      console: { info() {}, log() {}, error: (...words) => this.complaints.push(words.map(String).join(" ")), warn() {} },
      Date: clock_of(this), document, navigator: { locks: this.locks ?? new Locks(), onLine: true, storage: this.disk.folder.seen_by(life.over.signal) },
      fetch: alive((path, init) => this.fetch(life, path, init)),
      setTimeout: wait, clearTimeout, queueMicrotask, structuredClone, crypto: this.sealing_ms ? slowly(this.sealing_ms) : crypto, TextEncoder, TextDecoder, URL, Blob, atob, DOMException, Event, EventTarget, Headers,
      AbortController, AbortSignal: { timeout: (ms) => AbortSignal.timeout(ms / this.haste) },
      indexedDB: this.disk.opened_by(life.over.signal),
    };
    for (const [name, value] of Object.entries(idb)) if (name.startsWith("IDB")) world[name] = value;
    return Object.assign(world, { window: Object.assign(new EventTarget(), {}), addEventListener() {} });
  }
  complaints = [];
  asked = [];

  async fetch(life, path, { signal, headers = {}, method = "GET", body } = {}) {
    const cookie = Object.entries(this.cookies).map(([name, value]) => `${name}=${value}`).join("; ");
    const signals = AbortSignal.any([life.over.signal, ...(signal ? [signal] : [])]);
    try {
      const answer = await fetch(new URL(path, this.base), { method, body, redirect: "manual", signal: signals, headers: { ...headers, Cookie: cookie, "User-Agent": `phone ${this.name}` } });
      const text = await answer.text();
      if (life.over.signal.aborted) return never();
      this.asked.push([path, answer.status]);
      for (const line of answer.headers.getSetCookie()) this.#keep(line);
      if (answer.status >= 300 && answer.status < 400 && answer.status !== 304) return opaque();
      return { status: answer.status, ok: answer.ok, headers: answer.headers, json: async () => JSON.parse(text), text: async () => text };
    } catch (error) {
      if (life.over.signal.aborted) return never();
      this.asked.push([path, 0]);
      throw error;
    }
  }

  #keep(line) {
    const [pair] = line.split(";");
    const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    if (value === "" || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) delete this.cookies[name];
    else this.cookies[name] = value;
  }
}
