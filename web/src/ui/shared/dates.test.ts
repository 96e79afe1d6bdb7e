import { expect, test } from "vitest";

import { dayHeading, dayKey, inWords, placeOfZone, shortly } from "./dates.js";
import { spanInWords, urgencyOf } from "./spans.js";

const zone = "Europe/Berlin";
const de = { locale: "de", zone } as const;
const en = { locale: "en", zone } as const;
const due = new Date("2026-11-25T21:15:00Z");
const hours = (count: number): number => count * 3_600_000;

test("a promise is a weekday, a date and a time in words", () => {
  expect(inWords(due, de)).toBe("Mittwoch, 25. November, 22:15 Uhr");
  expect(inWords(due, en)).toBe("Wednesday, 25 November, 10:15 pm");
});

test("midnight and noon keep their names", () => {
  expect(inWords(new Date("2026-11-25T23:00:00Z"), de)).toBe("Donnerstag, 26. November, 00:00 Uhr");
  expect(inWords(new Date("2026-11-25T11:00:00Z"), en)).toBe("Wednesday, 25 November, 12:00 pm");
});

test("near days are called by their names, across midnight of the zone and not of UTC", () => {
  const lateEvening = new Date("2026-11-25T22:30:00Z");
  expect(shortly(due, lateEvening, de)).toBe("heute, 22:15");
  expect(shortly(new Date("2026-11-25T23:30:00Z"), lateEvening, de)).toBe("morgen, 00:30");
  expect(dayHeading(due, new Date("2026-11-26T12:00:00Z"), en)).toBe("Yesterday");
  expect(shortly(due, new Date("2026-11-20T12:00:00Z"), de)).toContain("25.11., 22:15");
});

test("a day of 25 hours is one day", () => {
  expect(shortly(new Date("2026-10-25T22:30:00Z"), new Date("2026-10-24T22:30:00Z"), de)).toBe("heute, 23:30");
  expect(dayKey(new Date("2026-10-24T22:30:00Z"), zone)).toBe("2026-10-25");
});

test("time left is said in its two largest units and never as nothing", () => {
  expect(spanInWords(hours(4) + 10 * 60_000, "de")).toBe("4 Std 10 Min");
  expect(spanInWords(hours(47) + 1, "de")).toBe("1 Tag 23 Std");
  expect(spanInWords(hours(48), "de")).toBe("2 Tage");
  expect(spanInWords(-hours(1), "de")).toBe("1 Std");
  expect(spanInWords(500, "en")).toBe("1 min");
  expect(spanInWords(hours(48), "en")).toBe("2 days");
});

test("the last twelve hours are soon, and after the due time it is overdue", () => {
  expect(urgencyOf(due, new Date(due.getTime() - hours(13)))).toBe("calm");
  expect(urgencyOf(due, new Date(due.getTime() - hours(12)))).toBe("soon");
  expect(urgencyOf(due, new Date(due.getTime() + 1))).toBe("overdue");
});

test("a zone is called by its city", () => {
  expect(placeOfZone("America/New_York")).toBe("New York");
  expect(placeOfZone("UTC")).toBe("UTC");
});
