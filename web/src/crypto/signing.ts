import { ed25519 } from "@noble/curves/ed25519.js";

import { concat, sized, utf8, type Bytes } from "./encoding.js";
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
 *
 * A is free of torsion, so where the equation holds without the cofactor R is as well; only where the engine multiplies
 * by the cofactor R has to be looked at, which takes ten times as long as the rest.
 */
export async function verify(publicKey: Bytes, signature: Bytes, message: Bytes): Promise<void> {
  const key = await checkedKey(publicKey);
  if (signature.length !== 64 || !isCanonical(signature.subarray(0, 32))) invalid();
  if (!(await engineVerifies(key, publicKey, signature, message))) invalid();
  if ((key === null || !(await engineIsExact())) && !isFreeOfTorsion(signature.slice(0, 32))) invalid();
}

function invalid(): never {
  throw new CryptoRefusal("signature_invalid");
}

/** y < p, and no sign where x is zero: not every engine refuses what is not. */
function isCanonical(encoded: Bytes): boolean {
  const top = (encoded[31] ?? 0) & 0x7f;
  const middle = encoded.subarray(1, 31);
  const first = encoded[0] ?? 0;
  const nearPrime = top === 0x7f && middle.every((byte) => byte === 0xff);
  if (nearPrime && first >= 0xed) return false;
  const xIsZero = (nearPrime && first === 0xec) || (top === 0 && first === 1 && middle.every((byte) => byte === 0));
  return !xIsZero || (encoded[31] ?? 0) < 0x80;
}

function isFreeOfTorsion(encoded: Bytes): boolean {
  return decodePoint(encoded)?.isTorsionFree() ?? false;
}

/** A signature whose R has a part of order 8: it holds with the cofactor and not without. */
const withCofactorOnly = {
  key: fromHex("7b65adeec4a9b5c764e0ccf4769d7b7edb402291e0f32d20285f0719905cefb7"),
  signature: fromHex(
    "616939711788da248df10515dcd7cdeeabd46363d940b45bb406886b8c480a75" +
      "feae83d64255ea87cf4558457aa016cee28e9a7804c24e5ab887f2351ec41109",
  ),
  message: utf8("sprechraum/1 message signature"),
};
let exact: Promise<boolean> | null = null;

function engineIsExact(): Promise<boolean> {
  const { key, signature, message } = withCofactorOnly;
  exact ??= checkedKey(key).then(async (imported) => !(await engineVerifies(imported, key, signature, message)));
  return exact;
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
