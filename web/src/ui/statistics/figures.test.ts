import { expect, test } from "vitest";

import type { MonthView, ScopeView } from "../../state/statistics.js";
import { changeInPercent, hoursUp, labelEvery, monthInWords, roundedUp, shareKept, yearOf } from "./figures.js";

const plain = (text: string): string => text.replaceAll(/\s/g, " ");
const month = (given: Partial<MonthView>): MonthView => ({
  ...{ month: "2026-11", promises: null, kept: null, median: null, p95: null, first: null, firstChange: null },
  ...{ live: null, contested: null, waived: null },
  ...given,
});

test("a single broken promise is never rounded away", () => {
  expect(shareKept({ promises: 1_000, kept: 999 })).toBe(99);
  expect(shareKept({ promises: 1_000, kept: 1_000 })).toBe(100);
  expect(shareKept({ promises: 6, kept: 5 })).toBe(83);
});

test("where nothing is shown, or nothing was promised, there is no share", () => {
  expect(shareKept({ promises: null, kept: null })).toBe(null);
  expect(shareKept({ promises: 0, kept: 0 })).toBe(null);
});

test("a change is written with its sign, in either language", () => {
  expect([changeInPercent(18, "de"), changeInPercent(-3, "en"), changeInPercent(0, "en")].map(plain)).toEqual([
    "+18 %",
    "-3%",
    "0%",
  ]);
});

test("a month is that month in every zone of the world", () => {
  expect([monthInWords("2026-03", "de"), monthInWords("2026-12", "en")]).toEqual(["März 2026", "December 2026"]);
});

test("a year adds up the months that are shown, and no others", () => {
  const shown = Array.from({ length: 13 }, (_, at) => month({ promises: at === 12 ? null : 10, kept: 9 }));
  const scope: ScopeView = { kind: "topic", id: "debt", name: "", months: shown };
  expect(yearOf(scope)).toEqual({ promises: 110, kept: 108, first: null });
});

test("an axis ends with a round number that all values reach below", () => {
  expect([roundedUp(0), roundedUp(7), roundedUp(13), roundedUp(210), roundedUp(100)]).toEqual([1, 10, 20, 400, 100]);
  expect([hoursUp(60), hoursUp(2_880), hoursUp(2_881), hoursUp(9_000)]).toEqual([120, 2_880, 3_600, 10_080]);
});

test("names of months have room", () => {
  expect([labelEvery(12, 800), labelEvery(24, 330)]).toEqual([1, 4]);
});
