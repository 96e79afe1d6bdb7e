import type { Language } from "../../state/types.js";

/** `zone`: an IANA name; without it, the zone of the device. */
interface In {
  locale: Language;
  zone?: string;
}

const region: Record<Language, string> = { de: "de-DE", en: "en-GB" };

const format = (at: Date, { locale, zone }: In, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(region[locale], zone === undefined ? options : { ...options, timeZone: zone }).format(at);

/** "22:15" / "10:15 pm" */
export function clockTime(at: Date, language: In): string {
  const twelve = language.locale === "en";
  const hour = twelve ? "numeric" : "2-digit";
  return format(at, language, { hour, minute: "2-digit", hourCycle: twelve ? "h12" : "h23" });
}

/** "22:15 Uhr" / "10:15 pm" */
export function timeInWords(at: Date, language: In): string {
  return language.locale === "de" ? `${clockTime(at, language)} Uhr` : clockTime(at, language);
}

/** "Mittwoch, 25. November" / "Wednesday, 25 November" */
export function dayInWords(at: Date, language: In): string {
  const weekday = format(at, language, { weekday: "long" });
  return `${weekday}, ${format(at, language, { day: "numeric", month: "long" })}`;
}

/** "25. November 2026" / "25 November 2026": for what is months away. */
export function dateInWords(at: Date, language: In): string {
  return format(at, language, { day: "numeric", month: "long", year: "numeric" });
}

/** "Mittwoch, 25. November, 22:15 Uhr" / "Wednesday, 25 November, 10:15 pm" */
export function inWords(at: Date, language: In): string {
  return `${dayInWords(at, language)}, ${timeInWords(at, language)}`;
}

/** "2026-11-25", to compare days by. */
export function dayKey(at: Date, zone?: string): string {
  return format(at, zone === undefined ? { locale: "en" } : { locale: "en", zone }, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  })
    .split("/")
    .reverse()
    .join("-");
}

function daysBetween(from: Date, to: Date, zone: string | undefined): number {
  return Math.round((Date.parse(dayKey(to, zone)) - Date.parse(dayKey(from, zone))) / 86_400_000);
}

/** "heute, 16:40", "morgen, 09:00" near by; else "Mi., 25.11., 22:15": for lines that are read at a glance. */
export function shortly(at: Date, now: Date, language: In): string {
  const days = daysBetween(now, at, language.zone);
  const time = clockTime(at, language);
  if (Math.abs(days) <= 1) return `${relativeDay(days, language.locale)}, ${time}`;
  const weekday = format(at, language, { weekday: "short" });
  return `${weekday}, ${format(at, language, { day: "numeric", month: "numeric" })}, ${time}`;
}

/** "heute" / "today", "gestern" / "yesterday"; only for a day away at most. */
function relativeDay(days: number, locale: Language): string {
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
}

/** A day as a heading: "Heute", "Gestern", else "Montag, 23. November". */
export function dayHeading(at: Date, now: Date, language: In): string {
  const days = daysBetween(now, at, language.zone);
  const words = Math.abs(days) <= 1 ? relativeDay(days, language.locale) : dayInWords(at, language);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "Europe/Berlin" is "Berlin" to people. */
export function placeOfZone(zone: string): string {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}

export const deviceZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
