/**
 * What the phone keeps, in IndexedDB. A promise that resolves here means: it is on the disk (durability "strict"), as far as the
 * browser can say so. What belongs together goes into one transaction, so a phone that goes off in the middle has all of it or nothing.
 *
 *   phone     one record: who uses the daybook now
 *   accounts  by mark: the device's id and numbers, the book's last checkpoint, where the changes stand
 *   reports   by id: drafts, and events with what became of them
 *   pictures  by report and SHA-256: the bytes
 *   promises  by account, language and number: what can be reported on
 *   places    by account, language and code: their names
 *
 * Work of one account is never read for another.
 */

/**
 * @typedef {object} Phone
 * @property {"phone"} key
 * @property {string} account its mark; empty: nobody is signed in
 * @property {boolean} leaving somebody has signed out here, and the server was not told yet
 */

/**
 * @typedef {object} Account
 * @property {string} mark
 * @property {string} device
 * @property {number} last the highest number given to an event
 * @property {Record<string, {team: string, programme: string}>} names by language
 * @property {string[]} languages in which notes can be written
 * @property {string} today the programme's day, when the server was heard of last
 * @property {number} heard when that was, by this phone's clock
 * @property {number} skew by how many milliseconds the phone's clock is ahead
 * @property {string} origin of the book
 * @property {number} size
 * @property {string} root
 * @property {Record<string, string>} cursors by language
 * @property {Record<string, string>} pulled by language: the day on which all was fetched
 * @property {Gap | undefined} gap numbers of this device that never arrived
 * @property {Gap[]} others the same of other devices
 * @property {Alarm[]} alarms what the book did that it must not do; never forgotten by itself
 */

/** @typedef {{last: number, missing?: [number, number][], seen?: string}} Gap */
/** @typedef {{kind: "shrank" | "forked" | "restored", from: number, to: number, day: string}} Alarm */

/**
 * What was typed, as it was typed.
 * @typedef {object} Typed
 * @property {string} day
 * @property {string} state
 * @property {string} due
 * @property {string} held
 * @property {string} received
 * @property {string} answered
 * @property {string} late
 * @property {Record<string, string>} note by language
 * @property {Record<string, string>} values by measure
 * @property {Record<string, string>} periods by measure
 * @property {Record<string, string>} amounts by currency
 * @property {boolean} nobody
 */

/** @typedef {{sha256: string, type: string, width: number, height: number, bytes: number, sent: boolean, checked: boolean}} PictureOf */

/**
 * draft: being written. waiting: saved, to be sent. received, looked-at, sent-back: as the server has it. refused, conflict: not in the book.
 * @typedef {"draft" | "waiting" | "received" | "looked-at" | "sent-back" | "refused" | "conflict"} State
 */

/**
 * @typedef {object} Report
 * @property {string} id also that of its event
 * @property {string} account
 * @property {State} state
 * @property {number} n its number on this device; 0: none yet
 * @property {boolean} tried it may have reached the server: nothing of it may change
 * @property {number} changed by this phone's clock; for showing only
 * @property {number} size of the book when it was written
 * @property {{id: string, number: number, title: string, lang: string}} promise
 * @property {Typed} typed
 * @property {object | null} event as it is sent; null for a draft
 * @property {PictureOf[]} pictures
 * @property {string} [entry]
 * @property {string} [words] why it was refused
 * @property {string} [field]
 * @property {string} [code]
 * @property {string} [reason] why it was sent back
 * @property {string} [reasonLang]
 * @property {string} [recorded]
 * @property {number} [shown]
 * @property {boolean} [note]
 * @property {boolean} [decide]
 * @property {number} [unreadable] pictures that the server could not decode
 * @property {string} [again] the report that this one takes the place of
 * @property {string} [replaced] the one that took its place
 * @property {boolean} [gone] pictures of it were given up for want of room
 */

/** @typedef {{n: number, name: string, unit?: string, baseline?: string, reading?: string, target?: string, periods?: [string, string, string][]}} Measure */
/**
 * A promise as docs/sync.md has it.
 * @typedef {{account: string, tongue: string, number: number, id: string, version: number, title: string, lang: string, office?: string, mine?: boolean, places: string[], plan: string,
 *   standing: string, state?: string, village: string, disputed?: boolean, due?: string, open?: string, days?: [string, string][], measures?: Measure[], currencies?: string[],
 *   reports?: number, reported?: string}} Due
 */

