import { expect, test } from "vitest";

import { inGroups, isGroup, readPaperKey } from "./paper.js";

const key = Uint8Array.from({ length: 32 }, (_, index) => index * 7);

test("a key is printed in sixteen groups of four, and read again as people type it", () => {
  const groups = inGroups(key);
  expect(groups).toHaveLength(16);
  expect(readPaperKey(groups.join(" "))).toEqual(key);
  expect(readPaperKey(` ${groups.join("-\n").toUpperCase()} `)).toEqual(key);
  expect(readPaperKey(groups.join("").replaceAll("0", "O").replaceAll("1", "l"))).toEqual(key);
});

test("what is too short, too long or no number is refused", () => {
  const typed = inGroups(key).join("");
  for (const wrong of ["", typed.slice(1), `${typed}0`, `g${typed.slice(1)}`]) {
    expect(() => readPaperKey(wrong)).toThrow("paper_key_invalid");
  }
});

test("a retyped group may be in capitals, but not another one", () => {
  expect(isGroup(" 0A1b ", "0a1b")).toBe(true);
  expect(isGroup("0a1c", "0a1b")).toBe(false);
  expect(isGroup("", undefined)).toBe(false);
});
