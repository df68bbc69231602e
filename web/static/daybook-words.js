/**
 * What the daybook says, and how it writes days and numbers; and how it reads numbers that somebody typed, as the server reads them.
 */

/**
 * A language as the server gives it: web/daybook.go.
 * @typedef {object} Language
 * @property {string} tag
 * @property {"ltr" | "rtl"} dir
 * @property {boolean} reviewed
 * @property {Record<string, string | string[]>} messages
 * @property {string[]} days
 * @property {string[]} weekdays
 * @property {string} decimal
 * @property {string} group
 * @property {string} comma between the members of a list
 * @property {Record<string, number>} minor digits of amounts after the point, where they are not two
 */

/** @type {Language} */
let spoken;

/** @returns {Language} the language that is spoken now */
export const language = () => spoken;

/**
 * Speaks another language from now on.
 * @param {string} folder of the daybook
 * @param {string} tag
 */
export async function speak(folder, tag) {
  const answer = await fetch(`${folder}words.json?lang=${tag}`);
  if (!answer.ok) throw new Error(`words: ${answer.status}`);
  spoken = await answer.json();
  document.documentElement.lang = spoken.tag;
  document.documentElement.dir = spoken.dir;
}

/**
 * Fills in the names in braces. Texts are isolated, so that one of another direction does not turn the sentence around.
 * @param {string} text
 * @param {Record<string, string | number>} args
 */
function fill(text, args) {
  return text.replace(/\{([A-Za-z]+)\}/g, (_, name) => {
    const value = args[name] ?? "—";
    return typeof value === "number" ? number(String(value)) : `\u2068${value}\u2069`;
  });
}

/**
 * @param {string} key
 * @param {Record<string, string | number>} [args]
 * @returns {string}
 */
export function T(key, args = {}) {
  const text = spoken.messages[key];
  return fill(Array.isArray(text) ? text[1] ?? key : text ?? key, args);
}

/**
 * A message that counts.
 * @param {string} key
 * @param {number} n
 * @param {Record<string, string | number>} [args]
 * @returns {string}
 */
export function N(key, n, args = {}) {
  const text = spoken.messages[key];
  return fill((Array.isArray(text) ? text[n === 1 ? 0 : 1] : text) ?? key, { ...args, N: n });
}

/**
 * A decimal of the book, as the language writes it.
 * @param {string} decimal
 */
export function number(decimal) {
  const [, sign = "", whole = "", fraction] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  if (!whole) return decimal;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, spoken.group);
  return `${sign && spoken.dir === "rtl" ? "\u200e" : ""}${sign}${grouped}${fraction ? spoken.decimal + fraction : ""}`;
}

/**
 * A day of the book, such as 2026-11-24, as the language writes it.
 * @param {string} text
 */
export function day(text) {
  const [, y, m, d] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (!y || !d) return text;
  return (spoken.days[Number(m) - 1] ?? text).replace("{d}", String(Number(d))).replace("{y}", y);
}

/** @param {string} text a day */
export const weekday = (text) => spoken.weekdays[new Date(`${text}T00:00:00Z`).getUTCDay()] ?? "";

const MAX_TYPED = 80, MAX_WHOLE = 18;
/** @type {[RegExp, string][]} */
const signs = [[/[，٬﹐]/g, ","], [/[．٫﹒]/g, "."], [/[−－﹣‐–]/g, "-"], [/＋/g, "+"], [/[\u2019＇ʼ]/g, "'"], [/[\u200e\u200f\u061c]/g, ""], [/\s/g, " "]];

/**
 * The digits of ASCII in place of those of another script; those of two in one number are refused.
 * @param {string} text
 * @returns {string | undefined}
 */
function plain(text) {
  let zero = -1, out = "", n = 0;
  for (const c of text) {
    if (++n > MAX_TYPED) return undefined;
    if (!/\p{Nd}/u.test(c)) {
      out += c;
      continue;
    }
    const code = c.codePointAt(0) ?? 0;
    let start = code;
    while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start--;
    start = code - (code - start) % 10; // some rows of ten follow each other without a gap
    if (zero >= 0 && start !== zero) return undefined;
    zero = start;
    out += code - start;
  }
  return signs.reduce((text, [from, to]) => text.replace(from, to), out);
}

/**
 * Reads a number as people type it: "１，２３４．５０" is 1234.50. What can be read in two ways is not read.
 * @param {string} typed
 * @param {number} most digits after the point
 * @returns {string | undefined}
 */
export function readDecimal(typed, most = 9) {
  const text = plain(typed.trim());
  if (text === undefined) return undefined;
  const [, sign = "", digits = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  const commas = digits.split(",").length - 1, points = digits.split(".").length - 1;
  let decimal = "", group = "";
  if (commas === 0) [decimal, group] = points <= 1 ? [".", ""] : ["", "."];
  else if (points === 0 && commas > 1) group = ",";
  else if (points === 0) {
    const [before = "", after = ""] = digits.split(",");
    const grouping = after.length === 3 && /^[^0].{0,2}$/.test(before);
    if (grouping && most >= 3) return undefined;
    [decimal, group] = grouping ? ["", ","] : [",", ""];
  } else [decimal, group] = digits.lastIndexOf(",") < digits.lastIndexOf(".") ? [".", ","] : [",", "."];

  let whole = digits, fraction = "";
  if (decimal && digits.includes(decimal)) {
    const at = digits.indexOf(decimal);
    [whole, fraction] = [digits.slice(0, at), digits.slice(at + 1)];
    if (!fraction) return undefined;
    whole ||= "0";
  }
  for (const mark of [" ", "'"]) {
    if (!whole.includes(mark)) continue;
    if (group && whole.includes(group)) return undefined;
    group = mark;
  }
  if (group && whole.includes(group)) {
    const groups = whole.split(group);
    if (!groups.every((g, i) => /^\d+$/.test(g) && (i ? g.length === 3 : g.length <= 3))) return undefined;
    whole = groups.join("");
  }
  if (!/^\d+$/.test(whole) || fraction && !/^\d+$/.test(fraction) || fraction.length > most) return undefined;
  whole = whole.replace(/^0+(?=\d)/, "");
  if (whole.length > MAX_WHOLE) return undefined;
  const value = fraction ? `${whole}.${fraction}` : whole;
  return sign === "-" && /[1-9]/.test(value) ? `-${value}` : value;
}
