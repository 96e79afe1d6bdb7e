import { chance, type Chance } from "./chance.js";
import { compare, equal, fields, labelled, lp, readU64, sized, u64, type Bytes } from "./encoding.js";
import { CryptoRefusal, malformed } from "./errors.js";
import { labels } from "./labels.js";
import { sign, signingPublicKey, verify } from "./signing.js";
import { hash } from "./symmetric.js";
import { toBase64url } from "./text-forms.js";
import { checkKemKey, checkSuite, kemPublicKey, suiteId } from "./wrapping.js";

/** `H("user id", ed_pk)[:16]`: whoever holds the key is the person; the server cannot give the name to another. */
export async function userIdOf(edPk: Bytes): Promise<Bytes> {
  return (await hash(labels.userId, edPk)).slice(0, 16);
}

/** The full-length name of a person in everything that is signed. */
export function fingerprintOf(edPk: Bytes): Promise<Bytes> {
  return hash(labels.fingerprint, edPk);
}

/** A person with private keys. Made with `openIdentity` or `newIdentity`; public keys always come from the seeds (T8). */
export interface Identity {
  readonly edSeed: Bytes;
  readonly kemSeed: Bytes;
  readonly kemSeq: number;
  readonly edPk: Bytes;
  readonly kemPk: Bytes;
  readonly userId: Bytes;
  readonly fingerprint: Bytes;
  readonly kemStatement: Bytes;
}

export function newIdentity(draw: Chance = chance): Promise<Identity> {
  const edSeed = draw(32);
  return openIdentity(edSeed, draw(32));
}

export async function openIdentity(edSeed: Bytes, kemSeed: Bytes, kemSeq = 1): Promise<Identity> {
  const edPk = signingPublicKey(edSeed);
  const kemPk = await kemPublicKey(kemSeed);
  const [userId, fingerprint] = await Promise.all([userIdOf(edPk), fingerprintOf(edPk)]);
  const kemStatement = await signed(edSeed, lp(labels.kemStatement, userId, u64(kemSeq), u64(suiteId), kemPk));
  return { edSeed, kemSeed, kemSeq, edPk, kemPk, userId, fingerprint, kemStatement };
}

/** A signed object: `lp(body, signature)`, the signature over the body as it stands. */
export async function signed(edSeed: Bytes, body: Bytes): Promise<Bytes> {
  return lp(body, await sign(edSeed, body));
}

/** Structure of a signed object: the fields after the label, and what is to be verified. Raises `malformed`. */
export function readSigned<Count extends number>(raw: Bytes, label: Bytes, count: Count) {
  const [body, signature] = fields(raw, 2);
  return { body, signature: sized(signature, 64), part: labelled(body, label, count) };
}

export interface KemStatement {
  readonly userId: Bytes;
  readonly seq: number;
  readonly kemPk: Bytes;
  readonly raw: Bytes;
}

/** Raises `malformed`, `suite_unknown`, `key_invalid`, `signature_invalid`. */
export async function readKemStatement(raw: Bytes, edPk: Bytes): Promise<KemStatement> {
  const { body, signature, part } = readSigned(raw, labels.kemStatement, 4);
  const [userId, seqField, suite, kemPk] = part;
  sized(userId, 16);
  const seq = readU64(seqField);
  if (seq < 1) malformed();
  checkSuite(readU64(suite));
  checkKemKey(kemPk);
  await verify(edPk, signature, body);
  if (!equal(userId, await userIdOf(edPk))) throw new CryptoRefusal("signature_invalid");
  return { userId, seq, kemPk, raw };
}

/** 60 digits in 12 groups, the same for both sides, to be read aloud or compared on two screens. */
export async function safetyNumber(one: Bytes, other: Bytes): Promise<string> {
  const [lower, higher] = compare(one, other) < 0 ? [one, other] : [other, one];
  const input = lp(labels.safetyNumber, lower, higher);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", input));
  const groups = Array.from({ length: 12 }, (_, index) => {
    const chunk = digest.subarray(5 * index, 5 * index + 5);
    const value = chunk.reduce((sum, byte) => sum * 256 + byte, 0);
    return String(value % 100000).padStart(5, "0");
  });
  return groups.join(" ");
}

/** What the QR code of a safety number holds. */
export function safetyCode(mine: Bytes, theirs: Bytes): string {
  return toBase64url(lp(labels.safetyCode, mine, theirs));
}
