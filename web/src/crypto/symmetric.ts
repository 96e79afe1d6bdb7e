import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as hashHere } from "@noble/hashes/sha2.js";

import { chance, type Chance } from "./chance.js";
import { concat, equal, fields, lp, sized, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";

const zeroNonce = new Uint8Array(12);

/** Up to here JavaScript has hashed before the engine's own thread has heard of it. */
const largestHere = 8 * 1024;

export async function sha256(bytes: Bytes): Promise<Bytes> {
  if (bytes.length <= largestHere) return new Uint8Array(hashHere(bytes));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** `H(label, …)`: every hash of the protocol starts with its own label (T34). */
export function hash(label: Bytes, ...parts: Bytes[]): Promise<Bytes> {
  return sha256(lp(label, ...parts));
}

/** `HKDF-Expand-SHA256(key, lp(label, …), 32)`; `key` has exactly 32 bytes. */
export async function expand(key: Bytes, label: Bytes, ...parts: Bytes[]): Promise<Bytes> {
  return hkdfExpand(sized(key, 32), lp(label, ...parts));
}

/** HKDF-Expand (RFC 5869 section 2.3), first block only: T(1) = HMAC(PRK, info || 0x01). */
export async function hkdfExpand(pseudorandomKey: Bytes, info: Bytes): Promise<Bytes> {
  return new Uint8Array(hmac(hashHere, pseudorandomKey, concat(info, Uint8Array.of(1))));
}

/** AES-256-GCM under a key that is used once, so the nonce is zero; callers derive `key` from a fresh salt (T27). */
export async function encryptOnce(key: Bytes, plaintext: Bytes, aad: Bytes): Promise<Bytes> {
  const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const algorithm = { name: "AES-GCM", iv: zeroNonce, additionalData: aad };
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, aes, plaintext));
}

/** Raises `does_not_decrypt` when the tag does not fit. */
export async function decryptOnce(key: Bytes, ciphertext: Bytes, aad: Bytes): Promise<Bytes> {
  const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
  const algorithm = { name: "AES-GCM", iv: zeroNonce, additionalData: aad };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, aes, ciphertext));
  } catch {
    throw new CryptoRefusal("does_not_decrypt");
  }
}

/** `lp(aad, salt32, ct)` under a key that a fresh salt makes unique. */
export async function sealBox(
  key: Bytes,
  what: Bytes,
  plaintext: Bytes,
  aad: Bytes,
  draw: Chance = chance,
): Promise<Bytes> {
  const salt = draw(32);
  return lp(aad, salt, await encryptOnce(await expand(key, what, salt, aad), plaintext, aad));
}

/** Opens a box whose `aad` the opener computed; raises `malformed` or `does_not_decrypt`. */
export async function openBox(key: Bytes, what: Bytes, box: Bytes, aad: Bytes): Promise<Bytes> {
  const [found, salt, ciphertext] = fields(box, 3);
  sized(salt, 32);
  if (!equal(found, aad)) throw new CryptoRefusal("does_not_decrypt");
  return decryptOnce(await expand(key, what, salt, aad), ciphertext, aad);
}
