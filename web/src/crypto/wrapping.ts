import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";

import { concat, sized, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";

/** HPKE base mode (RFC 9180) with X-Wing, HKDF-SHA256, AES-256-GCM: suite 1 of the protocol. */
export const suiteId = 1;
export const kemPublicKeyLength = 1216;
export const wrapLength = 1168;

const kem = new XWing();
const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const encLength = 1120;
const tagLength = 16;
const mlkemLength = 1184;
const coefficientBytes = 1152;
const mlkemModulus = 3329;
const x25519Prime = 2n ** 255n - 19n;
/** The points of small order (RFC 7748 section 6.1): with them the shared secret is known to everybody. */
const smallOrder = new Set([
  0n,
  1n,
  x25519Prime - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
]);

export function checkSuite(id: number): void {
  if (id !== suiteId) throw new CryptoRefusal("suite_unknown");
}

/** Canonical ML-KEM coefficients and a canonical X25519 point of large order, else `key_invalid` (T12). */
export function checkKemKey(publicKey: Bytes): void {
  if (publicKey.length !== kemPublicKeyLength) throw new CryptoRefusal("key_invalid");
  const point = littleEndian(publicKey.subarray(mlkemLength));
  if (!coefficientsReduced(publicKey) || point >= x25519Prime || smallOrder.has(point)) {
    throw new CryptoRefusal("key_invalid");
  }
}

/** The X-Wing public key (ML-KEM-768, then X25519) of a 32-byte seed. */
export async function kemPublicKey(seed: Bytes): Promise<Bytes> {
  const pair = await kem.generateKeyPairDerand(sized(seed, 32).slice());
  return new Uint8Array(await kem.serializePublicKey(pair.publicKey));
}

/** `enc || ciphertext`. Everything is bound through `info`, because Python's HPKE takes no AAD. */
export async function hpkeSeal(publicKey: Bytes, plaintext: Bytes, info: Bytes): Promise<Bytes> {
  checkKemKey(publicKey);
  const recipientPublicKey = await kem.deserializePublicKey(publicKey.slice());
  const sender = await suite.createSenderContext({ recipientPublicKey, info });
  return concat(new Uint8Array(sender.enc), new Uint8Array(await sender.seal(plaintext)));
}

/** Raises `does_not_decrypt` for another key or `info`, a changed byte, an impossible length (T15). */
export async function hpkeOpen(seed: Bytes, sealed: Bytes, info: Bytes): Promise<Bytes> {
  if (sealed.length < encLength + tagLength) throw new CryptoRefusal("does_not_decrypt");
  const recipientKey = await kem.deserializePrivateKey(seed.slice());
  try {
    const recipient = await suite.createRecipientContext({ recipientKey, enc: sealed.slice(0, encLength), info });
    return new Uint8Array(await recipient.open(sealed.slice(encLength)));
  } catch {
    throw new CryptoRefusal("does_not_decrypt");
  }
}

function coefficientsReduced(publicKey: Bytes): boolean {
  for (let index = 0; index < coefficientBytes; index += 3) {
    const [low, middle, high] = [publicKey[index] ?? 0, publicKey[index + 1] ?? 0, publicKey[index + 2] ?? 0];
    if ((low | ((middle & 15) << 8)) >= mlkemModulus || ((middle >> 4) | (high << 4)) >= mlkemModulus) return false;
  }
  return true;
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
