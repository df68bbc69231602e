/**
 * Sends what waits, and fetches what is new; docs/sync.md is what is spoken.
 *
 * Nothing here is trusted but an answer of Kept (header Kept-Sync): anything else is as if no answer had come, and the same is sent
 * again later. One tab sends at a time. Whoever saves something while another tab sends tells it, so that it looks once more.
 */
import * as store from "./daybook-store.js";
import { language } from "./daybook-words.js";

/** @typedef {import("./daybook-store.js").Report} Report */
/** @typedef {import("./daybook-store.js").Account} Account */

const PIECE = 32 << 10, BATCH = 50, BATCH_BYTES = 200_000;
const WAIT_FIRST = 2, WAIT_MOST = 300; // seconds
const SLOWEST = 1500; // bytes a second; a line that is slower is taken for dead
const FORGET_DAYS = 180;

/**
 * Why it does not go on. line: no answer. portal: an answer, but not of Kept. server: Kept could not, or is not there. signed-out, other-account, not-a-team, other-device, unclear, newer:
 * as the protocol has them.
 */
export class Trouble extends Error {
  /** @param {string} kind @param {number} [wait] seconds @param {string} [account] who is signed in instead */
  constructor(kind, wait = 0, account = "") {
    super(kind);
    this.kind = kind;
    this.wait = wait;
    this.account = account;
  }
}

/**
 * What the page shows of sending.
 * @typedef {{busy: boolean, trouble: string, picture: {n: number, of: number, part: number} | null}} Progress
 */
/** @type {Progress} */
export const progress = { busy: false, trouble: "", picture: null };

let folder = "";
/** @type {() => void} */
let changed = () => {};
/** @type {BroadcastChannel} */
let tabs;
let again = false, waited = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * @param {string} where the folder of the daybook
 * @param {() => void} onChange something became of a report, here or in another tab; or it is being sent
 */
export function start(where, onChange) {
  folder = where;
  changed = onChange;
  tabs = new BroadcastChannel(`kept ${folder}`);
  tabs.onmessage = ({ data }) => {
    if (data !== "look") return changed();
    again = true;
    void standBy();
  };
  for (const event of ["online", "pageshow"]) addEventListener(event, () => send());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
}

/** Says to this page and the others that something became of what is kept. */
export function tell() {
  tabs.postMessage("changed");
  changed();
}

/**
 * Sends and fetches now, unless it is being done; then once more afterwards.
 * @returns {Promise<void>}
 */
export async function send() {
  clearTimeout(timer);
  again = true;
  if (!navigator.locks) return work();
  tabs.postMessage("look");
  const had = await navigator.locks.request(`kept ${folder}`, { ifAvailable: true }, async (lock) => {
    if (lock) await work();
    return Boolean(lock);
  });
  if (!had) void standBy();
}

let standing = false;

/** Waits until the tab that sends has ended, or was killed, and sends what it has left. */
async function standBy() {
  if (standing || working || !navigator.locks) return;
  standing = true;
  await navigator.locks.request(`kept ${folder}`, async () => {
    standing = false;
    const { account } = await store.phone();
    if ((await store.reportsOf(account)).some((r) => r.state === "waiting")) await work();
  });
}

/** @param {number} seconds and up to as many again, so that many phones do not come at once */
function later(seconds) {
  clearTimeout(timer);
  timer = setTimeout(send, seconds * 1000 * (1 + Math.random()));
}

let working = false;

async function work() {
  if (working) return;
  working = progress.busy = true;
  changed();
  try {
    while (again) {
      again = false;
      await pass();
    }
    waited = 0;
    progress.trouble = "";
  } catch (error) {
    const trouble = error instanceof Trouble ? error : new Trouble("phone");
    if (!(error instanceof Trouble)) console.error(error);
    progress.trouble = trouble.kind;
    if (["line", "portal", "server", "phone"].includes(trouble.kind)) {
      waited = Math.min(WAIT_MOST, waited ? waited * 2 : WAIT_FIRST);
      later(Math.max(waited, trouble.wait));
    }
  } finally {
    working = progress.busy = false;
    progress.picture = null;
    tell();
  }
}

