import { dayKey } from "./dates.js";

/** What begins on the same day there (without `zone`: where the device is), together; the order is kept. */
export function groupedByDay<Timed extends { startsAt: Date }>(
  all: readonly Timed[],
  zone?: string,
): { key: string; day: Timed[] }[] {
  const byDay = new Map<string, Timed[]>();
  for (const one of all) {
    const key = dayKey(one.startsAt, zone);
    byDay.set(key, [...(byDay.get(key) ?? []), one]);
  }
  return [...byDay].map(([key, day]) => ({ key, day }));
}
