import { expect, it } from "vitest";

import { dayNames, daysInWords, weekInWords } from "./weekly.js";

const morning = { begins: "09:00", ends: "12:00" };

it("names the days from Monday on", () => {
  expect(dayNames("de")[0]).toBe("Montag");
  expect(dayNames("en", "short")[6]).toBe("Sun");
});

it("joins days that follow each other and have the same hours", () => {
  const weekly = [0, 1, 2, 4].map((weekday) => ({ weekday, ...morning }));
  expect(weekInWords([...weekly, { weekday: 4, begins: "13:00", ends: "17:00" }], "de")).toEqual([
    "Mo–Mi 09:00–12:00",
    "Fr 09:00–12:00, 13:00–17:00",
  ]);
});

it("says nothing where no hours are told", () => {
  expect(weekInWords([], "en")).toEqual([]);
});

it("joins closing days that follow each other, also over the end of a year", () => {
  expect(daysInWords(["2026-12-08", "2026-12-31", "2027-01-01"], "de")).toEqual([
    "8. Dezember 2026",
    "31. Dezember 2026 bis 1. Januar 2027",
  ]);
});
