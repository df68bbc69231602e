/**
 * The daybook of a team: what is due in its villages, and what was done; with or without a network.
 *
 *   daybook-store.js   what the phone keeps
 *   daybook-send.js    how it is sent
 *   daybook-report.js  what a report is
 *   daybook-form.js    the page on which one is written
 *   daybook-lists.js   the pages on which all is found again
 *
 * Pages are named behind the # of the address: #/ is what is to do, #/write/12 a report on promise 12, #/report/ID one that was written.
 */
import { bdi, button, h, link } from "./daybook-dom.js";
import { formPage } from "./daybook-form.js";
import { alarmLine, morePage, reportPage, todoPage, villagePage, villagesPage, writtenPage } from "./daybook-lists.js";
import { progress, send, start, tell } from "./daybook-send.js";
import * as store from "./daybook-store.js";
import { N, T, language, speak } from "./daybook-words.js";

/** @typedef {import("./daybook-store.js").Account} Account */
/** @typedef {import("./daybook-store.js").Report} Report */

/**
 * What pages know of the phone.
 * @typedef {object} Here
 * @property {string} folder
 * @property {Account} account
 * @property {{team: string, programme: string} | undefined} names in the language of the page, once they are known
 * @property {Report[]} reports of this account
 * @property {import("./daybook-store.js").Due[]} promises what is due first comes first
 * @property {Map<string, string>} places
 * @property {(hash: string) => void} go
 * @property {(words: string, undo?: () => Promise<void>) => void} say tells something once, at the foot of the page
 */

/**
 * A page. Those that only show are made anew whenever something changes; those on which somebody types are not.
 * @typedef {{title: string, parts: (Node | string)[], steady?: boolean}} View
 */

const folder = location.pathname;
const asked = new URLSearchParams(location.search);

const main = h("main", { id: "main", class: "wrap", tabindex: "-1" });
const head = h("header", { class: "top" });
const state = h("div", { class: "state", role: "status" });
const told = h("div", { class: "told", role: "status" });
document.body.append(head, main, h("div", { class: "foot" }, told, state));

let shown = "", steady = false, newer = false, ended = false;

/** @param {Report[]} all of everybody @returns {Promise<Here | null>} null: nobody is signed in here */
async function here(all) {
  const { account: mark } = await store.phone();
  const account = mark && await store.get("accounts", mark);
  if (!account) return null;
  const tongue = account.cursors[language().tag] ? language().tag : Object.keys(account.cursors)[0] ?? "";
  const reports = store.ofAccount(all, mark);
  const [promises, places] = await Promise.all([store.all("promises", [mark, tongue]), store.all("places", [mark, tongue])]);
  const first = (/** @type {import("./daybook-store.js").Due} */ p) => p.open || p.due || "9999";
  promises.sort((a, b) => Number(b.mine ?? false) - Number(a.mine ?? false) || (first(a) < first(b) ? -1 : first(a) > first(b) ? 1 : a.number - b.number));
  return { folder, account, names: account.names?.[tongue], reports, promises, places: new Map(places.map((p) => [p.code, p.name])), go, say };
}

/** @param {string} hash */
function go(hash) {
  if (location.hash === hash) void show(true);
  else location.hash = hash;
}

/**
 * @param {string} words
 * @param {() => Promise<void>} [undo]
 */
function say(words, undo) {
  const line = h("p", { class: "done" }, words, " ", undo && button(T("daybook.undo"), async () => {
    await undo();
    line.remove();
    tell();
  }, "link"));
  told.replaceChildren(line);
  setTimeout(() => line.remove(), undo ? 15_000 : 6_000);
}

/** @param {string} hash @param {Here} where @returns {Promise<View>} */
async function viewOf(hash, where) {
  const [, what = "", which = "", more = ""] = hash.split("/").map(decodeURIComponent);
  if (what === "write") return formPage(where, { number: Number(which), due: more });
  if (what === "draft") return formPage(where, { draft: which });
  if (what === "report") return reportPage(where, which);
  if (what === "written") return writtenPage(where);
  if (what === "villages") return villagesPage(where);
  if (what === "village") return villagePage(where, which);
  if (what === "more") return morePage(where);
  return todoPage(where);
}

