import type { Language } from "../../state/types.js";

/** "Frau Berger und Herr Yilmaz" / "Ms Berger and Mr Yilmaz" */
export const namesInWords = (names: readonly string[], locale: Language): string =>
  new Intl.ListFormat(locale, { type: "conjunction" }).format(names);
