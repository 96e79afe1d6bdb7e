import { clockTime, dayInWords } from "./dates.js";
import type { Language } from "../../state/types.js";

/** A reading of a wall clock, "2026-11-24T09:00", in words: "Dienstag, 24. November, 09:00" without any zone's help. */
export function wallInWords(wall: string, locale: Language): string {
  const reading = { locale, zone: "UTC" };
  const at = new Date(`${wall}Z`);
  return `${dayInWords(at, reading)}, ${clockTime(at, reading)}`;
}