async function pass() {
  const phone = await store.phone();
  if (phone.leaving) await leave();
  let account = phone.account && await store.get("accounts", phone.account);
  if (!account) account = await meet();
  // What the server knows comes first when nothing was heard of the book: a report is refused for want of what it would have told.
  if (!account.today) account = await pull(account, language().tag);
  try {
    await sendReports(account);
    for (const tag of languagesToPull(account)) account = await pull(account, tag);
  } catch (error) {
    if (!(error instanceof Trouble) || !["other-device", "other-account"].includes(error.kind)) throw error;
    again = true;
    if (error.kind === "other-device") await store.changeAccount(account.mark, (a) => { a.device = store.newID(); });
    else { // what the first one wrote stays, for the first one
      await store.changeAccount(error.account, () => {});
      await store.setPhone({ account: error.account });
    }
  }
  await store.forget(account.mark, FORGET_DAYS);
}

/** The language that is read now each time, the others once a day, so that they too are there without a network. @param {Account} account */
const languagesToPull = (account) => {
  const others = (document.body.dataset.tags ?? "").split(" ").filter((tag) => tag !== language().tag && account.pulled[tag] !== account.today);
  return [language().tag, ...others];
};

/** Finds out who is signed in. */
async function meet() {
  const { answer } = await ask(null, "GET", `changes?lang=${language().tag}`);
  const mark = answer.headers.get("Kept-Account") ?? "";
  const account = await store.changeAccount(mark, () => {});
  await store.setPhone({ account: mark });
  return account;
}

/** Ends the session at the server, which could not be told when somebody signed out here. */
async function leave() {
  let answer;
  try {
    answer = await fetch(new URL("sign-out", new URL(document.body.dataset.office ?? "", location.href)), { method: "POST", body: new URLSearchParams(), redirect: "manual", signal: AbortSignal.timeout(60_000) });
  } catch {
    throw new Trouble("line");
  }
  if (answer.type !== "opaqueredirect" && !answer.ok) throw new Trouble("server");
  await store.setPhone({ leaving: false });
  throw new Trouble("signed-out");
}

/**
 * One request. What is not an answer of Kept, and what says to come later, is trouble.
 * @param {Account | null} account
 * @param {string} method
 * @param {string} address
 * @param {{body?: BodyInit, bytes?: number, headers?: Record<string, string>}} [more]
 */
async function ask(account, method, address, { body, bytes = 0, headers = {} } = {}) {
  /** @type {Record<string, string>} */
  const own = account ? { "Kept-Account": account.mark, "Kept-Device": account.device } : {};
  let answer, json;
  try {
    answer = await fetch(`${folder}sync/${address}`, { method, body: body ?? null, headers: { "Accept-Language": language().tag, ...own, ...headers }, cache: "no-store", redirect: "manual",
      signal: AbortSignal.timeout(60_000 + 1000 * bytes / SLOWEST) });
    if (answer.headers.get("Kept-Sync") && answer.headers.get("Content-Type")?.startsWith("application/json") && method !== "HEAD") json = await answer.json();
  } catch {
    throw new Trouble("line");
  }
  const version = answer.headers.get("Kept-Sync");
  if (!version) throw new Trouble(answer.status >= 500 ? "server" : "portal"); // a proxy says of the server that it is not there
  if (version !== "1") throw new Trouble("newer");
  const now = Number(answer.headers.get("Kept-Now"));
  if (account && now) account.skew = Date.now() - now;
  const who = answer.headers.get("Kept-Account") ?? "";
  const code = answer.headers.get("Kept-Code") ?? "";
  const wait = Number(answer.headers.get("Retry-After")) || 0;
  if (answer.status === 401) throw new Trouble("signed-out");
  if (code === "sync.other-account") throw new Trouble("other-account", 0, who);
  if (code === "sync.other-device") throw new Trouble("other-device");
  if (answer.status === 403) throw new Trouble("not-a-team");
  if (answer.status >= 500 || answer.status === 429) throw new Trouble("server", wait);
  if (code.startsWith("sync.") && code !== "sync.too-large") throw new Trouble("unclear");
  return { answer, json, code };
}

/**
 * Sends every report that waits: those without pictures together, the others each after its pictures. One that fails keeps no other.
 * @param {Account} account
 */
