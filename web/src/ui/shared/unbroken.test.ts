import { expect, test } from "vitest";

import { unbrokenParts } from "./unbroken.js";

const whole = (words: string): string[] => unbrokenParts(words).flatMap((part) => (part.whole ? [part.words] : []));

test("a day stays with its month, and a time with its unit", () => {
  expect(whole("Antwort bis spätestens Mittwoch, 25. November, 22:15 Uhr")).toEqual(["25. November", "22:15 Uhr"]);
  expect(whole("An answer by Wednesday, 1 March, 9:05 am at the latest")).toEqual(["1 March", "9:05 am"]);
});

test("no word is lost or added", () => {
  for (const words of ["Dienstag, 3. März, 08:00 Uhr", "nothing here", "", "9:05 pm"]) {
    const parts = unbrokenParts(words);
    expect(parts.map((part) => part.words).join("")).toBe(words);
  }
});
