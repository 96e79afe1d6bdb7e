import type { Locale } from "../../paraglide/runtime.js";

/** "Frau Berger und Herr Yilmaz" / "Ms Berger and Mr Yilmaz" */
export const namesInWords = (names: readonly string[], locale: Locale): string =>
  new Intl.ListFormat(locale, { type: "conjunction" }).format(names);
