import {
  ascending,
  each,
  eachAsync,
  empty,
  equal,
  fields,
  labelled,
  lp,
  readName,
  readU64,
  readWord,
  sized,
  split,
  utf8,
  zero32,
  type Bytes,
} from "./encoding.js";
import { CryptoRefusal, malformed } from "./errors.js";
import { fingerprintOf, readKemStatement, readSigned } from "./identity.js";
import { labels } from "./labels.js";
import { checkSigningKey, verify } from "./signing.js";
import { hash } from "./symmetric.js";
import { checkKemKey, checkSuite } from "./wrapping.js";

export const day = 24 * 60 * 60 * 1000;
const largestRoster = 1 << 20;
const longestRoster = 35 * day;
const longestRosterKey = 366 * day;
const mostRosterKeys = 3;
const mostPeople = 4096;
const mostSuccessions = 8;
const reasons = ["lost", "stolen"];
/** The rank of roster keys rises with every succession, whatever number a stolen root may sign (T11). */
const rank = 2 ** 32;
/** How far a clock may be off before a roster counts as expired. */
const tolerance = day;

export const capabilities = ["coordinate", "counsel", "duty"] as const;
export type Capability = (typeof capabilities)[number];

export interface AgencyRoot {
  readonly rootPk: Bytes;
  /** Hash of a key that exists on paper only and may replace this root. */
  readonly successor: Bytes;
  /** As a roster carries it: this root alone, or with everything that shows how it came after the founding root. */
  readonly raw: Bytes;
  /** Of this very root; it covers the successor, so that a stolen root cannot name another one. */
  readonly ownFingerprint: Bytes;
  /** Of the founding root: what the agency is called for ever, in pins, rooms and rosters (T39). */
  readonly fingerprint: Bytes;
  /** Fingerprints of the roots that this one came after, the founding one first. */
  readonly earlier: readonly Bytes[];
  readonly successions: readonly Bytes[];
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
  readonly root: AgencyRoot;
  readonly rootFingerprint: Bytes;
  /** The coordinators' keys as the root signed them: the next roster carries them on unless the root signs others. */
  readonly rosterKeys: RosterKeys;
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
 * Verifies everything about a roster of the agency with this root but pins and today's date. Raises `too_large`,
 * `malformed`, `suite_unknown`, `key_invalid`, `root_mismatch` (T39), `signature_invalid`, `roster_key_invalid` (T10).
 */
export async function readRoster(raw: Bytes, rootFingerprint: Bytes): Promise<Roster> {
  if (raw.length > largestRoster) throw new CryptoRefusal("too_large");
  const { body, signature, part } = readSigned(raw, labels.roster, 13);
  checkSuite(readU64(part[0]));
  const root = await readRoot(part[1]);
  if (!isKnownAs(root, rootFingerprint)) throw new CryptoRefusal("root_mismatch");
  const keys = await readRosterKeys(part[2], root);
  const terms = readTerms(part);
  const certificates = await eachAsync(part[11], readCertificate, mostPeople);
  const revocations = each(part[12], readRevocation, mostPeople);
  checkRosterKey(keys, part[7], terms.issuedAt);
  await verify(part[7], signature, body);
  const roster = {
    raw,
    root,
    rootFingerprint: root.fingerprint,
    rosterKeys: keys,
    keysSeq: keys.seq,
    ...terms,
    certificates,
    revocations,
  };
  checkForm(roster);
  return { ...roster, hash: await hash(labels.rosterHash, raw) };
}

/** The root that a roster claims: for a first contact without a link, shown as not confirmed (T39). */
export async function rootFingerprintIn(raw: Bytes): Promise<Bytes> {
  const root = split(fields(raw, 2)[0])[2] ?? malformed();
  return (await readRoot(root)).fingerprint;
}

/** A link of the founding root leads here, one of this root, and of any between; never of a root that is replaced by another. */
function isKnownAs({ earlier, ownFingerprint }: AgencyRoot, fingerprint: Bytes): boolean {
  return [...earlier, ownFingerprint].some((one) => equal(one, fingerprint));
}

export async function readRoot(raw: Bytes): Promise<AgencyRoot> {
  if (!equal(split(raw)[0] ?? empty, labels.roots)) return readPlainRoot(raw);
  const [founding, list] = labelled(raw, labels.roots, 2);
  let root = await readPlainRoot(founding);
  const successions = each(list, (one) => one, mostSuccessions);
  if (successions.length === 0) malformed();
  for (const succession of successions) root = await succeeded(root, founding, succession);
  return root;
}

async function readPlainRoot(raw: Bytes): Promise<AgencyRoot> {
  const [rootPk, successor] = labelled(raw, labels.root, 2);
  sized(successor, 32);
  checkSigningKey(sized(rootPk, 32));
  const ownFingerprint = await rootFingerprintOf(rootPk, successor);
  return { rootPk, successor, raw, ownFingerprint, fingerprint: ownFingerprint, earlier: [], successions: [] };
}

/** The root after this one, if the key that it named on paper says so. Raises `root_mismatch`, `signature_invalid`. */
export async function succeeded(old: AgencyRoot, founding: Bytes, succession: Bytes): Promise<AgencyRoot> {
  const { body, signature, part } = readSigned(succession, labels.succession, 4);
  const [replaced, plain, reason, createdAt] = part;
  sized(replaced, 32);
  if (!reasons.includes(readWord(reason))) malformed();
  readU64(createdAt);
  const next = await readPlainRoot(plain);
  await verify(next.rootPk, signature, body);
  const named = await hash(labels.successor, next.rootPk);
  if (!equal(replaced, old.ownFingerprint) || !equal(named, old.successor)) throw new CryptoRefusal("root_mismatch");
  const successions = [...old.successions, succession];
  const raw = lp(labels.roots, founding, lp(...successions));
  return { ...next, raw, fingerprint: old.fingerprint, earlier: [...old.earlier, old.ownFingerprint], successions };
}

export function rootFingerprintOf(rootPk: Bytes, successor: Bytes): Promise<Bytes> {
  return hash(labels.rootFingerprint, rootPk, successor);
}

export interface RosterKeys {
  readonly raw: Bytes;
  readonly seq: number;
  readonly keys: readonly RosterKey[];
}

async function readRosterKeys(raw: Bytes, root: AgencyRoot): Promise<RosterKeys> {
  const { body, signature, part } = readSigned(raw, labels.rosterKeys, 3);
  const number = readU64(part[1]);
  const keys = each(part[2], readRosterKey, mostRosterKeys);
  if (!equal(part[0], root.ownFingerprint) || number < 1 || number >= rank) malformed();
  await verify(root.rootPk, signature, body);
  return { raw, seq: root.successions.length * rank + number, keys };
}

function readRosterKey(raw: Bytes): RosterKey {
  const [pk, holder, from, until] = fields(raw, 4);
  const key = { pk: sized(pk, 32), holder: sized(holder, 32), notBefore: readU64(from), notAfter: readU64(until) };
  if (key.notAfter < key.notBefore || key.notAfter - key.notBefore > longestRosterKey) malformed();
  checkSigningKey(pk);
  return key;
}

function checkRosterKey({ keys }: RosterKeys, rosterPk: Bytes, issuedAt: number): void {
  const valid = keys.some((key) => equal(key.pk, rosterPk) && key.notBefore <= issuedAt && issuedAt <= key.notAfter);
  if (!valid) throw new CryptoRefusal("roster_key_invalid");
}

function readTerms(part: Bytes[]) {
  const field = (index: number) => part[index] ?? malformed();
  const [number, previous] = [readU64(field(3)), sized(field(4), 32)];
  const [issuedAt, expiresAt] = [readU64(field(5)), readU64(field(6))];
  sized(field(7), 32);
  const [agencyName, dutyGeneration] = [readName(field(8)), readU64(field(9))];
  checkKemKey(field(10));
  return { number, previous, issuedAt, expiresAt, agencyName, dutyGeneration, dutyKemPk: field(10) };
}

function checkForm(roster: Omit<Roster, "hash">): void {
  const { number, previous, issuedAt, expiresAt, dutyGeneration, certificates, revocations } = roster;
  if (number < 1 || (number === 1) !== equal(previous, zero32) || dutyGeneration < 1) malformed();
  if (expiresAt <= issuedAt || expiresAt - issuedAt > longestRoster) malformed();
  const sorted = [certificates, revocations].every((people) => ascending(people.map(({ fingerprint }) => fingerprint)));
  if (!sorted) malformed();
}

async function readCertificate(raw: Bytes): Promise<Certificate> {
  const [edPk, kemStatement, name, list, from, until] = fields(raw, 6);
  const listed = each(list, readCapability, capabilities.length);
  if (!ascending(split(list))) malformed();
  sized(edPk, 32);
  const said = { displayName: readName(name), capabilities: new Set(listed) };
  const span = { notBefore: readU64(from), notAfter: readU64(until) };
  checkSigningKey(edPk);
  const { kemPk, seq, userId } = await readKemStatement(kemStatement, edPk);
  const fingerprint = await fingerprintOf(edPk);
  return { edPk, fingerprint, userId, kemPk, kemSeq: seq, kemStatement, ...said, ...span };
}

export function readCapability(field: Bytes): Capability {
  return capabilities.find((one) => equal(utf8(one), field)) ?? malformed();
}

function readRevocation(raw: Bytes): Revocation {
  const [fingerprint, revokedAt, reason] = fields(raw, 3);
  return { fingerprint: sized(fingerprint, 32), revokedAt: readU64(revokedAt), reason: readWord(reason) };
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
