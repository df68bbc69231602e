/**
 * The pages on which all is found again: what is to do, what was written, the villages and their promises, and what there is to know of the phone.
 */
import { shown } from "./daybook-album.js";
import { bar, bdi, button, h, link, says } from "./daybook-dom.js";
import { days, share } from "./daybook-form.js";
import { owed, saysNothing, today } from "./daybook-report.js";
import { send, tell } from "./daybook-send.js";
import * as store from "./daybook-store.js";
import { N, T, day, language, number, readDecimal, weekday } from "./daybook-words.js";

/** @typedef {import("./daybook.js").Here} Here */
/** @typedef {import("./daybook.js").View} View */
/** @typedef {import("./daybook-store.js").Report} Report */
/** @typedef {import("./daybook-store.js").Due} Due */

const DAYS_AHEAD = 7;

/** @param {string} text a day @param {number} n */
const plus = (text, n) => new Date(Date.parse(text) + n * 86_400_000).toISOString().slice(0, 10);

const PLACES_SHOWN = 3;

/** @param {Here} where @param {Due} p @param {number} [most] */
function placesOf(where, p, most = p.places.length) {
  const names = p.places.slice(0, most).map((code) => where.places.get(code) ?? code).join(language().comma);
  return p.places.length > most ? `${names} +${number(String(p.places.length - most))}` : names;
}

/** What is typed into the search of the first page, for as long as the page lives. */
let sought = "";

/** @param {Here} where @returns {View} */
export function todoPage(where) {
  const { account, promises, reports } = where, now = today(account), soon = plus(now, DAYS_AHEAD);
  const drafts = reports.filter((r) => r.state === "draft" && !(saysNothing(r.typed) && r.pictures.length === 0));
  const back = reports.filter((r) => ["sent-back", "refused", "conflict"].includes(r.state) && !r.replaced);
  /** @param {(d: string) => boolean} when @param {(p: Due) => string[]} which */
  const lines = (when, which) => promises.flatMap((p) => which(p).concat(p.plan === "once" && p.due && p.standing !== "reported-done" ? p.due : []).filter(when).map((d) => ({ p, d })))
    .sort((a, b) => (a.d < b.d ? -1 : a.d > b.d ? 1 : Number(b.p.mine ?? false) - Number(a.p.mine ?? false)));
  const due = lines((d) => d <= now, (p) => owed(p, now, reports));
  const coming = lines((d) => d > now && d <= soon, (p) => owed(p, soon, reports));
  const list = h("ul", { class: "queue" });
  const draw = () => {
    const words = sought.toLowerCase().split(/\s+/);
    list.replaceChildren(...promises.filter((p) => words.every((w) => `${p.number} ${p.title} ${placesOf(where, p)}`.toLowerCase().includes(w))).map((p) => line(where, p)));
  };
  draw();
  return { title: T("daybook.todo"), parts: [
    h("h1", null, T("daybook.todo")),
    h("p", { class: "lead" }, bdi(where.names?.team ?? ""), account.today && ` · ${weekday(now)} ${day(now)}`),
    ...gapLines(where),
    ...part(T("daybook.back"), back.map((r) => reportLine(r))),
    ...part(T("daybook.drafts"), drafts.map((r) => h("li", null, h("div", { class: "what" }, h("a", { class: "t", href: `#/draft/${r.id}` }, bdi(r.promise.title, r.promise.lang)), h("span", { class: "sub" }, T("daybook.report-on", { Number: r.promise.number })))))),
    ...part(T("daybook.to-report"), due.map(({ p, d }) => line(where, p, d, now))),
    ...part(T("daybook.soon"), coming.map(({ p, d }) => line(where, p, d, now))),
    ...(promises.length === 0 ? [h("p", { class: "empty" }, T(account.today ? "reporting.nothing" : "daybook.not-fetched"))]
      : [h("h2", null, T("daybook.all-promises")), h("form", { class: "tools", role: "search", submit: (e) => e.preventDefault() }, h("label", { class: "find" }, T("daybook.search"),
        h("input", { type: "search", dir: "auto", value: sought, input: (/** @type {any} */ e) => { sought = e.target.value; draw(); } }))), list]),
  ].flat() };
}

/** @param {string} title @param {Node[]} lines */
const part = (title, lines) => (lines.length > 0 ? [h("h2", null, title, " ", h("span", { class: "aside" }, number(String(lines.length)))), h("ul", { class: "queue" }, lines)] : []);