/** @returns {View} the page of somebody who is not signed in, or of whom it is not known who it is */
const door = () => ({ title: T("daybook.title"), parts: progress.busy ? [h("h1", null, T("daybook.title")), h("p", { class: "lead" }, T("daybook.fetching"))] : [
  h("h1", null, T("daybook.title")),
  h("p", { class: "lead" }, T("daybook.what")),
  h("p", null, h("a", { class: "button", href: signInAddress() }, T("daybook.sign-in"))),
  h("p", { class: "hint" }, T("daybook.sign-in-once")),
] });

const signInAddress = () => `${(document.body.dataset.office ?? "").replace(/\?.*/, "")}sign-in?lang=${language().tag}&next=${encodeURIComponent(folder)}`;

/** @param {boolean} [anew] also a page on which somebody types */
async function show(anew = false) {
  if (ended) return;
  const all = await store.all("reports");
  const where = await here(all);
  drawHead(where);
  drawState(where, all);
  const hash = location.hash || "#/";
  if (!anew && steady && hash === shown) return;
  const view = where ? await viewOf(hash, where) : door();
  if (hash !== (location.hash || "#/")) return; // somebody went on in the meantime
  const moved = hash !== shown;
  const open = moved ? [] : [...main.querySelectorAll("details")].map((d) => d.open);
  shown = hash;
  steady = view.steady ?? false;
  document.title = `${view.title} · ${T("daybook.title")}`;
  main.replaceChildren(...view.parts);
  main.querySelectorAll("details").forEach((d, i) => { d.open = open[i] ?? d.open; });
  if (moved) {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
}

/** @param {Here | null} where */
function drawHead(where) {
  const at = (location.hash || "#/").split("/")[1] ?? "";
  /** @param {string} hash @param {string} text @param {string[]} also */
  const item = (hash, text, ...also) => h("a", { href: hash, "aria-current": [hash.slice(2), ...also].includes(at) && "page" }, text);
  const names = (document.body.dataset.names ?? "").split("|");
  const banners = [document.body.dataset.demo === "true" && T("demo.banner"), !language().reviewed && T("language.unreviewed")].filter(Boolean);
  head.replaceChildren(h("div", { class: "wrap" },
    h("a", { class: "home", href: "#/" }, bdi(where?.names?.programme || T("daybook.title"))),
    where && h("nav", { "aria-label": T("daybook.title") },
      item("#/", T("daybook.todo"), "write"), item("#/written", T("daybook.written"), "report"), item("#/villages", T("daybook.villages"), "village"), item("#/more", T("daybook.more"))),
    h("ul", { class: "languages", "aria-label": T("daybook.languages") }, (document.body.dataset.tags ?? "").split(" ").map((tag, i) =>
      h("li", null, h("a", { href: `?lang=${tag}${location.hash}`, lang: tag, dir: tag === "ug" ? "rtl" : "ltr", "aria-current": tag === language().tag && "true", click: (e) => speakNow(e, tag) },
        names[i] ?? tag)))),
  ), banners.length > 0 && h("div", { class: "banner" }, h("div", { class: "wrap" }, banners.map((text) => h("p", null, text || "")))) || "");
}

/** @param {MouseEvent} event @param {string} tag */
async function speakNow(event, tag) {
  event.preventDefault();
  try {
    await speak(folder, tag);
  } catch {
    return;
  }
  history.replaceState(null, "", `?lang=${tag}${location.hash}`);
  await show(true);
  void send();
}

/**
 * What is not sent yet, always in sight.
 * @param {Here | null} where
 * @param {Report[]} all of everybody
 */
function drawState(where, all) {
  const account = where?.account.mark ?? "";
  /** @param {Report[]} reports */
  const count = (reports) => [reports.length, reports.reduce((n, r) => n + r.pictures.filter((p) => !p.sent).length, 0)];
  const [reports = 0, pictures = 0] = count(all.filter((r) => r.state === "waiting" && r.account === account));
  const [others = 0] = count(all.filter((r) => r.state === "waiting" && r.account !== account));
  const lines = [];
  if (where || reports) {
    const words = reports === 0 ? T("daybook.all-sent") : pictures === 0 ? N("daybook.unsent", reports) : T("daybook.unsent-both", { Reports: N("daybook.reports", reports), Pictures: N("daybook.pictures", pictures) });
    lines.push(h("p", { class: reports ? "unsent" : "sent" }, words, reports > 0 && !progress.busy && " ", reports > 0 && !progress.busy && button(T("daybook.send-now"), () => void send(), "quiet")));
  }
  if (progress.picture) {
    const { n, of, part } = progress.picture;
    lines.push(h("p", null, T("daybook.sending-picture", { N: n, Of: of }), " ", h("progress", { max: of, value: n - 1 + part, "aria-label": T("daybook.sending") })));
  } else if (progress.busy && reports) lines.push(h("p", null, T("daybook.sending")));
  if (others) lines.push(h("p", { class: "hint" }, N("daybook.others-wait", others)));
  const trouble = progress.trouble;
  if (trouble === "signed-out" && where) lines.push(h("p", { class: "wrong" }, T("daybook.trouble-signed-out"), " ", link(signInAddress(), T("daybook.sign-in"))));
  else if (trouble && trouble !== "signed-out" && (trouble !== "line" || reports)) lines.push(h("p", { class: trouble === "line" ? "hint" : "wrong" }, T(`daybook.trouble-${trouble}`)));
  if (newer) lines.push(h("p", null, T("daybook.newer"), " ", button(T("daybook.reload"), () => location.reload(), "quiet")));
  state.replaceChildren(h("div", { class: "wrap" }, ...lines));
  state.firstElementChild?.prepend(...(where?.account.alarms.slice(-1) ?? []).map(alarmLine));
}

let drawing = false, redraw = false;
/** Shows what changed, once for many changes. */
async function refresh() {
  redraw = true;
  if (drawing) return;
  drawing = true;
  try {
    while (redraw) {
      redraw = false;
      await show();
    }
  } finally {
    drawing = false;
  }
}

async function begin() {
  const tag = asked.get("lang") ?? document.documentElement.lang;
  await speak(folder, tag);
  if (!isSecureContext || !("indexedDB" in window)) {
    main.append(h("h1", null, T("daybook.title")), h("p", { class: "lead" }, T("daybook.no-storage")), h("p", null, h("a", { class: "button", href: document.body.dataset.plain ?? "" }, T("daybook.plain-form"))));
    return;
  }
  await store.open(folder, (why) => {
    ended = why === "newer";
    if (why === "blocked") main.replaceChildren(h("h1", null, T("daybook.title")), h("p", { class: "note", role: "status" }, T("daybook.blocked")));
    else state.replaceChildren(h("div", { class: "wrap" }, h("p", { class: "wrong" }, T("daybook.newer"), " ", button(T("daybook.reload"), () => location.reload(), "quiet"))));
  });
  if (asked.has("signed")) {
    await store.setPhone({ leaving: false, account: "" }); // it may be another person than before, to whom the first one's work is not shown
    asked.delete("signed");
    history.replaceState(null, "", `${folder}${asked.size ? `?${asked}` : ""}${location.hash}`);
  }
  start(folder, () => void refresh());
  addEventListener("hashchange", () => void show());
  await show();
  void send();
  keep();
}

/** Has the browser keep the page, so that it opens without a network. */
function keep() {
  if (!("serviceWorker" in navigator)) return;
  let had = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    newer = had; // the first one that a page gets is its own
    had = true;
    void refresh();
  });
  navigator.serviceWorker.register(`${folder}worker.js`).catch((error) => console.warn("the page could not be kept", error));
}

begin().catch((error) => {
  console.error(error);
  main.append(h("p", { class: "wrong" }, document.body.dataset.broken ?? ""));
});
