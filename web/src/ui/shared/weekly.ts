import { m } from "../../paraglide/messages.js";
import type { Language } from "../../state/types.js";
import type { Block } from "../../state/agency/hours.js";
import { dateInWords } from "./dates.js";

// A Monday.
const FIRST = Date.UTC(2026, 10, 23);
const DAY_MS = 86_400_000;

/** Monday to Sunday. */
export function dayNames(locale: string, width: "long" | "short" = "long"): string[] {
  const format = new Intl.DateTimeFormat(locale, { weekday: width, timeZone: "UTC" });
  return Array.from({ length: 7 }, (_, day) => format.format(FIRST + day * DAY_MS));
}

/** Lines such as "Mo–Fr 09:00–12:00": days with the same hours that follow each other are one. */
export function weekInWords(weekly: readonly (Block & { weekday: number })[], locale: string): string[] {
  const names = dayNames(locale, "short");
  const days = names.map((_, day) =>
    weekly
      .filter(({ weekday }) => weekday === day)
      .map(({ begins, ends }) => `${begins}–${ends}`)
      .join(", "),
  );
  const lines: string[] = [];
  for (let first = 0; first < days.length;) {
    let last = first;
    while (days[last + 1] === days[first]) last += 1;
    if (days[first] !== "") {
      const named = first === last ? names[first] : `${names[first] ?? ""}–${names[last] ?? ""}`;
      lines.push(`${named ?? ""} ${days[first] ?? ""}`);
    }
    first = last + 1;
  }
  return lines;
}

/** Days such as "2026-12-24", in order: those that follow each other are one, "24. Dezember 2026 bis 1. Januar 2027". */
export function daysInWords(days: readonly string[], locale: Language): string[] {
  const spans: { first: number; last: number }[] = [];
  for (const at of days.map((day) => Date.parse(day))) {
    const before = spans.at(-1);
    if (before !== undefined && at - before.last === DAY_MS) before.last = at;
    else spans.push({ first: at, last: at });
  }
  const shown = (at: number): string => dateInWords(new Date(at), { locale, zone: "UTC" });
  return spans.map(({ first, last }) =>
    first === last ? shown(first) : m.agency_from_to({ first: shown(first), last: shown(last) }),
  );
}
