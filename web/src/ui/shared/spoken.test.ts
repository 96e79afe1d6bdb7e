import { expect, it } from "vitest";

import { spokenName } from "./spoken.js";

it("names languages, also one that is signed and that browsers have no name for", () => {
  expect(spokenName("tr", "de")).toBe("Türkisch");
  expect([spokenName("gsg", "de"), spokenName("gsg", "en")]).toEqual([
    "Deutsche Gebärdensprache",
    "German Sign Language",
  ]);
});
