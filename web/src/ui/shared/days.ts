import { dayKey } from "./dates.js";

/** What begins on the same day of the device's zone, together; the order is kept. */
export function groupedByDay<Timed extends { startsAt: Date }>(all: readonly Timed[]): { key: string; day: Timed[] }[] {
  const byDay = new Map<string, Timed[]>();
  for (const one of all) {
    const key = dayKey(one.startsAt);
    byDay.set(key, [...(byDay.get(key) ?? []), one]);
  }
  return [...byDay].map(([key, day]) => ({ key, day }));
}
