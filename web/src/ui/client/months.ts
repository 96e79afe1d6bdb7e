/** A month of the calendar by its name, "2026-11". */
export interface Month {
  name: string;
}

const DAY_MS = 86_400_000;

export const monthOf = (key: string): string => key.slice(0, 7);

/** The months in which these days lie, and those between; days are in order. */
export function monthsFrom(keys: readonly string[]): Month[] {
  const [first, last] = [keys[0], keys.at(-1)];
  if (first === undefined || last === undefined) return [];
  const months: Month[] = [];
  let [year = 0, month = 1] = monthOf(first).split("-").map(Number);
  while (nameOf(year, month) <= monthOf(last)) {
    months.push({ name: nameOf(year, month) });
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
  }
  return months;
}

const nameOf = (year: number, month: number): string => `${year}-${String(month).padStart(2, "0")}`;

/** The weeks of a month from Monday on; null where a day belongs to another month. */
export function weeksOf({ name }: Month): (string | null)[][] {
  const [year = 0, month = 1] = name.split("-").map(Number);
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const before = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6) % 7;
  const cells = [...Array<null>(before).fill(null), ...days(name, length)];
  while (cells.length % 7 !== 0) cells.push(null);
  return [...Array(cells.length / 7).keys()].map((week) => cells.slice(week * 7, week * 7 + 7));
}

const days = (name: string, length: number): string[] =>
  [...Array(length).keys()].map((day) => `${name}-${String(day + 1).padStart(2, "0")}`);

/** Of the days that can be chosen, the one that comes closest to `by` days from here, in that direction; the same where none is. */
export function nextDay(keys: readonly string[], from: string, by: number): string {
  const ahead = keys.filter((key) => (by > 0 ? key > from : key < from));
  const wanted = Date.parse(from) + by * DAY_MS;
  const distance = (key: string): number => Math.abs(Date.parse(key) - wanted);
  return ahead.reduce((best, key) => (best === from || distance(key) < distance(best) ? key : best), from);
}
