/**
 * The doors of the example's office: in with one click, and a link for somebody new.
 */
import assert from "node:assert/strict";
import { open, problems } from "./harness.js";

/**
 * Signs in to the example with one click.
 * @param {import("./harness.js").Visit} visit at the door
 * @param {string} role
 */
export async function enter({ page }, role) {
  await page.click(`button[value="guest:${role}"]`);
  await page.waitForURL("**signed=in**", { waitUntil: "networkidle" });
}

/**
 * Signs in to the admin's office of the example and makes a link for a role.
 * @param {import("./harness.js").Browser} browser
 * @param {string} origin
 * @param {string} role
 * @param {string} who
 * @returns {Promise<string>} its path
 */
export async function invite(browser, origin, role, who) {
  const visit = await open(browser, origin, "/office/sign-in", { lang: "en", javaScript: false });
  const { page } = visit;
  await enter(visit, "admin");
  await page.goto(`${origin}/office/invite?programme=valley&role=${role}&lang=en`);
  if (who) await page.selectOption('select[name="who"]', who);
  await page.click('button[value="give"]');
  const address = await page.textContent(".poster-address");
  assert.deepEqual(await problems(visit), []);
  await visit.close();
  return new URL(address ?? "").pathname;
}
