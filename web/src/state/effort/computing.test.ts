import { createHash } from "node:crypto";

import { expect, test } from "vitest";

import { lp, utf8 } from "../../crypto/encoding.js";
import { nonces } from "./computing.js";

test("each of the sixteen parts begins with the zero bits that the ticket asks for", () => {
  const ticket = utf8("a ticket");
  const found = nonces(ticket, 9);
  const task = createHash("sha256")
    .update(lp(utf8("sprechraum/1 effort"), ticket))
    .digest();
  expect(found.length).toBe(64);
  for (let part = 0; part < 16; part += 1) {
    const nonce = found.subarray(part * 4, part * 4 + 4);
    const digest = createHash("sha256").update(task).update(Uint8Array.of(part)).update(nonce).digest();
    expect(digest.readUInt16BE(0) >>> 7).toBe(0);
  }
});
