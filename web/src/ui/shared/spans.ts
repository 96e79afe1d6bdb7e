import type { Language } from "../../state/types.js";

const MINUTE = 60_000;

type Unit = "day" | "hour" | "minute";

const amount = (count: number, unit: Unit, locale: Language): string =>
  new Intl.NumberFormat(locale === "de" ? "de-DE" : "en-GB", {
    style: "unit",
    unit,
    unitDisplay: unit === "day" ? "long" : "short",
  })
    .format(count)
    .replace(/\.$/, "");

/** A length of time in its two largest units: "1 Tag 23 Std", "4 Std 10 Min", "40 Min". Never less than a minute. */
export function spanInWords(milliseconds: number, locale: Language): string {
  const minutes = Math.max(1, Math.floor(Math.abs(milliseconds) / MINUTE));
  const parts: [number, Unit][] = [
    [Math.floor(minutes / 1440), "day"],
    [Math.floor(minutes / 60) % 24, "hour"],
    [minutes % 60, "minute"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => amount(count, unit, locale))
    .join(" ");
}

/** The promise in three stages, said in words wherever it is shown. */
export type Urgency = "calm" | "soon" | "overdue";

/** The last twelve hours: when a reply clock has climbed to all on duty. */
const SOON = 12 * 60 * MINUTE;

export function urgencyOf(dueAt: Date, now: Date): Urgency {
  const left = dueAt.getTime() - now.getTime();
  if (left < 0) return "overdue";
  return left <= SOON ? "soon" : "calm";
}
