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

const OFTEN = ["de", "en", "tr", "ar", "ru", "uk", "fa", "ku", "pl", "ro", "fr", "es", "it"];

/** Those that are spoken most, and whatever else is chosen already; by the browser's own names. */
export function languageNames(locale: string, chosen: readonly string[]): [code: string, name: string][] {
  const names = new Intl.DisplayNames([locale], { type: "language" });
  return [...new Set([...OFTEN, ...chosen])].map((code) => [code, names.of(code) ?? code]);
}
