import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startDemo } from "./demo.js";
import { open, openBrowser, problems } from "./harness.js";
import { looks } from "./pages.js";

/** @type {import("./demo.js").Demo} */
let demo;
/** @type {import("./harness.js").Browser} */
let browser;

before(async () => {
  demo = await startDemo();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

for (const { name, place, lang, width, dark } of looks()) {
  test(name, { timeout: 60_000 }, async () => {
    const visit = await open(browser, demo.origin, place.path, { lang, width, dark, status: place.status });
    try {
      assert.deepEqual(await problems(visit), []);
    } finally {
      await visit.close();
    }
  });
}
