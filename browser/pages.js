/**
 * The pages that every look at Kept goes through: what is tested on each of them, and what is photographed.
 */

/** @typedef {{name: string, path: string, status: number}} Place */
/** @typedef {{place: Place, lang: string, width: number, dark: boolean, name: string}} Look */

/** @type {Place[]} */
export const places = [
  { name: "programme", path: "/valley/", status: 200 },
  { name: "overdue", path: "/valley/?standing=overdue", status: 200 },
  { name: "places", path: "/valley/places", status: 200 },
  { name: "place", path: "/valley/places/two-rivers", status: 200 },
  { name: "teams", path: "/valley/teams", status: 200 },
  { name: "promise-1", path: "/valley/promises/1", status: 200 },
  { name: "promise-3", path: "/valley/promises/3", status: 200 },
  { name: "voice", path: "/valley/voice", status: 200 },
  { name: "log", path: "/valley/log/", status: 200 },
  { name: "not-found", path: "/valley/no-such-page", status: 404 },
];

/** Text direction by language tag. @type {Record<string, "ltr" | "rtl">} */
export const languages = { en: "ltr", "zh-Hans": "ltr", ug: "rtl" };

/** A phone and a desk, in CSS pixels. */
export const widths = [360, 1280];

/**
 * Every place in every language, width and colour scheme. The name of a look is that of its test and its picture.
 * @returns {Look[]}
 */
export function looks() {
  return places.flatMap((place) =>
    Object.keys(languages).flatMap((lang) =>
      widths.flatMap((width) =>
        [false, true].map((dark) => ({
          place, lang, width, dark,
          name: [place.name, lang, width, dark ? "dark" : "light"].join("."),
        })))));
}