const VERSION = 2;
/** Every store, and by what it is found. What is not there is made, and nothing is ever taken away. @type {Record<string, string | string[]>} */
const stores = {
  phone: "key", accounts: "mark", reports: "id", pictures: ["report", "sha256"],
  promises: ["account", "tongue", "number"], places: ["account", "tongue", "code"],
};

/** @type {IDBDatabase} */
let db;
/** @type {(why: "newer" | "blocked") => void} */
let stopped = () => {};

/**
 * Opens what is kept for one programme.
 * @param {string} folder
 * @param {(why: "newer" | "blocked") => void} onStopped another tab runs a newer version, or an older one that is in the way
 */
export async function open(folder, onStopped) {
  stopped = onStopped;
  const asked = indexedDB.open(`kept ${folder}`, VERSION);
  asked.onupgradeneeded = () => {
    for (const [name, keyPath] of Object.entries(stores)) {
      if (!asked.result.objectStoreNames.contains(name)) asked.result.createObjectStore(name, { keyPath });
    }
  };
  asked.onblocked = () => stopped("blocked");
  try {
    db = await done(asked);
  } catch (error) {
    if (/** @type {DOMException} */ (error).name === "VersionError") stopped("newer");
    throw error;
  }
  // A tab with a newer version waits for this one.
  db.onversionchange = () => {
    db.close();
    stopped("newer");
  };
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/**
 * One transaction. What do returns is given when all of it is on the disk.
 * @template T
 * @param {string[]} names
 * @param {(get: (name: string) => IDBObjectStore) => Promise<T>} what
 * @param {"readwrite" | "readonly"} [mode]
 * @returns {Promise<T>}
 */
async function transaction(names, what, mode = "readwrite") {
  const tx = db.transaction(names, mode, { durability: "strict" });
  const ended = new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve(undefined);
    tx.onabort = () => reject(tx.error ?? new DOMException("aborted", "AbortError"));
  });
  ended.catch(() => {}); // it is waited for below, unless what fails first
  try {
    const out = await what((name) => tx.objectStore(name));
    await ended;
    return out;
  } catch (error) {
    try {
      tx.abort();
    } catch { /* it is over already */ }
    throw error;
  }
}

/**
 * @param {string} name
 * @param {IDBValidKey} key
 * @returns {Promise<any>}
 */
export const get = (name, key) => transaction([name], (s) => done(s(name).get(key)), "readonly");

/** All keys that begin with these. @param {...IDBValidKey} key */
const below = (...key) => IDBKeyRange.bound(key, [...key, []]);

/**
 * All rows whose key begins with these.
 * @param {string} name
 * @param {IDBValidKey[]} [beginning]
 * @returns {Promise<any[]>}
 */
export const all = (name, beginning) => transaction([name],
  (s) => done(s(name).getAll(beginning && below(...beginning))), "readonly");

/** @type {Phone} */
const unused = { key: "phone", account: "", leaving: false };

/** @returns {Promise<Phone>} */
export const phone = async () => await get("phone", "phone") ?? unused;

/** @param {Partial<Phone>} change */
export const setPhone = (change) => transaction(["phone"], async (s) => {
  await done(s("phone").put({ ...unused, ...await done(s("phone").get("phone")), ...change }));
});

/** @param {Uint8Array} bytes */
const hex = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");

/** @returns {string} 32 hex digits */
export const newID = () => hex(crypto.getRandomValues(new Uint8Array(16)));

/** @param {ArrayBuffer} bytes @returns {Promise<string>} their SHA-256 */
export const hashOf = async (bytes) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));

/**
 * Changes what is known of an account, which is made if it is new.
 * @param {string} mark
 * @param {(account: Account) => void} change
 * @returns {Promise<Account>}
 */
