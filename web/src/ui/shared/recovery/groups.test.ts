import { expect, test } from "vitest";

import { groupsOf, isGroup, twoPlaces } from "./groups.js";

test("the two places asked for are never the same, whatever is drawn", () => {
  for (let first = 0; first < 7; first++)
    for (let second = 0; second < 6; second++) {
      const drawn = [first, second];
      const [one, other] = twoPlaces(7, () => drawn.shift() ?? 0);
      expect(one).toBeLessThan(other);
      expect(other).toBeLessThan(7);
    }
});

test("every place is asked for sooner or later", () => {
  const seen = new Set(Array.from({ length: 500 }, () => twoPlaces(7)).flat());
  expect(seen.size).toBe(7);
});

test("a group is forgiven its case, its blanks, and letters that look like digits", () => {
  expect(isGroup(" a0lo ", "A010")).toBe(true);
  expect(isGroup("A01-0", "A010")).toBe(true);
  expect(isGroup("A011", "A010")).toBe(false);
  expect(isGroup("", "A010")).toBe(false);
});

test("a code falls into its groups", () => {
  expect(groupsOf("AAAA-BBBB-CCCC")).toEqual(["AAAA", "BBBB", "CCCC"]);
});
