import { encode } from "uqr";
import { expect, test } from "vitest";

import { drawQr } from "./qr.js";

/** Paints the path's bars back into modules. */
function painted({ size, path }: { size: number; path: string }): boolean[][] {
  const grid = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let step = 0; step < Number(length); step += 1) {
      const row = grid[Number(y)];
      if (row !== undefined) row[Number(x) + step] = true;
    }
  }
  return grid;
}

test("the path paints exactly the dark modules of the code", () => {
  const text = "sprechraum:0123456789abcdef";
  expect(painted(drawQr(text))).toEqual(encode(text, { ecc: "M", border: 4 }).data);
});

test("four light modules surround the code on every side", () => {
  const grid = painted(drawQr("x"));
  const rim = (row: boolean[]) => [...row.slice(0, 4), ...row.slice(-4)];
  expect([...grid.slice(0, 4), ...grid.slice(-4)].flat().includes(true)).toBe(false);
  expect(grid.flatMap(rim).includes(true)).toBe(false);
});
