import { m } from "../../../paraglide/messages.js";
import type { Language } from "../../../state/types.js";
import type { ExtraHours, WeeklyBlock } from "../../../state/calendar/types.js";
import { clockTime, dateInWords, dayInWords } from "../../shared/dates.js";
import { dayNames } from "../../shared/weekly.js";

export { kindName } from "../../shared/kinds.js";

/** A day of the calendar, "2026-11-24", needs no zone's help. */
const at = (day: string): Date => new Date(`${day}T00:00Z`);

export const dayName = (day: string, locale: Language): string => dayInWords(at(day), { locale, zone: "UTC" });
export const dateName = (day: string, locale: Language): string => dateInWords(at(day), { locale, zone: "UTC" });

/** "23.–29. November 2026" / "23–29 November 2026" */
export const spanOfDays = (first: string, last: string, locale: Language): string =>
  new Intl.DateTimeFormat(locale === "de" ? "de-DE" : "en-GB", { dateStyle: "long", timeZone: "UTC" }).formatRange(
    at(first),
    at(last),
  );

/** "24.11." / "24/11" */
export const shortDate = (day: string, locale: Language): string =>
  new Intl.DateTimeFormat(locale === "de" ? "de-DE" : "en-GB", {
    day: "numeric",
    month: "numeric",
    timeZone: "UTC",
  }).format(at(day));

/** "09:00" / "9:00 am"; 24:00 is the midnight at the day's end. */
export function clock(time: string, locale: Language): string {
  if (time === "24:00" && locale === "de") return time;
  return clockTime(new Date(`1970-01-01T${time === "24:00" ? "00:00" : time}Z`), { locale, zone: "UTC" });
}

/** "09:00–12:00" / "9:00 am–12:00 pm", on one line. */
export const fromTo = ({ begins, ends }: { begins: string; ends: string }, locale: Language): string =>
  `${clock(begins, locale)}–${clock(ends, locale)}`.replaceAll(" ", "\u00a0");

/** "Montag, 09:00–12:00" */
export const weeklyInWords = (block: WeeklyBlock, locale: Language): string =>
  `${dayNames(locale)[block.weekday] ?? ""}, ${fromTo(block, locale)}`;

/** "alle 2 Wochen, ab 1. Dezember 2026", or nothing where it holds always. */
export function limitsInWords(block: WeeklyBlock, locale: Language): string {
  return [
    block.every_weeks > 1 ? m.hours_every({ weeks: block.every_weeks }) : "",
    block.first_day === null ? "" : m.hours_since({ day: dateName(block.first_day, locale) }),
    block.last_day === null ? "" : m.hours_until({ day: dateName(block.last_day, locale) }),
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** "Samstag, 28. November, 10:00–14:00" */
export const extraInWords = (hours: ExtraHours, locale: Language): string =>
  `${dayName(hours.day, locale)}, ${fromTo(hours, locale)}`;
