/** What browsers have no name for. */
const UNNAMED: Partial<Record<string, { de: string; en: string }>> = {
  gsg: { de: "Deutsche Gebärdensprache", en: "German Sign Language" },
};

/** A language by its code of ISO 639, as people call it: "Türkisch" / "Turkish". */
export function spokenName(code: string, locale: "de" | "en"): string {
  return UNNAMED[code]?.[locale] ?? new Intl.DisplayNames([locale], { type: "language" }).of(code) ?? code;
}
