import { ed25519 } from "@noble/curves/ed25519.js";

import { concat, sized, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { fromHex, toHex } from "./text-forms.js";

type Point = InstanceType<typeof ed25519.Point>;

/** PKCS #8 for an Ed25519 seed (RFC 8410 section 7): the only form of a seed that WebCrypto imports. */
const pkcs8Prefix = fromHex("302e020100300506032b657004220420");

/** Keys whose point was checked, oldest first. Bounded: a hostile room must not fill the memory. */
const checkedKeys = new Map<string, Promise<CryptoKey | null>>();
const checkedKeysLimit = 512;

export function signingPublicKey(seed: Bytes): Bytes {
  return new Uint8Array(ed25519.getPublicKey(sized(seed, 32)));
}

export async function sign(seed: Bytes, message: Bytes): Promise<Bytes> {
  const usages: KeyUsage[] = ["sign"];
  const pkcs8 = concat(pkcs8Prefix, sized(seed, 32));
  const key = await orWithoutEngine(() => crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, usages));
  if (key === null) return new Uint8Array(ed25519.sign(message, seed));
  return new Uint8Array(await crypto.subtle.sign("Ed25519", key, message));
}

/** Canonical, not small, free of torsion: engines accept small-order keys, and A + T8 splits rooms (T12, T43). */
export function checkSigningKey(publicKey: Bytes): void {
  if (checkedKeys.has(toHex(publicKey))) return;
  const point = decodePoint(publicKey);
  if (point === null || point.isSmallOrder() || !point.isTorsionFree()) throw new CryptoRefusal("key_invalid");
}

/**
 * Ed25519 (RFC 8032 section 5.1.7) without cofactor, S < L, A and R canonical and free of torsion (T43).
 * Raises `key_invalid` for an unusable key, `signature_invalid` for everything else.
 */
export async function verify(publicKey: Bytes, signature: Bytes, message: Bytes): Promise<void> {
  const key = await checkedKey(publicKey);
  const point = signature.length === 64 ? decodePoint(signature.slice(0, 32)) : null;
  if (point === null || !(await engineVerifies(key, publicKey, signature, message)) || !point.isTorsionFree()) {
    throw new CryptoRefusal("signature_invalid");
  }
}

async function engineVerifies(
  key: CryptoKey | null,
  publicKey: Bytes,
  signature: Bytes,
  message: Bytes,
): Promise<boolean> {
  if (key !== null) return crypto.subtle.verify("Ed25519", key, signature, message);
  return ed25519.verify(signature, message, publicKey, { zip215: false });
}

function checkedKey(publicKey: Bytes): Promise<CryptoKey | null> {
  const name = toHex(publicKey);
  const known = checkedKeys.get(name);
  if (known !== undefined) return known;
  checkSigningKey(publicKey);
  const imported = orWithoutEngine(() => crypto.subtle.importKey("raw", publicKey, "Ed25519", true, ["verify"]));
  const oldest = checkedKeys.keys().next();
  if (checkedKeys.size >= checkedKeysLimit && !oldest.done) checkedKeys.delete(oldest.value);
  checkedKeys.set(name, imported);
  return imported;
}

/** Null where the browser has no Ed25519 of its own; noble does the work there. */
async function orWithoutEngine(importKey: () => Promise<CryptoKey>): Promise<CryptoKey | null> {
  try {
    return await importKey();
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "NotSupportedError") return null;
    throw failure;
  }
}

function decodePoint(bytes: Bytes): Point | null {
  try {
    return ed25519.Point.fromBytes(bytes);
  } catch {
    return null;
  }
}