async function sendReports(account) {
  const waiting = (await store.reportsOf(account.mark)).filter((r) => r.state === "waiting").sort((a, b) => a.n - b.n);
  const light = waiting.filter((r) => r.pictures.every((p) => p.sent)), heavy = waiting.filter((r) => !light.includes(r));
  while (light.length > 0) {
    let bytes = 0;
    const batch = light.slice(0, BATCH).filter((r) => (bytes += JSON.stringify(r.event).length * 3) < BATCH_BYTES);
    light.splice(0, Math.max(1, batch.length));
    await sendEvents(account, batch);
  }
  const total = heavy.reduce((n, r) => n + r.pictures.filter((p) => !p.sent).length, 0);
  let n = 0;
  for (const report of heavy) {
    let right = true;
    for (const p of report.pictures.filter((p) => !p.sent)) {
      right = await sendPicture(account, report, p, (part) => {
        progress.picture = { n: n + 1, of: total, part };
        changed();
      }) && right;
      n++;
    }
    progress.picture = null;
    const [now] = right ? await store.setOut([report.id]) : [];
    if (now) await sendEvents(account, [now]);
  }
}

/**
 * @param {Account} account
 * @param {Report[]} reports
 */
async function sendEvents(account, reports) {
  const going = await store.setOut(reports.map((r) => r.id));
  if (going.length === 0) return;
  const { last } = await store.get("accounts", account.mark);
  const body = JSON.stringify({ at: new Date().toISOString().slice(0, 19) + "Z", last, events: going.map((r) => r.event) });
  const { json, code } = await ask(account, "POST", "events", { body, bytes: body.length, headers: { "Content-Type": "application/json" } });
  if (code === "sync.too-large") {
    if (going.length === 1) return refuse(going[0], { code, words: json.words });
    for (const half of [going.slice(0, going.length >> 1), going.slice(going.length >> 1)]) await sendEvents(account, half);
    return;
  }
  for (const [i, answer] of json.events.entries()) {
    const report = going.find((r) => r.id === answer.id) ?? going[i]; // an event that could not be read has no id
    if (report) await settle(account, report, answer);
  }
  waited = 0;
  await store.changeAccount(account.mark, (a) => {
    a.skew = account.skew;
    a.gap = json.device;
    a.others = json.others ?? [];
  });
  tell();
}

/**
 * Writes down what became of an event.
 * @param {Account} account
 * @param {Report} report
 * @param {any} answer
 */
async function settle(account, report, answer) {
  if (answer.status === "accepted" || answer.status === "duplicate") {
    await store.changeReport(report.id, (r) => r.state === "waiting" ? { ...r, state: "received", entry: answer.entry, recorded: account.today } : undefined);
  } else if (answer.again) {
    const missing = new Set(answer.args?.missing ?? []);
    await store.changeReport(report.id, (r) => ({ ...r, pictures: r.pictures.map((p) => missing.has(p.sha256) ? { ...p, sent: false } : p) }));
    again = true;
  } else await refuse(report, answer);
}

/**
 * @param {Report | undefined} report
 * @param {{status?: string, code: string, words: string, field?: string}} answer
 */
async function refuse(report, { status, code, words, field }) {
  if (report) await store.changeReport(report.id, (r) => r.state === "waiting" ? { ...r, state: status === "conflict" ? "conflict" : "refused", code, words, field: field ?? "" } : undefined);
}

/**
 * Sends what the server has not of a picture.
 * @param {Account} account
 * @param {Report} report
 * @param {import("./daybook-store.js").PictureOf} picture
 * @param {(part: number) => void} onPart
 * @returns {Promise<boolean>} whether it is there; false: the report was refused for it
 */