/**
 * A promise in a list: one tap, and its report is open.
 * @param {Here} where
 * @param {Due} p
 * @param {string} [due]
 * @param {string} [now]
 */
function line(where, p, due = "", now = "") {
  return h("li", null, h("div", { class: "what" }, h("a", { class: "t", href: `#/write/${p.number}${due && p.plan !== "once" ? `/${due}` : ""}` }, bdi(p.title, p.lang)),
    h("span", { class: "sub" }, due ? h("span", { class: due < now ? "late" : "" }, `${weekday(due)} ${day(due)}`) : says(p.standing, T(`standing.${p.standing}`)), " · ", bdi(placesOf(where, p, PLACES_SHOWN)), !p.mine && ` · ${T("daybook.posted")}`)));
}

/** The words for what became of a report. @param {Report} r */
const became = (r) => says(r.state, T(`daybook.state-${r.state}`));

/** @param {Report} r */
function reportLine(r) {
  const open = r.pictures.filter((p) => !p.sent).length;
  return h("li", null, h("div", { class: "what" }, h("a", { class: "t", href: r.state === "draft" ? `#/draft/${r.id}` : `#/report/${r.id}` }, bdi(r.promise.title, r.promise.lang)),
    h("span", { class: "sub" }, became(r), " · ", day(r.typed.day), r.pictures.length > 0 && ` · ${N("daybook.pictures", r.pictures.length)}`,
      r.state === "waiting" && open > 0 && ` · ${T("daybook.pictures-left", { N: open })}`, r.decide && [" · ", h("strong", { class: "late" }, T("daybook.decide"))], r.replaced && ` · ${T("daybook.replaced")}`)));
}

/** @param {Here} where @returns {View} */
export function writtenPage(where) {
  const order = ["draft", "sent-back", "refused", "conflict", "waiting", "received", "looked-at"];
  const groups = order.map((state) => where.reports.filter((r) => r.state === state));
  return { title: T("daybook.written"), parts: [h("h1", null, T("daybook.written")),
    ...groups.flatMap((list, i) => part(T(`daybook.state-${order[i]}`), list.map((r) => reportLine(r)))),
    ...(where.reports.length === 0 ? [h("p", { class: "empty" }, T("daybook.written-nothing"), " ", link("#/", T("daybook.todo")))] : [])] };
}

/**
 * One report: what was said, and what became of it.
 * @param {Here} where
 * @param {string} id
 * @returns {Promise<View>}
 */
