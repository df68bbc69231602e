/**
 * The page on which a report is written. Every stroke is kept: what was typed goes to the disk as soon as the one before it has.
 */
import { bar, bdi, button, h, says } from "./daybook-dom.js";
import { pictureField } from "./daybook-album.js";
import { blank, eventOf, fieldHere, owed, saysNothing, states, today, wrongs } from "./daybook-report.js";
import { send, tell } from "./daybook-send.js";
import * as store from "./daybook-store.js";
import { T, day, language, number, readDecimal, weekday } from "./daybook-words.js";

/** @typedef {import("./daybook.js").Here} Here */
/** @typedef {import("./daybook.js").View} View */
/** @typedef {import("./daybook-store.js").Report} Report */
/** @typedef {import("./daybook-store.js").Due} Due */

/**
 * A report on a promise: the draft that there is, or a new one.
 * @param {Here} where
 * @param {{number?: number, due?: string, draft?: string}} which the promise, and the due day that was chosen; or a draft
 * @returns {Promise<View>}
 */
export async function formPage(where, { number: asked = 0, due = "", draft: id = "" }) {
  const draft = where.reports.find((r) => r.state === "draft" && (id ? r.id === id : r.promise.number === asked));
  const number_ = draft?.promise.number ?? asked;
  const promise = where.promises.find((p) => p.number === number_);
  if (!promise && !draft) return { title: T("daybook.gone"), parts: [h("h1", null, T("daybook.gone")), h("p", { class: "lead" }, T("daybook.gone-why")), h("p", null, h("a", { href: "#/" }, T("daybook.todo")))] };
  const first = due || (promise && owed(promise, today(where.account), where.reports)[0]) || "";
  return new Form(where, promise, draft ?? {
    id: store.newID(), account: where.account.mark, state: "draft", n: 0, tried: false, changed: Date.now(), size: where.account.size,
    promise: { id: promise?.id ?? "", number: number_, title: promise?.title ?? "", lang: promise?.lang ?? "" }, typed: blank(where.account, first), event: null, pictures: [],
  }).view();
}

class Form {
  /** @param {Here} where @param {Due | undefined} promise @param {Report} report */
  constructor(where, promise, report) {
    this.where = where;
    this.promise = promise;
    this.report = report;
    this.kept = h("p", { class: "kept hint", role: "status" });
    /** @type {Promise<void>} */
    this.keeping = Promise.resolve();
    this.again = false;
    this.saving = this.saved = false;
    /** Pictures that are being made small. @type {Promise<void>} */
    this.picking = Promise.resolve();
    this.body = h("form", { class: "fields", novalidate: true, submit: (e) => { e.preventDefault(); void this.save(); } });
  }

  /** @returns {View} */
  view() {
    const { title, lang, number: n } = this.report.promise;
    this.draw();
    if (this.report.field || this.report.words) this.mark({ [fieldHere(this.report.field ?? "", this.report.typed)]: this.report.words ?? "" });
    return { title: T("daybook.report-on", { Number: n }), steady: true, parts: [
      h("p", { class: "path" }, T("daybook.report-on", { Number: n })), h("h1", null, bdi(title, lang)), this.about(), this.body] };
  }

  /** What is known of the promise, folded away. */
  about() {
    const p = this.promise;
    if (!p) return h("p", { class: "hint" }, T("daybook.gone-why"));
    const places = p.places.map((code) => this.where.places.get(code) ?? code);
    return h("details", { class: "about" }, h("summary", null, says(p.standing, T(`standing.${p.standing}`)), " ", places.join(language().comma)),
      h("dl", { class: "facts" },
        h("dt", null, T("says.village")), h("dd", null, says(p.village, T(`village.${p.village}`)), p.disputed && ` ${T("village.disputed-before")}`),
        (p.open || p.due) && [h("dt", null, T("daybook.due")), h("dd", null, day(p.open || p.due || ""))],
        p.office && [h("dt", null, T("daybook.office")), h("dd", null, bdi(p.office))],
        h("dt", null, T("daybook.reported-before")), h("dd", null, p.reports ? T("daybook.reported-times", { N: p.reports, Day: day(p.reported ?? "") }) : T("nothing-reported"))),
      days(p, this.where), h("p", null, button(T("daybook.share"), () => void share(this.where.folder, p, this.where.say), "quiet")));
  }

