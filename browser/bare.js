/**
 * A server of a bare page in each language, with the pages' policy and Kept's static files: for modules that are tried by themselves.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { languages } from "./pages.js";

const files = new URL("../web/static/", import.meta.url);

/**
 * @typedef {object} Bare
 * @property {string} origin
 * @property {string[]} asked every request so far: its method and its address
 * @property {() => Promise<void>} close
 */

/**
 * Serves / (?lang=LANGUAGE; with ?strict, pictures of the page's own making are forbidden) and /static/NAME.
 * @param {...string} styles files of style besides kept.css
 * @returns {Promise<Bare>}
 */
export async function serveBare(...styles) {
  /** @type {string[]} */
  const asked = [];
  const server = createServer((request, answer) => {
    const address = new URL(request.url ?? "/", "http://localhost");
    asked.push(`${request.method} ${address.pathname}`);
    const name = /^\/static\/([a-z-]+\.(js|css))$/.exec(address.pathname);
    if (name?.[1]) {
      answer.setHeader("Content-Type", name[2] === "js" ? "text/javascript" : "text/css").end(readFileSync(new URL(name[1], files)));
      return;
    }
    if (address.pathname !== "/") {
      answer.writeHead(204).end(); // an icon, of which nothing is said here
      return;
    }
    const lang = address.searchParams.get("lang") ?? "en";
    const images = address.searchParams.has("strict") ? "'self'" : "'self' blob:";
    answer.setHeader("Content-Type", "text/html; charset=utf-8");
    answer.setHeader("Content-Security-Policy", `default-src 'none'; style-src 'self'; img-src ${images}; script-src 'self'; connect-src 'self'`);
    answer.end(`<!doctype html><html lang="${lang}" dir="${languages[lang]}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <title>Bare</title>${["kept.css", ...styles].map((style) => `<link rel="stylesheet" href="/static/${style}">`).join("")}<main class="wrap"><h1>Bare</h1></main>`);
  });
  await new Promise((listening) => { server.listen(0, "127.0.0.1", () => listening(null)); });
  const at = server.address();
  if (!at || typeof at !== "object") throw new Error("not listening");
  return {
    origin: `http://127.0.0.1:${at.port}`, asked,
    close: () => new Promise((closed) => { server.close(() => closed()); }),
  };
}

/**
 * @param {string} lang
 * @param {string} beginning of keys
 * @returns {Record<string, string>} what the catalogue says under them, without the beginning
 */
export function words(lang, beginning) {
  const catalogue = readFileSync(new URL(`../locale/catalogue/${lang}.toml`, import.meta.url), "utf8");
  return Object.fromEntries([...catalogue.matchAll(/^(\S+) = (".*")$/gm)]
    .filter(([, key]) => key?.startsWith(beginning)).map(([, key, text]) => [key?.slice(beginning.length), JSON.parse(text ?? "")]));
}
