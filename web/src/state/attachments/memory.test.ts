import { expect, test } from "vitest";

import { empty } from "../../crypto/encoding.js";
import { giveBack } from "./memory.js";

test("what is given back holds no memory any more, and nothing is given back twice", () => {
  const whole = new Uint8Array(1_000);
  const pieces = [whole.subarray(0, 400), whole.subarray(400), new Uint8Array(3), empty];
  giveBack(pieces);
  expect(pieces.map(({ buffer }) => buffer.byteLength)).toEqual([0, 0, 0, 0]);
  expect(() => giveBack(pieces)).not.toThrow();
});