export async function reportPage(where, id) {
  const r = where.reports.find((r) => r.id === id);
  if (!r) return { title: T("daybook.written"), parts: [h("h1", null, T("daybook.no-report")), h("p", null, link("#/written", T("daybook.written")))] };
  const p = where.promises.find((p) => p.id === r.promise.id), t = r.typed;
  const images = h("ul", { class: "pictures" }, r.pictures.map((x, i) => {
    const image = h("img", { alt: T("picture.number", { N: i + 1 }), width: x.width, height: x.height });
    void shown(image, r.id, x.sha256);
    return h("li", null, image, !x.sent && h("p", { class: "sub" }, T("daybook.picture-waits")));
  }));
  /** @param {string} term @param {import("./daybook-dom.js").Child | import("./daybook-dom.js").Child[]} text */
  const fact = (term, text) => [h("dt", null, term), h("dd", null, text)];
  const bad = ["sent-back", "refused", "conflict"].includes(r.state);
  const reason = r.reason || r.words || (r.code === "daybook.picture-lost" ? T("daybook.picture-lost") : "");
  return { title: T("daybook.report-on", { Number: r.promise.number }), parts: [
    h("p", { class: "path" }, T("daybook.report-on", { Number: r.promise.number })), h("h1", null, bdi(r.promise.title, r.promise.lang)),
    h("p", { class: "lead" }, became(r)), h("p", null, T(`daybook.means-${r.state}`, { Day: day(r.recorded ?? "") })),
    bad && reason ? h("div", { class: "note bad" }, h("p", null, bdi(reason, r.reasonLang))) : "",
    r.decide ? h("div", { class: "note bad" }, h("p", null, T("daybook.decide-why"))) : "",
    h("p", { class: "buttons" },
      bad && !r.replaced && button(T("daybook.write-again"), async () => {
        const draft = await store.writeAgain(r);
        tell();
        where.go(`#/draft/${draft}`);
      }),
      r.replaced && link(`#/report/${r.replaced}`, T("daybook.replaced")),
      r.state === "waiting" && !r.tried && button(T("daybook.change"), async () => {
        const open = await store.changeReport(r.id, (now) => (now.state === "waiting" && !now.tried ? { ...now, state: "draft", event: null } : undefined));
        tell();
        if (open) where.go(`#/draft/${r.id}`);
        else where.say(T("daybook.too-late"));
      }, "quiet"),
      r.state === "waiting" && button(T("daybook.send-now"), () => void send(), "quiet")),
    h("dl", { class: "facts" },
      fact(T("reporting.day"), day(t.day)),
      t.due ? fact(T("reporting.which"), [day(t.due), p?.plan !== "service-level" && ` · ${T(t.held === "no" ? "occurrence.not-held" : "occurrence.held")}`]) : [],
      t.received ? fact(T("reporting.service"), `${T("reporting.received")} ${t.received} · ${T("reporting.answered")} ${t.answered} · ${T("reporting.late")} ${t.late}`) : [],
      t.state ? fact(T("reporting.state"), T(`reporting.state-${t.state}`)) : [],
      Object.entries(t.note).filter(([, text]) => text.trim()).flatMap(([lang, text]) => fact(T("reporting.note"), h("bdi", { lang, class: "pre" }, text))),
      Object.entries(t.values).filter(([, v]) => v.trim()).flatMap(([n, v]) => fact(p?.measures?.[Number(n)]?.name ?? T("reporting.readings"), [bdi(v), " ", p?.measures?.[Number(n)]?.unit ?? ""])),
      Object.entries(t.amounts).filter(([, v]) => v.trim()).flatMap(([c, v]) => fact(T("reporting.spent"), `${v} ${c}`)),
      r.pictures.length > 0 ? fact(T("picture.title"), [r.gone && h("p", { class: "hint" }, T("daybook.pictures-given-up")), r.unreadable ? h("p", { class: "wrong" }, N("daybook.pictures-unreadable", r.unreadable)) : "", r.state === "looked-at" && h("p", null, T("daybook.shown", { N: r.shown ?? 0, Of: r.pictures.length })), images]) : []),
    r.entry ? h("p", { class: "hint" }, T("daybook.entry"), " ", h("span", { class: "code" }, r.entry)) : "",
  ] };
}

/** @param {Here} where @returns {View} */
export function villagesPage(where) {
  const codes = [...new Set(where.promises.flatMap((p) => p.places))].sort((a, b) => (where.places.get(a) ?? a).localeCompare(where.places.get(b) ?? b, language().tag));
  return { title: T("daybook.villages"), parts: [h("h1", null, T("daybook.villages")),
    codes.length === 0 ? h("p", { class: "empty" }, T("daybook.not-fetched")) : h("ul", { class: "queue" }, codes.map((code) => {
      const there = where.promises.filter((p) => p.places.includes(code));
      return h("li", null, h("div", { class: "what" }, h("a", { class: "t", href: `#/village/${encodeURIComponent(code)}` }, bdi(where.places.get(code) ?? code)),
        h("span", { class: "sub" }, N("daybook.promises", there.length), " · ", T("daybook.overdue", { N: there.filter((p) => p.standing === "overdue").length }))));
    }))] };
}

/** The board of a village: its promises, with both sides. @param {Here} where @param {string} code @returns {View} */
export function villagePage(where, code) {
  const there = where.promises.filter((p) => p.places.includes(code)), name = where.places.get(code) ?? code;
  return { title: name, parts: [h("p", { class: "path" }, link("#/villages", T("daybook.villages"))), h("h1", null, bdi(name)),
    where.account.today ? h("p", { class: "lead" }, T("daybook.as-of", { Day: day(where.account.today) })) : "",
    ...there.map((p) => h("article", { class: "board" },
      h("h2", null, h("a", { href: `#/write/${p.number}` }, bdi(p.title, p.lang))),
      h("div", { class: "two" },
        h("section", null, h("h3", null, T("says.team")), h("p", null, says(p.standing, T(`standing.${p.standing}`))), (p.open || p.due) && h("p", { class: "sub" }, T("daybook.due"), " ", day(p.open || p.due || "")), ...(p.measures ?? []).slice(0, 1).map(measured), days(p, where)),
        h("section", null, h("h3", null, T("says.village")), h("p", null, says(p.village, T(`village.${p.village}`))), p.disputed && h("p", { class: "sub" }, T("village.disputed-before")))),
      h("p", { class: "actions" }, link(`#/write/${p.number}`, T("daybook.write")), button(T("daybook.share"), () => void share(where.folder, p, where.say), "link")))),
  ] };
}

