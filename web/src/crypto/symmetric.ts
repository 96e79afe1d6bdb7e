import { concat, lp, randomBytes, utf8, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";

const zeroNonce = new Uint8Array(12);
const saltLength = 32;

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** `SHA256(lp(label, fields…))`: every hash of the protocol starts with its own label (T34). */
export function hash(label: string, ...fields: Bytes[]): Promise<Bytes> {
  return sha256(lp(utf8(label), ...fields));
}

/** `HKDF-Expand-SHA256(key, lp(label, fields…), 32)`; `key` is exactly 32 bytes. */
export async function expand(key: Bytes, label: string, ...fields: Bytes[]): Promise<Bytes> {
  if (key.length !== 32) throw new CryptoRefusal("key_invalid");
  return hkdfExpand(key, lp(utf8(label), ...fields));
}

/**
 * HKDF-Expand (RFC 5869 section 2.3), first block only: T(1) = HMAC(PRK, info || 0x01).
 * WebCrypto's HKDF always runs Extract as well, so it cannot be used here.
 */
export async function hkdfExpand(pseudorandomKey: Bytes, info: Bytes): Promise<Bytes> {
  const hmac = await crypto.subtle.importKey("raw", pseudorandomKey, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", hmac, concat(info, Uint8Array.of(1))));
}

/** AES-256-GCM under a key that is used once, so the nonce is zero. Callers derive `key` from a fresh salt (T27). */
export async function encryptOnce(key: Bytes, plaintext: Bytes, aad: Bytes): Promise<Bytes> {
  const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: zeroNonce, additionalData: aad }, aes, plaintext);
  return new Uint8Array(sealed);
}

/** Null when the tag does not fit; the caller names the refusal. */
export async function decryptOnce(key: Bytes, ciphertext: Bytes, aad: Bytes): Promise<Bytes | null> {
  const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
  try {
    const algorithm = { name: "AES-GCM", iv: zeroNonce, additionalData: aad };
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, aes, ciphertext));
  } catch {
    return null;
  }
}

export function freshSalt(): Bytes {
  return randomBytes(saltLength);
}
