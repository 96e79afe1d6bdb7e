import { expect, test } from "vitest";

import { monthsFrom, nextDay, weeksOf } from "./months.js";

test("the months are all from the first day to the last, over the end of a year", () => {
  expect(monthsFrom(["2026-11-24", "2027-01-02"]).map(({ name }) => name)).toEqual(["2026-11", "2026-12", "2027-01"]);
  expect(monthsFrom([])).toEqual([]);
});

test("a week begins on Monday, and a month has all of its days once", () => {
  const weeks = weeksOf({ name: "2026-11" });
  expect(weeks[0]).toEqual([null, null, null, null, null, null, "2026-11-01"]);
  expect(weeks.at(-1)?.[0]).toBe("2026-11-30");
  expect(weeksOf({ name: "2028-02" }).flat().filter(Boolean)).toHaveLength(29);
});

test("arrows lead to the nearest free day in their direction", () => {
  const free = ["2026-11-23", "2026-11-24", "2026-11-27", "2026-12-01"];
  expect(nextDay(free, "2026-11-24", 1)).toBe("2026-11-27");
  expect(nextDay(free, "2026-11-24", -1)).toBe("2026-11-23");
  expect(nextDay(free, "2026-11-24", 7)).toBe("2026-12-01");
  expect(nextDay(free, "2026-11-23", -7)).toBe("2026-11-23");
});
