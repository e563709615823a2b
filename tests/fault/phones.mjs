// Several phones in one process, told what to do by JSON lines: {"n": 1, "phone": "a", "do": "note", …} → {"n": 1, "said": …} or
// {"n": 1, "failed": "…"}. Answers come as they are ready, not in order. It ends with its standard input.
import { createInterface } from "node:readline";
import { Phone } from "./phone.mjs";

/** @type {Map<string, Phone>} */
const phones = new Map();

const DEEDS = {
  /** `beside`: another window on a phone: the same disk, the same cookies, and never killed by itself. */
  make: (_phone, { phone: name, beside, ...more }) => void phones.set(name, beside ? phones.get(beside).window(name) : new Phone({ name, ...more })),
  forget: (phone, { phone: name }) => (phone.kill(), void phones.delete(name)),
  start: (phone, how) => phone.start(how),
  kill: (phone) => phone.kill(),
  /** Another address, other cookies, another pace. */
  change: (phone, { base = phone.base, cookies = phone.cookies, haste = phone.haste, sealing_ms = phone.sealing_ms }) => void Object.assign(phone, { base, cookies, haste, sealing_ms }),
  /** ms; `skew`: so much later than it is; `stopped_at`: always that */
  clock: (phone, { skew = 0, stopped_at = null }) => void Object.assign(phone, { skew, stopped_at }),
  /** Of all phones here. */
  zone: (_phone, { zone }) => void (process.env.TZ = zone),
  kit: async ({ life: { app } }) => ((await app.kit.fetch_kit()), app.state.state.net),
  note, edit, amend,
  release: ({ life: { app } }, { first }) => app.deeds.release(first),
  undo: async ({ life }, { first }) => (await life.app.state.load(), Boolean(life.app.state.talk_of(first) && kept_open(life, await life.app.deeds.undo(first)))),
  /** *Ret*: the form stays open. */
  open_form: async ({ life }, { first }) => (await life.app.state.load(), Boolean(life.app.state.talk_of(first) && kept_open(life, life.app.deeds.correct(first)))),
  save_form: async ({ life }, { place, texts }) => {
    const [draft] = life.forms.splice(place, 1);
    await saved(life.app, draft, await life.app.state.set_of(draft.version), texts);
  },
  drop_form: ({ life }, { place }) => void life.forms.splice(place, 1),
  /** Signed out on purpose: here, or in another window, of which this one hears. */
  lock: ({ life: { app } }) => app.locking.shut_out("ended"),
  locked_elsewhere: ({ life: { app }, disk }) => (disk.folder.files.delete("hoert-key"), app.locking.hear_of_lock()),
  /** Whose talks the app shows. */
  whose: ({ life: { app } }) => app.state.state.kit?.person.id ?? null,
  /** Whether a key of theirs lies here. */
  sealed_for: async ({ life: { app } }) => Object.keys((await app.store.meta("keys")) ?? {}),
  /** Whose secret lies here. */
  held: ({ disk }) => JSON.parse(disk.folder.files.get("hoert-key") ?? "null")?.person ?? null,
  withdraw: ({ life: { app } }, { first }) => app.deeds.take_back(first),
  again: async ({ life: { app } }, { id }) => app.deeds.again(app.state.state.outbox.find((one) => one.id === id)),
  drop: async ({ life: { app } }, { id }) => app.deeds.drop(app.state.state.outbox.find((one) => one.id === id)),
  /** As the app does it; `later_s`: as if it were so much later. */
  kick: async ({ life: { app } }, { pressed = false, by_clock = false }) => (await app.sending.kick({ pressed, by_clock }), app.state.state.net),
  flush: ({ life: { app } }, { owner = app.state.state.kit.person.id, later_s = 0, by_clock = false }) => app.send.flush({ owner, by_clock, now: () => Date.now() + later_s * 1000 }),
  back_off: async ({ life: { app } }, { value }) => (value === undefined ? (await app.store.meta("back_off")) ?? null : app.store.keep_meta({ back_off: value })),
  look: async ({ life: { app }, complaints, asked }) => ({ ...(await app.store.look("device", "epoch_seen")), net: app.state.state.net, complaints, asked }),
  /** Whoever's it is. */
  everything: ({ life: { app } }) => app.store.all("outbox"),
  ledger: (phone) => [...phone.disk.ledger.values()],
  /** What the file of one phone brings to another of the same person (phone/copies.js). */
  bring: async ({ life: { app } }, { items, owner }) => {
    await app.store.apply({ add: items.map(({ first, item, saved_at }) => ({ id: item.id, first, owner, item, state: "waiting", saved_at, hold_until: 0, problems: [], status: null })) });
    await app.state.load();
  },
};

/** Opens the form, writes, *Gem*, *Færdig*; said is the id, which is on the disk by then. `hold`: without *Færdig*. `by_its_clock`:
 * opened when this phone's clock says, in its zone. */
async function note(phone, { texts, unit, hold = false, about = {}, version, by_its_clock = false, held_on }) {
  const { app } = phone.life;
  const { kit } = app.state.state;
  const set = version ? await app.state.set_of(version) : kit.question_sets[0];
  const draft = app.draft.begin({ owner: kit.person.id, version: set.version_id, unit: unit ?? kit.units[0].id, opened_at: by_its_clock ? app.dates.with_offset(new Date(phone.now())) : new Date().toISOString().replace("Z", "+00:00") });
  await app.store.keep_draft(draft);
  await saved(app, { ...draft, about, held_on: held_on ?? draft.held_on }, set, texts);
  if (!hold) await app.deeds.release(draft.first);
  return draft.first;
}

/** *Ret*, other words, *Gem*, *Færdig*. */
async function edit({ life: { app } }, { first, texts }) {
  if (!app.state.talk_of(first)) return false;
  const draft = app.deeds.correct(first);
  await saved(app, draft, await app.state.set_of(draft.version), texts);
  await app.deeds.release(first);
  return true;
}

const kept_open = (life, draft) => draft && (life.forms ??= []).push(draft);
const saved = (app, draft, set, texts) => app.saving.save({ ...draft, answers: Object.fromEntries(texts.map((text, place) => [set.questions[place].id, text])) }, set);

/** Answers on *Gemt*. */
async function amend({ life: { app } }, { first, answers }) {
  await app.deeds.amend(first, answers);
  await app.deeds.release(first);
}

const write = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
process.on("unhandledRejection", (error) => write({ n: null, failed: `unhandled: ${error?.stack ?? error}` }));

createInterface({ input: process.stdin }).on("line", async (line) => {
  const { n, do: deed, ...more } = JSON.parse(line);
  try {
    write({ n, said: (await DEEDS[deed](/** @type {any} */ (phones.get(more.phone)), more)) ?? null });
  } catch (error) {
    write({ n, failed: String(error instanceof Error ? error.stack : error) });
  }
}).on("close", () => process.exit());
