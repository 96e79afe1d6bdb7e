import { spokenName } from "../../shared/spoken.js";

/** The Länder by their names, which are the same in every language that the page speaks. */
export const LANDS: readonly [code: string, name: string][] = [
  ["BW", "Baden-Württemberg"],
  ["BY", "Bayern"],
  ["BE", "Berlin"],
  ["BB", "Brandenburg"],
  ["HB", "Bremen"],
  ["HH", "Hamburg"],
  ["HE", "Hessen"],
  ["MV", "Mecklenburg-Vorpommern"],
  ["NI", "Niedersachsen"],
  ["NW", "Nordrhein-Westfalen"],
  ["RP", "Rheinland-Pfalz"],
  ["SL", "Saarland"],
  ["SN", "Sachsen"],
  ["ST", "Sachsen-Anhalt"],
  ["SH", "Schleswig-Holstein"],
  ["TH", "Thüringen"],
];

const OFTEN = ["de", "en", "tr", "ar", "ru", "uk", "fa", "ku", "pl", "ro", "fr", "es", "it", "gsg"];

/** Those that are spoken most, and whatever else is chosen already; by the browser's own names. */
export function languageNames(locale: "de" | "en", chosen: readonly string[]): [code: string, name: string][] {
  return [...new Set([...OFTEN, ...chosen])].map((code) => [code, spokenName(code, locale)]);
}
