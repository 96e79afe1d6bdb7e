import { sha256 } from "@noble/hashes/sha2.js";

import { lp, utf8, type Bytes } from "../../crypto/encoding.js";

/** As chatserver/accounts/effort.py has it: sixteen small parts, so that nobody is unlucky for long. */
const PARTS = 16;
const NONCE_BYTES = 4;
const DIGEST_BYTES = 32;

/** For each part the first nonce whose hash, with the task and the part's number before it, begins with so many zero bits. */
export function nonces(ticket: Bytes, bits: number): Bytes {
  const found = new Uint8Array(PARTS * NONCE_BYTES);
  const tried = new Uint8Array(DIGEST_BYTES + 1 + NONCE_BYTES);
  tried.set(sha256(lp(utf8("sprechraum/1 effort"), ticket)));
  const nonce = new DataView(tried.buffer, DIGEST_BYTES + 1);
  for (let part = 0; part < PARTS; part += 1) {
    tried[DIGEST_BYTES] = part;
    let number = 0;
    do nonce.setUint32(0, number++);
    while (!beginsWithZeros(sha256(tried), bits));
    found.set(tried.subarray(DIGEST_BYTES + 1), part * NONCE_BYTES);
  }
  return found;
}

const beginsWithZeros = (digest: Bytes, bits: number): boolean =>
  new DataView(digest.buffer, digest.byteOffset).getUint32(0) >>> (32 - bits) === 0;