  draw() {
    const { typed } = this.report, p = this.promise;
    const again = this.report.again && this.where.reports.find((r) => r.id === this.report.again);
    const measures = p?.measures ?? [];
    const currencies = [...new Set([...(p?.currencies ?? []), ...Object.keys(typed.amounts)])];
    this.body.replaceChildren(...[
      again && (again.reason || again.words) && h("div", { class: "note" }, h("p", null, h("strong", null, again.reason ? T("reporting.again") : T("daybook.put-right"))), h("p", null, bdi(again.reason || again.words || "", again.reasonLang))),
      this.due(),
      this.notes(),
      pictureField(this),
      this.field("day", T("reporting.day"), { type: "date", value: typed.day, max: today(this.where.account) }, (t, v) => { t.day = v; }),
      ...measures.map((m) => this.measure(m)),
      h("fieldset", { class: "choices", "data-field": "state" }, h("legend", null, T("reporting.state")), ["", ...states].map((s) =>
        h("label", null, h("input", { type: "radio", name: "state", value: s, checked: typed.state === s, input: () => this.type((t) => { t.state = s; }) }), " ", T(s ? `reporting.state-${s}` : "reporting.state-none")))),
      currencies.length > 0 && h("h2", null, T("reporting.spent")),
      ...currencies.map((c) => this.field(`amount.${c}`, c, { inputmode: "decimal", value: typed.amounts[c] ?? "" }, (t, v) => { t.amounts[c] = v; })),
      h("div", { class: "whole", "data-field": "" }),
      h("div", { class: "buttons sticky" }, h("button", null, T("daybook.save")), button(T("daybook.delete"), () => void this.drop(), "quiet"), this.kept),
    ].filter((x) => x !== false && x !== undefined && x !== "").map((x) => /** @type {Node} */ (x)));
    if (this.report.changed && this.where.reports.some((r) => r.id === this.report.id)) this.kept.textContent = T("daybook.draft-kept");
  }

  /** Which due day, and whether it was held; or the counts of a period. @returns {HTMLElement | false} */
  due() {
    const p = this.promise, { typed } = this.report;
    if (!p || p.plan === "once") return false;
    const open = owed(p, today(this.where.account), this.where.reports);
    if (typed.due && !open.includes(typed.due)) open.push(typed.due);
    if (open.length === 0) return false;
    const service = p.plan === "service-level";
    const choose = h("select", { id: "due", "aria-describedby": "due-wrong", input: (e) => this.type((t) => { t.due = e.target.value; }) },
      h("option", { value: "", selected: !typed.due }, T("reporting.no-occurrence")), open.map((d) => h("option", { value: d, selected: d === typed.due }, `${weekday(d)} ${day(d)}`)));
    return h("section", null, h("h2", null, T(service ? "reporting.service" : "reporting.occurrence")),
      h("div", { class: "field", "data-field": "due" }, h("label", { for: "due" }, T(service ? "reporting.period" : "reporting.which")), choose),
      service ? h("div", { class: "row" }, /** @type {const} */ (["received", "answered", "late"]).map((f) =>
        this.field(`service.${f}`, T(`reporting.${f}`), { inputmode: "numeric", value: typed[f] }, (t, v) => { t[f] = v; })))
        : h("fieldset", { class: "choices pair" }, h("legend", null, T("reporting.was-held")), [["yes", "held"], ["no", "not-held"]].map(([value = "", word = ""]) =>
          h("label", null, h("input", { type: "radio", name: "held", value, checked: typed.held === value, input: () => this.type((t) => { t.held = value; }) }), " ", T(`occurrence.${word}`)))));
  }

  /** What was done, in the language of the page; other languages where they hold something. */
  notes() {
    const { typed } = this.report, tongues = this.where.account.languages;
    const own = tongues.includes(language().tag) ? language().tag : tongues[0] ?? language().tag;
    const shown = [...new Set([own, ...Object.keys(typed.note).filter((l) => typed.note[l])])];
    return h("div", { class: "field", "data-field": "note" }, h("label", { for: "note" }, T("reporting.note")),
      shown.map((l, i) => h("textarea", { id: i ? `note-${l}` : "note", "aria-label": i ? `${T("reporting.note")} (${l})` : null, "aria-describedby": "note-hint note-wrong", lang: l, dir: "auto", rows: 4,
        input: (/** @type {any} */ e) => this.type((t) => { t.note[l] = e.target.value; }) }, typed.note[l] ?? "")),
      h("p", { class: "hint", id: "note-hint" }, T("reporting.note-hint")));
  }

