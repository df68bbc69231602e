/**
 * A number that somebody types means the same to the daybook as to the server: both read locale/testdata/decimals.json.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** @type {typeof import("../web/static/daybook-words.js")} */
const { readDecimal } = await import(`data:text/javascript,${encodeURIComponent(readFileSync(new URL("../web/static/daybook-words.js", import.meta.url), "utf8"))}`);
/** @type {{typed: string, want: string, why?: string}[]} */
const cases = JSON.parse(readFileSync(new URL("../locale/testdata/decimals.json", import.meta.url), "utf8"));

test("Daybook: numbers are read as the server reads them", () => {
  assert.ok(cases.length >= 70);
  for (const { typed, want, why } of cases) assert.equal(readDecimal(typed) ?? "", want, `${JSON.stringify(typed)} ${why ?? ""}`);
});

test("Daybook: every digit that Unicode knows stands for itself", () => {
  let rows = 0;
  for (let code = 0; code <= 0x10ffff; code++) {
    if (!/\p{Nd}/u.test(String.fromCodePoint(code))) continue;
    // Rows of ten, each from nought to nine; those of mathematical digits follow each other without a gap.
    const row = Array.from({ length: 10 }, (_, i) => String.fromCodePoint(code + i));
    assert.deepEqual(row.map((c) => readDecimal(c)), [..."0123456789"], `U+${code.toString(16)}`);
    rows++;
    code += 9;
  }
  assert.ok(rows > 60, `${rows} rows`);
});
