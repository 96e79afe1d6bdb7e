import { describe, expect, it } from "vitest";

import { blocksIn, hoursInWords } from "./hours.js";

describe("hours as people write them", () => {
  it("are read in the usual ways", () => {
    expect(blocksIn("9-12, 13:30 bis 17 Uhr; 18.15 – 24:00")).toEqual([
      { begins: "09:00", ends: "12:00" },
      { begins: "13:30", ends: "17:00" },
      { begins: "18:15", ends: "24:00" },
    ]);
  });

  it("are none where nothing is written", () => {
    expect(blocksIn("  ")).toEqual([]);
  });

  it("stay as they are where they cannot be read, so that the server refuses them", () => {
    expect(blocksIn("vormittags")).toEqual([{ begins: "vormittags", ends: "" }]);
    expect(blocksIn("9-12-13")).toEqual([{ begins: "09:00", ends: "9-12-13" }]);
  });

  it("come back as they were kept", () => {
    expect(hoursInWords(blocksIn("9-12,13-17"))).toBe("09:00–12:00, 13:00–17:00");
  });
});
