import { Checks } from "./checks.js";
import {
  ascending,
  each,
  empty,
  equal,
  fields,
  labelled,
  readName,
  readU64,
  readWord,
  sized,
  split,
  zero32,
  type Bytes,
} from "./encoding.js";
import { CryptoRefusal, malformed } from "./errors.js";
import { fingerprintOf, parseKemStatement, readSigned, userIdOf } from "./identity.js";
import { labels } from "./labels.js";
import { hash } from "./symmetric.js";

const day = 24 * 60 * 60 * 1000;
const largestRoster = 1 << 20;
const longestRoster = 35 * day;
const longestRosterKey = 366 * day;
const mostRosterKeys = 3;
const mostPeople = 4096;
/** How far a clock may be off before a roster counts as expired. */
const tolerance = day;

export const capabilities = ["coordinate", "counsel", "duty"] as const;
export type Capability = (typeof capabilities)[number];

export interface AgencyRoot {
  readonly rootPk: Bytes;
  /** Hash of a key that exists on paper only and may replace this root. */
  readonly successor: Bytes;
  readonly raw: Bytes;
  /** What links, leaflets and QR codes carry (T39). */
  readonly fingerprint: Bytes;
}

export interface RosterKey {
  readonly pk: Bytes;
  readonly holder: Bytes;
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface Certificate {
  readonly edPk: Bytes;
  readonly fingerprint: Bytes;
  readonly userId: Bytes;
  readonly kemPk: Bytes;
  readonly kemSeq: number;
  readonly kemStatement: Bytes;
  readonly displayName: string;
  readonly capabilities: ReadonlySet<Capability>;
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface Revocation {
  readonly fingerprint: Bytes;
  readonly revokedAt: number;
  readonly reason: string;
}

/** What a person keeps of an agency's rosters, so that nobody can show an older or another one. */
export interface RosterPin {
  readonly number: number;
  readonly hash: Bytes;
  readonly keysSeq: number;
}

export interface Roster extends RosterPin {
  readonly raw: Bytes;
  readonly rootFingerprint: Bytes;
  readonly previous: Bytes;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly agencyName: string;
  readonly dutyGeneration: number;
  readonly dutyKemPk: Bytes;
  readonly certificates: readonly Certificate[];
  readonly revocations: readonly Revocation[];
}

/**
 * Verifies everything about a roster of the agency with this root. Raises `too_large`, `malformed`, `suite_unknown`,
 * `key_invalid`, `signature_invalid`, `root_mismatch` (T39), `roster_key_invalid` (T10).
 */
export async function readRoster(raw: Bytes, rootFingerprint: Bytes): Promise<Roster> {
  if (raw.length > largestRoster) throw new CryptoRefusal("too_large");
  const checks = new Checks();
  const { body, signature, part } = readSigned(raw, labels.roster, 13);
  checks.suite(readU64(part[0]));
  const root = await readRoot(part[1], checks);
  const keys = readRosterKeys(part[2], root, checks);
  const roster = { raw, rootFingerprint: root.fingerprint, keysSeq: keys.seq, ...readTerms(part) };
  const rosterPk = part[7];
  checks.signingKey(rosterPk);
  checks.kemKey(roster.dutyKemPk);
  const certificates = await readCertificates(part[11], checks);
  const revocations = readRevocations(part[12]);
  checks.signature(rosterPk, signature, body);
  await checks.settle();
  if (!equal(root.fingerprint, rootFingerprint)) throw new CryptoRefusal("root_mismatch");
  checkRosterKey(keys, root, rosterPk, roster.issuedAt);
  return { ...roster, hash: await hash(labels.rosterHash, raw), certificates, revocations };
}

async function readRoot(raw: Bytes, checks: Checks): Promise<AgencyRoot> {
  const [rootPk, successor] = labelled(raw, labels.root, 2);
  checks.signingKey(rootPk);
  sized(successor, 32);
  return { rootPk, successor, raw, fingerprint: await rootFingerprintOf(rootPk, successor) };
}

export function rootFingerprintOf(rootPk: Bytes, successor: Bytes): Promise<Bytes> {
  return hash(labels.rootFingerprint, rootPk, successor);
}

interface RosterKeys {
  readonly root: Bytes;
  readonly seq: number;
  readonly keys: readonly RosterKey[];
}

function readRosterKeys(raw: Bytes, root: AgencyRoot, checks: Checks): RosterKeys {
  const { body, signature, part } = readSigned(raw, labels.rosterKeys, 3);
  const [rootField, seqField, list] = part;
  const seq = atLeastOne(readU64(seqField));
  const keys = each(list, (one) => readRosterKey(one, checks), mostRosterKeys);
  checks.signature(root.rootPk, signature, body);
  return { root: sized(rootField, 32), seq, keys };
}

function readRosterKey(raw: Bytes, checks: Checks): RosterKey {
  const [pk, holder, from, until] = fields(raw, 4);
  const [notBefore, notAfter] = [readU64(from), readU64(until)];
  if (notAfter < notBefore || notAfter - notBefore > longestRosterKey) malformed();
  checks.signingKey(pk);
  return { pk, holder: sized(holder, 32), notBefore, notAfter };
}

function checkRosterKey(keys: RosterKeys, root: AgencyRoot, rosterPk: Bytes, issuedAt: number): void {
  const key = keys.keys.find(({ pk }) => equal(pk, rosterPk));
  const valid = key !== undefined && key.notBefore <= issuedAt && issuedAt <= key.notAfter;
  if (!valid || !equal(keys.root, root.fingerprint)) throw new CryptoRefusal("roster_key_invalid");
}

function readTerms(part: Bytes[]) {
  const field = (index: number) => part[index] ?? empty;
  const [number, previous] = [atLeastOne(readU64(field(3))), sized(field(4), 32)];
  const [issuedAt, expiresAt] = [readU64(field(5)), readU64(field(6))];
  if ((number === 1) !== equal(previous, zero32)) malformed();
  if (expiresAt <= issuedAt || expiresAt - issuedAt > longestRoster) malformed();
  const [agencyName, dutyGeneration] = [readName(field(8)), atLeastOne(readU64(field(9)))];
  return { number, previous, issuedAt, expiresAt, agencyName, dutyGeneration, dutyKemPk: field(10) };
}

async function readCertificates(list: Bytes, checks: Checks): Promise<Certificate[]> {
  const certificates = await Promise.all(each(list, (one) => readCertificate(one, checks), mostPeople));
  if (!ascending(certificates.map(({ fingerprint }) => fingerprint))) malformed();
  return certificates;
}

async function readCertificate(raw: Bytes, checks: Checks): Promise<Certificate> {
  const [edPk, kemStatement, name, list, from, until] = fields(raw, 6);
  const kem = parseKemStatement(kemStatement);
  const displayName = readName(name);
  const named = each(list, readCapability, capabilities.length);
  const [notBefore, notAfter] = [readU64(from), readU64(until)];
  if (!ascending(split(list))) malformed();
  checks.signingKey(edPk);
  checks.kemStatement(kem, edPk);
  const [fingerprint, userId] = await Promise.all([fingerprintOf(edPk), userIdOf(edPk)]);
  const key = { edPk, fingerprint, userId, kemPk: kem.kemPk, kemSeq: kem.seq, kemStatement };
  return { ...key, displayName, capabilities: new Set(named), notBefore, notAfter };
}

function readCapability(field: Bytes): Capability {
  const name = readWord(field);
  return capabilities.find((one) => one === name) ?? malformed();
}

function readRevocations(list: Bytes): Revocation[] {
  const revocations = each(
    list,
    (one) => {
      const [fingerprint, revokedAt, reason] = fields(one, 3);
      return { fingerprint: sized(fingerprint, 32), revokedAt: readU64(revokedAt), reason: readWord(reason) };
    },
    mostPeople,
  );
  if (!ascending(revocations.map(({ fingerprint }) => fingerprint))) malformed();
  return revocations;
}

function atLeastOne(value: number): number {
  return value >= 1 ? value : malformed();
}

/** Raises `roster_expired` unless the roster counts at `at` (milliseconds UTC), one day of clock error allowed. */
export function checkGoodAt(roster: Roster, at: number): void {
  if (at < roster.issuedAt - tolerance || at > roster.expiresAt + tolerance) throw new CryptoRefusal("roster_expired");
}

export function revokedAt(roster: Roster, fingerprint: Bytes, at: number): boolean {
  return roster.revocations.some((one) => equal(one.fingerprint, fingerprint) && one.revokedAt <= at);
}

/** The person's certificate with all these capabilities at `at` (milliseconds UTC), else `not_certified` (T10). */
export function certified(roster: Roster, fingerprint: Bytes, at: number, ...needed: Capability[]): Certificate {
  const certificate = roster.certificates.find((one) => equal(one.fingerprint, fingerprint));
  const valid = certificate !== undefined && certificate.notBefore <= at && at <= certificate.notAfter;
  const may = valid && needed.every((one) => certificate.capabilities.has(one));
  if (!may || revokedAt(roster, fingerprint, at)) throw new CryptoRefusal("not_certified");
  return certificate;
}

/** The pin to keep. Raises `roster_stale` (T11) and `roster_forked` (T40). */
export function checkPin(roster: Roster, pin: RosterPin | null): RosterPin {
  if (pin !== null) {
    if (roster.number < pin.number || roster.keysSeq < pin.keysSeq) throw new CryptoRefusal("roster_stale");
    const same = roster.number === pin.number && !equal(roster.hash, pin.hash);
    const next = roster.number === pin.number + 1 && !equal(roster.previous, pin.hash);
    if (same || next) throw new CryptoRefusal("roster_forked");
  }
  return { number: roster.number, hash: roster.hash, keysSeq: roster.keysSeq };
}
