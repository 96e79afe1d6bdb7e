import { compare, displayName, labelled, lp, u64, word, zero32, type Bytes } from "./encoding.js";
import { fingerprintOf, signed } from "./identity.js";
import { labels } from "./labels.js";
import {
  type AgencyRoot,
  type Capability,
  type Revocation,
  type RosterKey,
  rootFingerprintOf,
  succeeded,
} from "./roster.js";
import { sign, signingPublicKey } from "./signing.js";
import { hash } from "./symmetric.js";
import { suiteId } from "./wrapping.js";

const longest = 35 * 24 * 60 * 60 * 1000;

/** Whom a coordinator certifies. Times in milliseconds UTC. */
export interface NewCertificate {
  readonly edPk: Bytes;
  readonly kemStatement: Bytes;
  readonly displayName: string;
  readonly capabilities: readonly Capability[];
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface NewRoster {
  readonly root: AgencyRoot;
  /** As `signRosterKeys` made it. */
  readonly rosterKeys: Bytes;
  readonly number: number;
  /** Hash of the roster before; 32 zero bytes for the first. */
  readonly previous?: Bytes;
  readonly issuedAt: number;
  readonly expiresAt?: number;
  readonly agencyName: string;
  readonly dutyGeneration: number;
  readonly dutyKemPk: Bytes;
  readonly certificates: readonly NewCertificate[];
  readonly revocations?: readonly Revocation[];
}

/** `successorSeed` is of a key that is printed and never used here: its hash alone names the root that may follow. */
export async function makeRoot(rootSeed: Bytes, successorSeed: Bytes): Promise<AgencyRoot> {
  const rootPk = signingPublicKey(rootSeed);
  const successor = await hash(labels.successor, signingPublicKey(successorSeed));
  const ownFingerprint = await rootFingerprintOf(rootPk, successor);
  const names = { ownFingerprint, fingerprint: ownFingerprint, earlier: [], successions: [] };
  return { rootPk, successor, raw: lp(labels.root, rootPk, successor), ...names };
}

/**
 * The root after one that was lost or stolen: the key that lay on paper takes its place, and names its own next.
 * Raises `root_mismatch` when that is not the key which the old root named.
 */
export async function succeedRoot(
  old: AgencyRoot,
  successorSeed: Bytes,
  nextSuccessorSeed: Bytes,
  reason: "lost" | "stolen",
  createdAt: number,
): Promise<AgencyRoot> {
  const next = await makeRoot(successorSeed, nextSuccessorSeed);
  const terms = [old.ownFingerprint, next.raw, word(reason), u64(createdAt)] as const;
  const succession = await signed(successorSeed, lp(labels.succession, ...terms));
  const founding = old.successions.length === 0 ? old.raw : labelled(old.raw, labels.roots, 2)[0];
  return succeeded(old, founding, succession);
}

/** At most three coordinators' keys; `seq` rises with every change. */
export function signRosterKeys(
  rootSeed: Bytes,
  root: AgencyRoot,
  seq: number,
  keys: readonly RosterKey[],
): Promise<Bytes> {
  const list = keys.map(({ pk, holder, notBefore, notAfter }) => lp(pk, holder, u64(notBefore), u64(notAfter)));
  return signed(rootSeed, lp(labels.rosterKeys, root.ownFingerprint, u64(seq), lp(...list)));
}

/** The list of an agency's people, good for 35 days unless `expiresAt` is sooner. */
export async function signRoster(rosterSeed: Bytes, given: NewRoster): Promise<Bytes> {
  const { root, rosterKeys, number, previous = zero32, issuedAt, expiresAt = issuedAt + longest } = given;
  const order = [u64(number), previous, u64(issuedAt), u64(expiresAt), signingPublicKey(rosterSeed)] as const;
  const agency = [displayName(given.agencyName), u64(given.dutyGeneration), given.dutyKemPk] as const;
  const people = [await certificateList(given.certificates), revocationList(given.revocations ?? [])] as const;
  const body = lp(labels.roster, u64(suiteId), root.raw, rosterKeys, ...order, ...agency, ...people);
  return lp(body, await sign(rosterSeed, body));
}

async function certificateList(certificates: readonly NewCertificate[]): Promise<Bytes> {
  const named = await Promise.all(certificates.map(async (one) => [await fingerprintOf(one.edPk), one] as const));
  named.sort(([one], [other]) => compare(one, other));
  return lp(...named.map(([, one]) => writeCertificate(one)));
}

function writeCertificate(one: NewCertificate): Bytes {
  const words = [...one.capabilities].sort().map(word);
  const person = [one.edPk, one.kemStatement, displayName(one.displayName), lp(...words)] as const;
  return lp(...person, u64(one.notBefore), u64(one.notAfter));
}

function revocationList(revocations: readonly Revocation[]): Bytes {
  const sorted = [...revocations].sort((one, other) => compare(one.fingerprint, other.fingerprint));
  return lp(...sorted.map(({ fingerprint, revokedAt, reason }) => lp(fingerprint, u64(revokedAt), word(reason))));
}
