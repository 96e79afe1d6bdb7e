import { equal, lp, sized, u64, type Bytes } from "./encoding.js";
import { codeOf, CryptoRefusal } from "./errors.js";
import { labels } from "./labels.js";
import { type Member } from "./members.js";
import { expand, hash, openBox, sealBox } from "./symmetric.js";
import { hpkeOpen, hpkeSeal, suiteId } from "./wrapping.js";
import { chance, type Chance } from "./chance.js";
import { type Grant } from "./changes.js";

/** What an epoch is about: everything that its key commitment binds. */
export interface EpochTerms {
  readonly room: Bytes;
  readonly epoch: number;
  readonly logPrev: Bytes;
  readonly membersHash: Bytes;
}

/** An epoch that can be read: the secret that was wrapped, and the key made of it and the room's share (T37). */
export interface EpochKey {
  readonly secret: Bytes;
  readonly ek: Bytes;
  readonly kc: Bytes;
}

export async function epochKey(secret: Bytes, terms: EpochTerms, roomShare: Bytes): Promise<EpochKey> {
  const { room, epoch, logPrev } = terms;
  const ek = await expand(secret, labels.ek, room, u64(epoch), roomShare);
  const kc = await expand(ek, labels.kc, u64(suiteId), room, u64(epoch), logPrev, terms.membersHash);
  return { secret, ek, kc };
}

/** Raises `commitment_failed` for a secret that is not the one committed to (T16, T44) or a false room share. */
export async function committedKey(secret: Bytes, terms: EpochTerms, kc: Bytes, roomShare: Bytes): Promise<EpochKey> {
  if (secret.length !== 32) throw new CryptoRefusal("commitment_failed");
  const key = await epochKey(secret, terms, roomShare);
  if (!equal(key.kc, kc)) throw new CryptoRefusal("commitment_failed");
  return key;
}

/** One wrap for each member, in their order. */
export function wrapForAll(secret: Bytes, members: readonly Member[], terms: EpochTerms, kc: Bytes): Promise<Bytes[]> {
  return Promise.all(
    members.map(async ({ kemPk, fingerprint }) => hpkeSeal(kemPk, secret, await wrapInfo(terms, kc, fingerprint))),
  );
}

/** Raises `commitment_failed` for whatever does not open (T15). */
export async function unwrap(
  kemSeed: Bytes,
  wrap: Bytes,
  terms: EpochTerms,
  kc: Bytes,
  fingerprint: Bytes,
): Promise<Bytes> {
  try {
    return await hpkeOpen(kemSeed, wrap, await wrapInfo(terms, kc, fingerprint));
  } catch (failure) {
    throw codeOf(failure) === null ? failure : new CryptoRefusal("commitment_failed");
  }
}

function wrapInfo({ room, epoch, logPrev, membersHash }: EpochTerms, kc: Bytes, fingerprint: Bytes): Promise<Bytes> {
  return hash(labels.epochWrap, u64(suiteId), room, u64(epoch), logPrev, membersHash, kc, fingerprint);
}

/** What an older secret is sealed with when it is handed to somebody who came later (T19). */
export function grantInfo(
  old: EpochTerms,
  oldKc: Bytes,
  logPrev: Bytes,
  signer: Bytes,
  recipient: Bytes,
): Promise<Bytes> {
  return hash(labels.historyGrant, u64(suiteId), old.room, u64(old.epoch), oldKc, logPrev, signer, recipient);
}

/** One pair of a history grant that will stand in the next commit. */
export async function sealGrant(
  old: EpochTerms,
  oldKc: Bytes,
  secret: Bytes,
  logPrev: Bytes,
  signer: Bytes,
  recipient: Member,
): Promise<Grant> {
  const info = await grantInfo(old, oldKc, logPrev, signer, recipient.fingerprint);
  return { epoch: old.epoch, wrap: await hpkeSeal(recipient.kemPk, secret, info) };
}

/** An epoch secret for the next log-in. It is not the epoch key, so it stays useless without the room's share (T37). */
export function sealEpochKey(
  keyringKey: Bytes,
  userId: Bytes,
  room: Bytes,
  epoch: number,
  kc: Bytes,
  secret: Bytes,
  draw: Chance = chance,
): Promise<Bytes> {
  return sealBox(keyringKey, labels.keyring, secret, keyringAad(userId, room, epoch, kc), draw);
}

/** Null for an entry that does not open: the epoch is then unwrapped anew. */
export async function openEpochKey(
  keyringKey: Bytes,
  userId: Bytes,
  room: Bytes,
  epoch: number,
  kc: Bytes,
  sealed: Bytes,
): Promise<Bytes | null> {
  try {
    return sized(await openBox(keyringKey, labels.keyring, sealed, keyringAad(userId, room, epoch, kc)), 32);
  } catch (failure) {
    if (codeOf(failure) === null) throw failure;
    return null;
  }
}

function keyringAad(userId: Bytes, room: Bytes, epoch: number, kc: Bytes): Bytes {
  return lp(labels.keyringEntry, userId, room, u64(epoch), kc);
}
