/**
 * Photographs every page of pages.js: node screenshots.js FOLDER [PATTERN]
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startDemo } from "./demo.js";
import { open, openBrowser } from "./harness.js";
import { looks } from "./pages.js";

const [folder, pattern = ""] = process.argv.slice(2);
if (!folder) throw new Error("usage: node screenshots.js FOLDER [PATTERN]");
const wanted = looks().filter(({ name }) => new RegExp(pattern).test(name));
if (wanted.length === 0) throw new Error(`no page matches ${pattern}`);

mkdirSync(folder, { recursive: true });
const demo = await startDemo();
const browser = await openBrowser();
try {
  for (const { name, place, lang, width, dark } of wanted) {
    const visit = await open(browser, demo.origin, place.path, { lang, width, dark, status: place.status });
    await visit.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    await visit.close();
  }
} finally {
  await browser.close();
  await demo.stop();
}
console.log(`${wanted.length} pictures in ${folder}`);