  /** @param {import("./daybook-store.js").Measure} m */
  measure(m) {
    const { typed } = this.report, key = String(m.n);
    const [from, now, to] = [m.baseline, m.reading, m.target].map((v) => Number(readDecimal(v ?? "") ?? NaN));
    const part = (now ?? NaN) - (from || 0), whole = (to ?? NaN) - (from || 0);
    return h("fieldset", null, h("legend", null, bdi(m.name)),
      h("p", { class: "sub" }, m.reading ? T("reporting.so-far", { Value: number(m.reading), Target: number(m.target ?? ""), Unit: m.unit ?? "" }) : T("nothing-reported")),
      whole ? bar(part / whole || 0) : null,
      h("div", { class: "row" }, this.field(`value.${key}`, T("reporting.value"), { inputmode: "decimal", value: typed.values[key] ?? "" }, (t, v) => { t.values[key] = v; }),
        (m.periods ?? []).length > 0 && h("div", { class: "field" }, h("label", { for: `period.${key}` }, T("daybook.of-period")),
          h("select", { id: `period.${key}`, input: (e) => this.type((t) => { t.periods[key] = e.target.value; }) }, h("option", { value: "" }, T("reporting.period-of-day")),
            m.periods?.map(([a, b]) => h("option", { value: `${a}/${b}`, selected: typed.periods[key] === `${a}/${b}` }, `${day(a)} – ${day(b)}`))))));
  }

  /**
   * @param {string} name
   * @param {string} label
   * @param {import("./daybook-dom.js").Attributes} attributes
   * @param {(typed: import("./daybook-store.js").Typed, value: string) => void} into
   */
  field(name, label, attributes, into) {
    return h("div", { class: "field", "data-field": name }, h("label", { for: name }, label),
      h("input", { id: name, autocomplete: "off", dir: "auto", "aria-describedby": `${name}-wrong`, ...attributes, input: (/** @type {any} */ e) => this.type((t) => into(t, e.target.value)) }));
  }

  /** @param {(typed: import("./daybook-store.js").Typed) => void} change */
  type(change) {
    change(this.report.typed);
    delete this.report.words;
    delete this.report.field;
    void this.keep();
  }

  /** Keeps the draft as it is now. Strokes that come while one is being written are written together. */
  keep() {
    if (this.again) return this.keeping;
    this.again = true;
    this.keeping = this.keeping.then(async () => {
      this.again = false;
      if (this.saved) return; // it is no draft any more
      this.report.changed = Date.now();
      await this.write(() => store.keepDraft(this.report));
    });
    return this.keeping;
  }

  /**
   * Puts other pictures into the draft; their bytes and the draft go to the disk together. It waits for what is being written, which would
   * else name a picture before its bytes are there. What the disk does not take is not in the draft either.
   * @param {(pictures: import("./daybook-store.js").PictureOf[]) => import("./daybook-store.js").PictureOf[]} next
   * @param {import("./daybook-album.js").Change} change
   * @returns {Promise<boolean>}
   */
  keepPictures(next, change) {
    const kept = this.keeping.then(async () => {
      const { pictures, typed: { nobody } } = this.report;
      this.report.pictures = next(pictures);
      if (change.add) this.report.typed.nobody = false; // it was said of the others
      const ok = await this.write(() => store.keepDraft(this.report, change));
      if (!ok) {
        this.report.pictures = pictures;
        this.report.typed.nobody = nobody;
      }
      return ok;
    });
    this.keeping = kept.then(() => {});
    return kept;
  }

  /** Shows the pictures that the draft has now; nothing else of the form is touched. */
  redrawPictures() {
    this.body.querySelector(".album")?.replaceWith(pictureField(this));
  }

  /** @param {() => Promise<void>} what @returns {Promise<boolean>} */
  async write(what) {
    try {
      await what().catch(async (error) => {
        // There is no room: what the server has already can go. Or the draft was saved in another tab: what is said here besides is one more report.
        const again = error?.name === "QuotaExceededError" ? await store.makeRoom(this.report.account) : error instanceof store.TooLate && await this.part();
        if (!again) throw error;
        await what();
      });
      this.kept.textContent = T("daybook.draft-kept");
      this.kept.classList.remove("wrong");
      return true;
    } catch (error) {
      const late = error instanceof store.TooLate;
      this.kept.textContent = T(late ? "daybook.too-late" : /** @type {any} */ (error)?.name === "QuotaExceededError" ? "daybook.no-room" : "daybook.not-kept");
      this.kept.classList.add("wrong");
      if (!late) console.warn(error);
      return false;
    }
  }

