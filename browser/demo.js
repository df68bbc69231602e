/**
 * Builds Kept and runs its demo: the sample programme, on a day that never changes.
 *
 * KEPT_BINARY names a program that is built already; `make browser` sets it, so that test files, which run at
 * once, do not each build their own.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The day of the sample programme on which the tests look at it. */
export const today = "2026-11-23";

const root = new URL("..", import.meta.url).pathname;
const startMs = 60_000;
const stopMs = 10_000;

/**
 * @typedef {object} Demo
 * @property {string} binary the program, for as long as this runs
 * @property {string} origin where it listens, without a slash at the end
 * @property {() => string} output what it has written so far
 * @property {() => Promise<void>} stop ends it as an operator would; rejects if it does not go
 */

/**
 * Starts `kept demo` on a free port and waits until it listens.
 * @param {string[]} args more arguments for it
 * @returns {Promise<Demo>}
 */
export async function startDemo(...args) {
  const own = mkdtempSync(join(tmpdir(), "kept-browser-"));
  const clean = () => rmSync(own, { recursive: true, force: true });
  let binary = process.env.KEPT_BINARY;
  if (!binary) {
    binary = join(own, "kept");
    const build = spawnSync("go", ["build", "-o", binary, "./cmd/kept"], { cwd: root, encoding: "utf8" });
    if (build.status !== 0) {
      clean();
      throw new Error(`go build: ${build.error ?? build.stderr}`);
    }
  }

  const child = spawn(binary, ["demo", "--listen", "127.0.0.1:0", "--today", today, ...args],
    { cwd: own, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const gone = new Promise((resolve) => {
    child.once("error", (error) => { output += error; resolve(null); });
    child.once("exit", resolve);
  });
  void gone.then(clean);
  // A test run that dies must not leave a server behind.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  void gone.then(() => process.off("exit", kill));

  const origin = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      kill();
      reject(new Error(`kept demo: not listening after ${startMs} ms:\n${output}`));
    }, startMs);
    /** @param {Buffer} chunk */
    const read = (chunk) => {
      output += chunk;
      const found = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output);
      if (found) {
        clearTimeout(timer);
        resolve(found[1]);
      }
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    void gone.then(() => {
      clearTimeout(timer);
      reject(new Error(`kept demo ended before it listened:\n${output}`));
    });
  });

  return {
    binary, origin,
    output: () => output,
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(kill, stopMs);
      await gone;
      clearTimeout(timer);
      if (child.signalCode === "SIGKILL") {
        throw new Error(`kept demo did not end within ${stopMs} ms of SIGTERM:\n${output}`);
      }
    },
  };
}