export const changeAccount = (mark, change) => transaction(["accounts"], async (s) => {
  /** @type {Account} */
  const account = await done(s("accounts").get(mark)) ?? { mark, device: newID(), last: 0, names: {}, languages: [], today: "", heard: 0, skew: 0, origin: "", size: 0, root: "",
    cursors: {}, pulled: {}, gap: undefined, others: [], alarms: [] };
  change(account);
  await done(s("accounts").put(account));
  return account;
});

/** Those of an account; the newest first. @param {Report[]} reports @param {string} account */
export const ofAccount = (reports, account) => reports.filter((r) => r.account === account).sort((a, b) => b.changed - a.changed || b.n - a.n);

/**
 * The reports of an account; the newest first.
 * @param {string} account
 * @returns {Promise<Report[]>}
 */
export const reportsOf = async (account) => ofAccount(await all("reports"), account);

/** The pictures of a report that have bytes here. @param {string} report */
export const picturesOf = (report) => all("pictures", [report]);

/** An action that came too late: the report is no draft any more. */
export class TooLate extends Error {}

/**
 * Keeps a draft: what was typed, pictures that came and pictures that went, all at once.
 * @param {Report} report
 * @param {{add?: {sha256: string, bytes: ArrayBuffer, type: string}[], drop?: string[]}} [pictures]
 */
export const keepDraft = (report, { add = [], drop = [] } = {}) => transaction(["reports", "pictures"], async (s) => {
  const now = await done(s("reports").get(report.id));
  if (now && now.state !== "draft") throw new TooLate();
  for (const p of add) await done(s("pictures").put({ ...p, report: report.id }));
  for (const sha256 of drop) await done(s("pictures").delete([report.id, sha256]));
  await done(s("reports").put(report));
});

/**
 * Takes a draft away. What it held is returned, so that it can be brought back.
 * @param {string} id
 * @returns {Promise<() => Promise<void>>}
 */
export async function dropDraft(id) {
  const held = await transaction(["reports", "pictures"], async (s) => {
    const report = await done(s("reports").get(id));
    if (report?.state !== "draft") throw new TooLate();
    const pictures = await done(s("pictures").getAll(below(id)));
    await done(s("pictures").delete(below(id)));
    await done(s("reports").delete(id));
    return { report, pictures };
  });
  return () => keepDraft(held.report, { add: held.pictures });
}

/**
 * Makes an event of a draft: it gets its number and waits to be sent. A report that it takes the place of is told so.
 * @param {Report} report
 * @param {(n: number) => object} event
 */
export const saveReport = (report, event) => transaction(["reports", "accounts"], async (s) => {
  const now = await done(s("reports").get(report.id));
  if (now && now.state !== "draft") throw new TooLate();
  const account = await done(s("accounts").get(report.account));
  // A report that was opened again before it was sent keeps its number.
  const n = now?.n || account.last + 1;
  account.last = Math.max(account.last, n);
  await done(s("accounts").put(account));
  await done(s("reports").put({ ...report, n, state: "waiting", tried: false, event: event(n), changed: Date.now() }));
  const old = report.again && await done(s("reports").get(report.again));
  if (old) await done(s("reports").put({ ...old, replaced: report.id }));
});

/**
 * Changes a report. What change returns is kept; undefined: nothing is.
 * @param {string} id
 * @param {(report: Report) => Report | undefined} change
 * @returns {Promise<boolean>} whether it was changed
 */
export const changeReport = (id, change) => transaction(["reports"], async (s) => {
  const now = await done(s("reports").get(id));
  const next = now && change(now);
  if (next) await done(s("reports").put(next));
  return Boolean(next);
});

/**
 * Notes of reports that they are on their way, before anything leaves; gives those that still wait.
 * @param {string[]} ids
 * @returns {Promise<Report[]>}
 */
export const setOut = (ids) => transaction(["reports"], async (s) => {
  const out = [];
  for (const id of ids) {
    const r = await done(s("reports").get(id));
    if (r?.state !== "waiting") continue;
    if (!r.tried) await done(s("reports").put({ ...r, tried: true }));
    out.push({ ...r, tried: true });
  }
  return out;
});

/**
 * Copies a report that is not in the book, or was sent back, so that it can be put right; once.
 * @param {Report} old
 * @returns {Promise<string>} the id of the draft
 */
