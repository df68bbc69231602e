/**
 * From what was typed to the event that is sent, and what is wrong with it; the same rules as the server's form has.
 */
import { T, language, readDecimal } from "./daybook-words.js";

/** @typedef {import("./daybook-store.js").Typed} Typed */
/** @typedef {import("./daybook-store.js").Report} Report */
/** @typedef {import("./daybook-store.js").Account} Account */
/** @typedef {import("./daybook-store.js").Due} Due */

export const MOST_PICTURES = 20;
const MOST_SUMS = 3, MOST_NOTE = 4000;
export const states = ["under-way", "done", "suspended"];

/**
 * The programme's day now, as well as the phone can know it: the one that the server named last, and as many more as have passed here since.
 * The phone's own day does not count once a server was heard: its clock may be wrong, and its time zone another.
 * @param {Account} account
 */
export function today({ today: named, heard }) {
  const [from, since] = named ? [Date.parse(named), midnight(heard)] : [0, 0];
  return new Date(from + Math.max(0, midnight(Date.now()) - since)).toISOString().slice(0, 10);
}

/** @param {number} time */
function midnight(time) {
  const here = new Date(time);
  return Date.UTC(here.getFullYear(), here.getMonth(), here.getDate());
}

/**
 * @param {Account} account
 * @param {string} [due]
 * @returns {Typed}
 */
export const blank = (account, due = "") => ({ day: today(account), state: "", due, held: "yes", received: "", answered: "", late: "",
  note: {}, values: {}, periods: {}, amounts: {}, nobody: false });

/** @param {Typed} t whether it says anything */
export const saysNothing = (t) => !t.state && !t.due && ![t.received, t.answered, t.late, ...[t.note, t.values, t.amounts].flatMap((o) => Object.values(o))].some((v) => v.trim());

/** @param {string} day */
const validDay = (day) => /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);

/**
 * What is wrong with what was typed, by field; the fields are those of the server's answers, and "" is the whole.
 * @param {Report} report
 * @param {Due | undefined} promise none if it is not here any more
 * @param {Account} account
 * @returns {Record<string, string>}
 */
export function wrongs({ typed: t, pictures }, promise, account) {
  /** @type {Record<string, string>} */
  const wrong = {};
  if (!validDay(t.day)) wrong.day = T("typed.day");
  else if (t.day > today(account)) wrong.day = T("reporting.future");
  if (promise?.plan === "service-level" && [t.received, t.answered, t.late].some((v) => v.trim())) {
    if (!t.due) wrong.due = T("reporting.which-period");
    const counts = /** @type {const} */ (["received", "answered", "late"]);
    for (const field of counts) {
      const n = readDecimal(t[field], 0);
      if (n === undefined || n.startsWith("-")) wrong[`service.${field}`] = T("typed.whole");
    }
    if (!wrong["service.late"] && Number(readDecimal(t.late, 0)) > Number(readDecimal(t.answered, 0))) wrong["service.late"] = T("reporting.late-of-answered");
  } else if (promise?.plan === "service-level" && t.due) wrong["service.received"] = T("reporting.counts");
  for (const [n, value] of Object.entries(t.values)) if (value.trim() && readDecimal(value) === undefined) wrong[`value.${n}`] = T("typed.number");
  for (const [currency, amount] of Object.entries(t.amounts)) {
    if (!amount.trim()) continue;
    const most = language().minor[currency] ?? 2, read = readDecimal(amount, most);
    if (read === undefined && readDecimal(amount) !== undefined) wrong[`amount.${currency}`] = T("typed.decimals", { Currency: currency, Max: most });
    else if (read === undefined) wrong[`amount.${currency}`] = T("typed.amount");
    else if (!(Number(read) > 0)) wrong[`amount.${currency}`] = T("reporting.amount");
  }
  for (const text of Object.values(t.note)) if ([...text.trim()].length > MOST_NOTE) wrong.note = T("daybook.note-long", { Max: MOST_NOTE });
  if (pictures.length > MOST_PICTURES) wrong.pictures = T("picture.refused-many", { Max: MOST_PICTURES });
  else if (pictures.length > 0 && !t.nobody) wrong.nobody = T("picture.nobody-needed");
  if (saysNothing(t) && pictures.length === 0) wrong[""] = T("reporting.empty");
  return wrong;
}

/**
 * The event of a report, as docs/sync.md has it.
 * @param {Report} report
 * @param {Due | undefined} promise
 * @param {number} n
 */
export function eventOf({ id, typed: t, promise: about, pictures, size }, promise, n) {
  /** @type {Record<string, unknown>} */
  const data = {};
  if (t.state) data.state = t.state;
  const service = promise?.plan === "service-level";
  if (service && t.due) data.service = { due: t.due, received: t.received.trim(), answered: t.answered.trim(), late: t.late.trim() };
  else if (t.due) data.occurrence = { due: t.due, held: t.held !== "no" };
  const readings = readingsOf(t).map(([measure, value]) => ({ measure: Number(measure), value, ...(t.periods[measure] && { period: t.periods[measure] }) }));
  if (readings.length) data.readings = readings;
  const spent = spentOf(t).map(([currency, amount]) => ({ currency, amount }));
  if (spent.length) data.spent = spent;
  const said = Object.entries(t.note).map(([lang, text]) => [lang, text.trim()]).filter(([, text]) => text);
  if (said.length) data.note = { original: said[0]?.[0], in: Object.fromEntries(said) };
  if (pictures.length) Object.assign(data, { pictures: pictures.map((p) => p.sha256), nobody: t.nobody });
  return { id, n, size, day: t.day, kind: "report", promise: about.id, data };
}

/** @param {Typed} t @returns {[string, string][]} */
const readingsOf = (t) => Object.entries(t.values).map(([n, v]) => /** @type {[string, string]} */ ([n, v.trim()])).filter(([, v]) => v);
/** @param {Typed} t @returns {[string, string][]} */
const spentOf = (t) => Object.entries(t.amounts).map(([c, v]) => /** @type {[string, string]} */ ([c, v.trim()])).filter(([, v]) => v).slice(0, MOST_SUMS);

/**
 * The field of the form that a field of a server's answer means.
 * @param {string} field such as readings.0.value
 * @param {Typed} t
 */
export function fieldHere(field, t) {
  const [, what, at] = /^(readings|spent)\.(\d+)\./.exec(field) ?? [];
  if (what === "readings") return `value.${readingsOf(t)[Number(at)]?.[0] ?? ""}`;
  if (what === "spent") return `amount.${spentOf(t)[Number(at)]?.[0] ?? ""}`;
  return field;
}

/**
 * The due days of a promise that have come and for which nothing is reported; neither in the book nor waiting here.
 * @param {Due} promise
 * @param {string} until
 * @param {Report[]} reports
 * @returns {string[]} the oldest first
 */
export function owed(promise, until, reports) {
  const told = new Set(reports.filter((r) => r.promise.id === promise.id && !["draft", "refused", "conflict", "sent-back"].includes(r.state)).map((r) => r.typed.due));
  return (promise.days ?? []).filter(([due, state]) => !state && due <= until && !told.has(due)).map(([due]) => due);
}
