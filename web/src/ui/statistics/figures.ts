import type { Language } from "../../state/types.js";
import type { MonthView, ScopeView } from "../../state/statistics.js";
import { spanInWords } from "../shared/spans.js";

const YEAR = 12;
const MINUTE_MS = 60_000;
const region: Record<Language, string> = { de: "de-DE", en: "en-GB" };

type Counted = Pick<MonthView, "promises" | "kept">;

/** Of promises that were kept, in whole percent; null where there were none, or too few to be shown. Never rounded up to all. */
export function shareKept({ promises, kept }: Counted): number | null {
  if (promises === null || kept === null || promises === 0) return null;
  const share = Math.round((100 * kept) / promises);
  return share === 100 && kept < promises ? 99 : share;
}

export const inPercent = (value: number, locale: Language): string =>
  new Intl.NumberFormat(region[locale], { style: "percent", maximumFractionDigits: 0 }).format(value / 100);

/** "+18 %", "-3 %" */
export const changeInPercent = (value: number, locale: Language): string =>
  new Intl.NumberFormat(region[locale], {
    style: "percent",
    maximumFractionDigits: 0,
    signDisplay: "exceptZero",
  }).format(value / 100);

export const numberInWords = (value: number, locale: Language): string =>
  new Intl.NumberFormat(region[locale]).format(value);

export const minutesInWords = (minutes: number, locale: Language): string => spanInWords(minutes * MINUTE_MS, locale);

/** "48 Std" / "48 hrs", at an axis. */
export const hoursBriefly = (minutes: number, locale: Language): string =>
  new Intl.NumberFormat(region[locale], { style: "unit", unit: "hour", maximumFractionDigits: 1 })
    .format(minutes / 60)
    .replace(/\.$/, "");

const day = (month: string): Date => new Date(`${month}-15T12:00:00Z`);

/** "November 2026" */
export const monthInWords = (month: string, locale: Language): string =>
  new Intl.DateTimeFormat(region[locale], { month: "long", year: "numeric", timeZone: "UTC" }).format(day(month));

/** "Nov." / "Nov", under a column. */
export const monthBriefly = (month: string, locale: Language): string =>
  new Intl.DateTimeFormat(region[locale], { month: "short", timeZone: "UTC" }).format(day(month));

/** The newest twelve months together, of those that are shown. */
export function yearOf({ months }: ScopeView): { promises: number | null; kept: number | null; first: number | null } {
  const last = months.slice(-YEAR);
  const sum = (key: "promises" | "kept" | "first"): number | null => {
    const shown = last.map((one) => one[key]).filter((one) => one !== null);
    return shown.length === 0 ? null : shown.reduce((all, one) => all + one, 0);
  };
  return { promises: sum("promises"), kept: sum("kept"), first: sum("first") };
}

/** Where an axis ends: a round number, not below the largest value. */
export function roundedUp(largest: number): number {
  if (largest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = [1, 2, 4, 5, 10].find((one) => one * power >= largest) ?? 10;
  return step * power;
}

/** The same for minutes: whole hours that halve well. */
export function hoursUp(largest: number): number {
  const hours = [2, 4, 8, 12, 24, 48, 60, 72, 96, 120].find((one) => one * 60 >= largest);
  return 60 * (hours ?? 24 * Math.ceil(largest / 1440));
}

/** Every how many months one is named, so that names have so many pixels each. */
export const labelEvery = (months: number, width: number, each = 44): number =>
  Math.max(1, Math.ceil((months * each) / Math.max(width, 1)));
