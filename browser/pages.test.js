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

// Dark differs in colours alone; they are looked at where most else is different too.
for (const { name, place, lang, width, dark } of looks().filter((look) => !look.dark || look.lang === "ug" && look.width === 360)) {
  test(name, { timeout: 60_000 }, async () => {
    const visit = await open(browser, demo.origin, place.path, { lang, width, dark, status: place.status });
    try {
      assert.deepEqual(await problems(visit), []);
    } finally {
      await visit.close();
    }
  });
}