  /** Makes a draft of its own of what is on this page, unless the very same was saved elsewhere. */
  async part() {
    const { report } = this, saved = await store.get("reports", report.id), said = (/** @type {Report} */ r) => JSON.stringify([r.typed, r.pictures.map((p) => p.sha256)]);
    if (!saved || said(saved) === said(report)) return false;
    const held = (await store.picturesOf(report.id)).filter((row) => report.pictures.some((p) => p.sha256 === row.sha256));
    Object.assign(report, { id: store.newID(), n: 0, tried: false, again: undefined });
    await store.keepDraft(report, { add: held });
    return true;
  }

  async save() {
    if (this.saving) return; // the button was pressed twice
    this.saving = true;
    this.saving = await this.saveOnce();
  }

  /** @returns {Promise<boolean>} whether it was saved */
  async saveOnce() {
    await this.picking;
    await this.keeping;
    const wrong = wrongs(this.report, this.promise, this.where.account);
    this.mark(wrong);
    if (Object.keys(wrong).length > 0) return false;
    this.saved = await this.write(() => {
      const { words, field, code, ...report } = this.report;
      return store.saveReport(report, (n) => eventOf(report, this.promise, n));
    });
    if (!this.saved) return false;
    this.where.say(T("daybook.saved"));
    tell();
    this.where.go("#/written");
    void send();
    return true;
  }

  async drop() {
    await this.keeping;
    if (saysNothing(this.report.typed) && this.report.pictures.length === 0 || !await store.get("reports", this.report.id)) {
      await store.dropDraft(this.report.id).catch(() => {});
      tell();
      this.where.go("#/");
      return;
    }
    const back = await store.dropDraft(this.report.id);
    this.where.say(T("daybook.deleted"), back);
    tell();
    this.where.go("#/");
  }

  /** Says what is wrong beside each field, and goes to the first. @param {Record<string, string>} wrong */
  mark(wrong) {
    for (const line of this.body.querySelectorAll("p.wrong:not(.kept)")) line.remove();
    for (const field of this.body.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    for (const [name, words] of Object.entries(wrong)) {
      if (!words) continue;
      const place = this.body.querySelector(`[data-field="${CSS.escape(name)}"]`) ?? this.body.querySelector('[data-field=""]');
      place?.append(h("p", { class: "wrong", id: `${name}-wrong` }, words));
      place?.querySelector("input, select, textarea")?.setAttribute("aria-invalid", "true");
    }
    const first = this.body.querySelector("[aria-invalid], p.wrong:not(.kept)");
    if (first instanceof HTMLElement) {
      first.scrollIntoView({ block: "center" });
      first.focus();
    }
  }
}

/** The due days around today. @param {Due} p @param {Here} where */
export function days(p, where) {
  const now = today(where.account);
  const told = new Set(where.reports.filter((r) => r.promise.id === p.id && r.state === "waiting").map((r) => r.typed.due));
  const shown = (p.days ?? []).slice(-16);
  return shown.length > 0 && h("ul", { class: "days" }, shown.map(([due, state]) => {
    const kind = state || (told.has(due) ? "waiting" : due > now ? "to-come" : "not-reported");
    const words = kind === "waiting" ? T("daybook.state-waiting") : T(`occurrence.${kind}`);
    return h("li", { class: kind, title: `${day(due)}: ${words}` }, h("span", { class: "hidden" }, `${day(due)}: ${words}`), h("span", { "aria-hidden": "true" }, { held: "✓", "not-held": "×", "not-reported": "?", waiting: "…" }[kind] ?? ""));
  }));
}

/**
 * Gives the promise's public page to another program, or puts its address on the clipboard.
 * @param {string} folder
 * @param {Due} p
 * @param {(words: string) => void} say
 */
export async function share(folder, p, say) {
  const url = new URL(`../promises/${p.number}?lang=${language().tag}`, new URL(folder, location.href)).href;
  try {
    if (navigator.share) await navigator.share({ title: p.title, url });
    else {
      await navigator.clipboard.writeText(url);
      say(T("daybook.copied"));
    }
  } catch { /* the person thought better of it */ }
}