async function sendPicture(account, report, picture, onPart) {
  const held = await store.get("pictures", [report.id, picture.sha256]);
  if (!held) return lost(report);
  const bytes = /** @type {ArrayBuffer} */ (held.bytes), address = `pictures/${picture.sha256}?event=${report.id}`;
  let offset = 0, restarted = 0;
  if (picture.checked) { // something of it left before: the server says how much came
    const { answer } = await ask(account, "HEAD", address);
    if (answer.headers.get("Kept-Picture") === "here") return sent(report, picture);
    offset = Number(answer.headers.get("Upload-Offset")) || 0;
  } else await change(report, picture, { checked: true });
  for (;;) {
    onPart(offset / bytes.byteLength);
    const piece = bytes.slice(offset, offset + PIECE);
    const { answer, json, code } = await ask(account, "PATCH", address, { body: piece, bytes: piece.byteLength, headers: {
      "Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset), "Upload-Length": String(bytes.byteLength) } });
    if (answer.status === 204) {
      waited = 0; // something arrived: a line that is often cut would else be waited for longer and longer
      if (answer.headers.get("Kept-Picture") === "here") return sent(report, picture);
      offset = Number(answer.headers.get("Upload-Offset"));
    } else if (answer.status === 409 && ++restarted < 8) offset = Number(answer.headers.get("Upload-Offset")) || 0;
    else if (answer.status === 460 && await store.hashOf(bytes) !== picture.sha256) { // not on the way, but here: it would never arrive, and keep others waiting
      await store.dropPicture(report.id, picture.sha256);
      return lost(report);
    } else if (answer.status === 460 && ++restarted < 3) offset = 0;
    else if (answer.status === 422 || answer.status === 413) {
      await refuse(report, { code, words: json?.words ?? "", field: "pictures" });
      return false;
    } else throw new Trouble("server", 30);
  }
}

/** A picture is not here as it was saved. @param {Report} report */
async function lost(report) {
  await refuse(report, { code: "daybook.picture-lost", words: "", field: "pictures" });
  return false;
}

/**
 * @param {Report} report
 * @param {import("./daybook-store.js").PictureOf} picture
 * @param {Partial<import("./daybook-store.js").PictureOf>} what
 */
const change = (report, picture, what) => store.changeReport(report.id, (r) => ({ ...r, tried: true, pictures: r.pictures.map((p) => p.sha256 === picture.sha256 ? { ...p, ...what } : p) }));

/** @param {Report} report @param {import("./daybook-store.js").PictureOf} picture */
async function sent(report, picture) {
  await change(report, picture, { sent: true });
  return true;
}

/**
 * Fetches what is new in a language, and looks whether the book is still the one it was.
 * @param {Account} account
 * @param {string} tag
 * @returns {Promise<Account>}
 */
async function pull(account, tag) {
  for (let more = true; more;) {
    const cursor = account.cursors[tag];
    const { json, code } = await ask(account, "GET", `changes?lang=${tag}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    if (code || !json?.cursor) throw new Trouble("portal");
    const { alarm, origin, size, root } = look(account, json);
    await store.takeChanges(account.mark, tag, json, (a) => {
      Object.assign(a, { names: { ...a.names, [tag]: { team: json.team, programme: json.programme } }, languages: json.languages, today: json.today, heard: Date.now(), skew: account.skew, origin, size, root,
        gap: json.device, others: json.others ?? [] });
      // After a restored backup what was learnt before does not count.
      a.cursors = alarm?.kind === "restored" ? {} : { ...a.cursors, [tag]: json.cursor };
      if (!json.more) a.pulled = { ...a.pulled, [tag]: json.today };
      if (alarm) a.alarms = [...a.alarms, alarm].slice(-20);
    });
    if (alarm?.kind === "restored") {
      await store.sendAllAgain(account.mark);
      again = true;
    }
    account = await store.get("accounts", account.mark);
    more = json.more ?? false;
    if (alarm?.kind === "restored") more = true;
    changed();
  }
  return account;
}

/**
 * Compares the checkpoint with the one that was remembered.
 * @param {Account} account
 * @param {any} page
 * @returns {{alarm?: import("./daybook-store.js").Alarm, origin: string, size: number, root: string}}
 */
function look(account, page) {
  const [origin = "", sizeText = "", root = ""] = String(page.checkpoint).split("\n");
  const size = Number(sizeText);
  /** @param {"shrank" | "forked" | "restored"} kind */
  const alarm = (kind) => ({ alarm: { kind, from: account.size, to: size, day: page.today }, origin, size, root });
  if (account.origin && origin !== account.origin) return alarm("restored");
  // What shrank is compared with the largest that was seen, for as long as it stays smaller.
  if (size < account.size) return { ...(account.alarms.at(-1)?.kind === "shrank" ? {} : alarm("shrank")), origin, size: account.size, root: account.root };
  if (size === account.size && account.root && root !== account.root) return alarm("forked");
  return { origin, size, root };
}
