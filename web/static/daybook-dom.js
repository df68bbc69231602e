/**
 * Making parts of a page. Everything that is shown is a text node: nothing that anybody wrote is ever read as mark-up.
 */

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes */

/**
 * An element. A function among the attributes listens to the event of that name; true is an attribute without a value.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Attributes | null} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false).map((c) => /** @type {Node | string} */ (c)));
  return element;
}

/** A text that somebody wrote, in its own direction. @param {string} text @param {string} [lang] */
export const bdi = (text, lang) => h("bdi", { lang: lang || null }, text);

/** @param {string} text @param {(event: MouseEvent) => void} click @param {string} [kind] */
export const button = (text, click, kind = "") => h("button", { type: "button", class: kind || null, click }, text);

/** @param {string} href @param {Child[]} children */
export const link = (href, ...children) => h("a", { href }, ...children);

/**
 * A bar from baseline to target with what was read last, as the pages of the programme have it.
 * @param {number} part 0 to 1
 */
export function bar(part) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  for (const [key, value] of Object.entries({ class: "bar", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" })) svg.setAttribute(key, value);
  const rtl = document.documentElement.dir === "rtl", width = 100 * Math.min(1, Math.max(0, part));
  for (const [kind, x, w] of /** @type {[string, number, number][]} */ ([["track", 0, 100], ["fill", rtl ? 100 - width : 0, width]])) {
    const rect = document.createElementNS(space, "rect");
    for (const [key, value] of Object.entries({ class: kind, x, y: 0, width: w, height: 6 })) rect.setAttribute(key, String(value));
    svg.append(rect);
  }
  return svg;
}

/** The shape beside a word of standing; as web/page.go has it. @type {Record<string, string>} */
const shapes = { "reported-done": "done", kept: "done", overdue: "over", "partly-kept": "half", "not-kept": "not", "under-way": "ask", "being-asked": "ask",
  received: "half", "looked-at": "done", "sent-back": "not", refused: "not", conflict: "not", waiting: "ask" };

/** @param {string} state @param {string} text */
export const says = (state, text) => h("span", { class: `says ${shapes[state] ?? "none"}` }, text);