export const writeAgain = (old) => transaction(["reports", "pictures"], async (s) => {
  const begun = (await done(s("reports").getAll())).find((/** @type {Report} */ r) => r.again === old.id && r.state === "draft");
  if (begun) return begun.id;
  const id = newID();
  const held = await done(s("pictures").getAll(below(old.id)));
  for (const p of held) await done(s("pictures").put({ ...p, report: id }));
  const pictures = old.pictures.filter((p) => held.some((h) => h.sha256 === p.sha256)).map((p) => ({ ...p, sent: false }));
  const { entry, words, field, code, reason, reasonLang, recorded, shown, note, decide, unreadable, gone, replaced, ...rest } = old;
  await done(s("reports").put({ ...rest, id, state: "draft", n: 0, tried: false, event: null, pictures, changed: Date.now(), again: old.id }));
  return id;
});

/**
 * Makes room: the bytes of pictures that the server has go, those of what was looked at first.
 * @param {string} account
 * @returns {Promise<boolean>} whether there was anything to give up
 */
export const makeRoom = (account) => transaction(["reports", "pictures"], async (s) => {
  /** @type {Report[]} */
  const mine = (await done(s("reports").getAll())).filter((/** @type {Report} */ r) => r.account === account && r.pictures.length > 0 && !r.gone);
  const some = [mine.filter((r) => r.state === "looked-at"), mine.filter((r) => r.state === "received")].find((list) => list.length > 0) ?? [];
  for (const r of some) {
    await done(s("pictures").delete(below(r.id)));
    await done(s("reports").put({ ...r, gone: true }));
  }
  return some.length > 0;
});

/**
 * Takes in a page of changes.
 * @param {string} account
 * @param {string} tongue
 * @param {any} page
 * @param {(account: Account) => void} change
 */
export const takeChanges = (account, tongue, page, change) => transaction(["accounts", "promises", "places", "reports"], async (s) => {
  if (page.fresh) {
    for (const name of ["promises", "places"]) await done(s(name).delete(below(account, tongue)));
  }
  for (const p of page.promises ?? []) await done(s("promises").put({ ...p, account, tongue }));
  for (const number of page.gone ?? []) await done(s("promises").delete([account, tongue, number]));
  for (const [code, name] of Object.entries(page.places ?? {})) await done(s("places").put({ account, tongue, code, name }));
  for (const sent of page.sent ?? []) {
    const r = await done(s("reports").get(sent.event));
    if (!r || r.account !== account || r.state === "draft") continue;
    const { state, entry, recorded, reason, lang, shown, note, decide, unreadable } = sent;
    await done(s("reports").put({ ...r, state, entry, recorded, reason, reasonLang: lang, shown: shown ?? 0, note: note ?? false, decide: decide ?? false, unreadable: unreadable ?? 0,
      pictures: r.pictures.map((/** @type {PictureOf} */ p) => ({ ...p, sent: true })) }));
  }
  const a = await done(s("accounts").get(account));
  change(a);
  await done(s("accounts").put(a));
});

/** Takes away a picture that is not as it was saved. @param {string} report @param {string} sha256 */
export const dropPicture = (report, sha256) => transaction(["pictures"], (s) => done(s("pictures").delete([report, sha256])));

/**
 * Has every report sent again that is still kept: the book was restored without them. Pictures follow where the server asks for them; those
 * that were given up for want of room may be there still.
 * @param {string} account
 */
export const sendAllAgain = (account) => transaction(["reports"], async (s) => {
  for (const r of await done(s("reports").getAll())) {
    if (r.account !== account || !["received", "looked-at"].includes(r.state)) continue;
    await done(s("reports").put({ ...r, state: "waiting" }));
  }
});

/**
 * Forgets what is long over: reports that were looked at, and their pictures, after so many days.
 * @param {string} account
 * @param {number} days
 */
export const forget = (account, days) => transaction(["reports", "pictures"], async (s) => {
  const before = Date.now() - days * 86_400_000;
  for (const r of await done(s("reports").getAll())) {
    if (r.account !== account || r.state !== "looked-at" || r.changed > before) continue;
    await done(s("pictures").delete(below(r.id)));
    await done(s("reports").delete(r.id));
  }
});
