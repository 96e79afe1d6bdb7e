import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";

import { concat, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";

/** HPKE base mode (RFC 9180) with X-Wing, HKDF-SHA256, AES-256-GCM: suite id 1 of the protocol. */
const kem = new XWing();
const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });

export const kemPublicKeyLength = 1216;
const encLength = 1120;
const tagLength = 16;

/** The X-Wing public key (ML-KEM-768, then X25519) of a 32-byte seed. */
export async function kemPublicKey(seed: Bytes): Promise<Bytes> {
  if (seed.length !== 32) throw new CryptoRefusal("key_invalid");
  const pair = await kem.generateKeyPairDerand(seed.slice());
  return new Uint8Array(await kem.serializePublicKey(pair.publicKey));
}

/** `enc || ciphertext`. Everything is bound through `info`, because Python's HPKE takes no AAD. */
export async function hpkeSeal(publicKey: Bytes, plaintext: Bytes, info: Bytes): Promise<Bytes> {
  try {
    const recipientPublicKey = await kem.deserializePublicKey(publicKey.slice());
    const sender = await suite.createSenderContext({ recipientPublicKey, info });
    return concat(new Uint8Array(sender.enc), new Uint8Array(await sender.seal(plaintext)));
  } catch {
    throw new CryptoRefusal("key_invalid");
  }
}

/** Raises `unwrap_failed` for another key, another `info`, or a changed byte (T15). */
export async function hpkeOpen(seed: Bytes, sealed: Bytes, info: Bytes): Promise<Bytes> {
  if (sealed.length < encLength + tagLength) throw new CryptoRefusal("unwrap_failed");
  try {
    const recipientKey = await kem.deserializePrivateKey(seed.slice());
    const recipient = await suite.createRecipientContext({ recipientKey, enc: sealed.slice(0, encLength), info });
    return new Uint8Array(await recipient.open(sealed.slice(encLength)));
  } catch {
    throw new CryptoRefusal("unwrap_failed");
  }
}