/** @param {import("./daybook-store.js").Measure} m */
function measured(m) {
  const [from = 0, now = NaN, to = NaN] = [m.baseline, m.reading, m.target].map((v) => (v ? Number(readDecimal(v)) : undefined));
  return h("div", null, m.reading && to !== from ? bar((now - from) / (to - from) || 0) : null,
    h("p", { class: "sub" }, bdi(m.name), ": ", m.reading ? `${number(m.reading)} / ${number(m.target ?? "—")} ${m.unit ?? ""}` : T("nothing-reported")));
}

/** What never arrived, as the server counts it. @param {Here} where */
function gapLines({ account, reports }) {
  /** @param {[number, number][] | undefined} missing */
  const numbers = (missing) => (missing ?? []).map(([a, b]) => (a === b ? number(String(a)) : `${number(String(a))}–${number(String(b))}`)).join(", ");
  const here = new Set(reports.filter((r) => r.n > 0).map((r) => r.n));
  const lost = (account.gap?.missing ?? []).filter(([a, b]) => Array.from({ length: Math.min(b - a + 1, 1000) }, (_, i) => a + i).some((n) => !here.has(n)));
  const lines = lost.length > 0 ? [h("p", null, T("daybook.gap-here", { Numbers: numbers(lost) }))] : [];
  for (const other of account.others) lines.push(h("p", null, T("daybook.gap-other", { Numbers: numbers(other.missing), Day: day(other.seen ?? "") })));
  return lines.length > 0 ? [h("div", { class: "note bad gaps" }, lines)] : [];
}

/** What the book did that it must not do. @param {import("./daybook-store.js").Alarm} alarm */
export const alarmLine = ({ kind, from, to, day: on }) => h("p", { class: "wrong" }, T(`daybook.alarm-${kind}`, { From: from, To: to, Day: day(on) }));

/** @param {Here} where @returns {Promise<View>} */
export async function morePage(where) {
  const { account } = where;
  const waiting = where.reports.filter((r) => r.state === "waiting");
  const durable = navigator.storage?.persisted ? await navigator.storage.persisted() : false;
  const pictures = waiting.reduce((n, r) => n + r.pictures.filter((p) => !p.sent).length, 0);
  const skew = Math.round(account.skew / 60_000);
  return { title: T("daybook.more"), parts: [h("h1", null, T("daybook.more")),
    h("dl", { class: "facts" },
      h("dt", null, T("daybook.team")), h("dd", null, bdi(where.names?.team ?? "")),
      h("dt", null, T("daybook.fetched")), h("dd", null, account.heard ? `${day(account.today)}, ${new Date(account.heard).toTimeString().slice(0, 5)}` : T("daybook.never")),
      h("dt", null, T("daybook.clock")), h("dd", null, Math.abs(skew) < 5 ? T("daybook.clock-right") : N(skew > 0 ? "daybook.clock-ahead" : "daybook.clock-behind", Math.abs(skew))),
      h("dt", null, T("daybook.storage")), h("dd", null, T(durable ? "daybook.durable" : "daybook.not-durable"), " ", !durable && navigator.storage?.persist && button(T("daybook.make-durable"), async () => {
        where.say(T(await navigator.storage.persist() ? "daybook.durable" : "daybook.not-durable-why"));
        tell();
      }, "quiet"))),
    h("p", { class: "hint" }, T("daybook.install")),
    h("h2", null, T("daybook.book")), h("p", null, T("daybook.book-why")),
    account.size > 0 ? h("p", null, T("daybook.checkpoint", { Size: account.size }), " ", h("span", { class: "code" }, account.root)) : "",
    ...account.alarms.map(alarmLine),
    account.alarms.length > 0 ? h("p", null, button(T("daybook.alarm-read"), async () => {
      await store.changeAccount(account.mark, (a) => { a.alarms = []; });
      tell();
    }, "quiet")) : "",
    h("h2", null, T("daybook.sign-out")),
    h("p", null, waiting.length > 0 ? T("daybook.sign-out-unsent", { Reports: N("daybook.reports", waiting.length), Pictures: N("daybook.pictures", pictures) }) : T("daybook.sign-out-why")),
    h("p", null, button(T("daybook.sign-out"), async () => {
      await store.setPhone({ account: "", leaving: true });
      tell();
      where.go("#/");
      void send();
    }, waiting.length > 0 ? "grave" : "quiet")),
  ] };
}
