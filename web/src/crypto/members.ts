import { dutyFingerprint } from "./duty.js";
import { ascending, compare, empty, equal, fields, lp, readU64, sized, u64, utf8, type Bytes } from "./encoding.js";
import { malformed } from "./errors.js";
import { fingerprintOf, readKemStatement, type Identity } from "./identity.js";
import { labels } from "./labels.js";
import { type Certificate, type Roster } from "./roster.js";
import { hash } from "./symmetric.js";
import { toHex } from "./text-forms.js";
import { checkKemKey, suiteId } from "./wrapping.js";

export const mostMembers = 64;

const roles = ["client", "counsellor", "moderator", "duty"] as const;
export type Role = (typeof roles)[number];

/** Somebody who can read a room: a person, or the agency's duty key. */
export interface Member {
  readonly role: Role;
  readonly fingerprint: Bytes;
  /** Empty for the duty key, which signs nothing. */
  readonly edPk: Bytes;
  /** The agency root's fingerprint; empty for the client. */
  readonly root: Bytes;
  readonly kemPk: Bytes;
  /** 0 for the duty key. */
  readonly kemSeq: number;
  /** 0 for people. */
  readonly generation: number;
  /** Null for the duty key. */
  readonly userId: Bytes | null;
  /** As it stands in commits; lists are compared byte for byte. */
  readonly raw: Bytes;
}

export function isHelper(member: Member | undefined): member is Member {
  return member?.role === "counsellor" || member?.role === "moderator";
}

export function clientMember(identity: Pick<Identity, "edPk" | "kemStatement">): Promise<Member> {
  return readMember(lp(utf8("client"), identity.edPk, empty, identity.kemStatement));
}

/** The entry of a counsellor or moderator whom a roster certifies, as `add` and `takeover` need it. */
export function certifiedMember(
  certificate: Certificate,
  rootFingerprint: Bytes,
  role: "counsellor" | "moderator" = "counsellor",
): Promise<Member> {
  return readMember(lp(utf8(role), certificate.edPk, rootFingerprint, certificate.kemStatement));
}

export function dutyMember(roster: Pick<Roster, "dutyGeneration" | "dutyKemPk">, root: Bytes): Promise<Member> {
  return readMember(lp(utf8("duty"), u64(roster.dutyGeneration), root, roster.dutyKemPk));
}

/** Verifies keys and statement. Raises `malformed`, `suite_unknown`, `key_invalid`, `signature_invalid`. */
export async function readMember(raw: Bytes): Promise<Member> {
  const [roleField, key, root, kem] = fields(raw, 4);
  const role = roles.find((one) => equal(utf8(one), roleField)) ?? malformed();
  if (role === "duty") return readDuty(raw, key, root, kem);
  sized(key, 32);
  sized(root, role === "client" ? 0 : 32);
  const { kemPk, seq, userId } = await readKemStatement(kem, key);
  const fingerprint = await fingerprintOf(key);
  return { role, fingerprint, edPk: key, root, kemPk, kemSeq: seq, generation: 0, userId, raw };
}

async function readDuty(raw: Bytes, generationField: Bytes, root: Bytes, kemPk: Bytes): Promise<Member> {
  const generation = readU64(generationField);
  if (generation < 1) malformed();
  sized(root, 32);
  checkKemKey(kemPk);
  const fingerprint = await dutyFingerprint(root, generation, kemPk);
  return { role: "duty", fingerprint, edPk: empty, root, kemPk, kemSeq: 0, generation, userId: null, raw };
}

/** Sorted by fingerprint, none twice, at most one client and one duty key, else `malformed`. */
export function checkMemberList(members: readonly Member[]): void {
  const count = (role: Role) => members.filter((member) => member.role === role).length;
  const sorted = ascending(members.map(({ fingerprint }) => fingerprint));
  if (!sorted || count("client") > 1 || count("duty") > 1) malformed();
}

export function sortMembers(members: Iterable<Member>): Member[] {
  return [...members].sort((one, other) => compare(one.fingerprint, other.fingerprint));
}

/** What the epoch key commits to: nobody can be given another list of members (T14, T44). */
export function membersHash(members: readonly Member[]): Promise<Bytes> {
  const each = members.map(({ role, fingerprint, kemPk }) => lp(utf8(role), fingerprint, u64(suiteId), kemPk));
  return hash(labels.members, ...each);
}

export function byFingerprint(members: Iterable<Member>): Map<string, Member> {
  return new Map(sortMembers(members).map((member) => [toHex(member.fingerprint), member]));
}
