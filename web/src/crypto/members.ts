import { type Checks } from "./checks.js";
import { dutyFingerprint } from "./duty.js";
import { ascending, compare, empty, fields, lp, readU64, readWord, sized, u64, utf8, type Bytes } from "./encoding.js";
import { malformed } from "./errors.js";
import { fingerprintOf, parseKemStatement, userIdOf, type Identity } from "./identity.js";
import { labels } from "./labels.js";
import { type Certificate, type Roster } from "./roster.js";
import { hash } from "./symmetric.js";
import { toHex } from "./text-forms.js";
import { suiteId } from "./wrapping.js";

export const mostMembers = 64;

export type Role = "client" | "counsellor" | "moderator" | "duty";

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

/** Structure only; what remains to be checked is handed to `checks`. Raises `malformed`. */
export async function readMember(raw: Bytes, checks?: Checks): Promise<Member> {
  const [roleField, second, root, key] = fields(raw, 4);
  const role = readWord(roleField);
  if (role === "duty") return readDuty(raw, readU64(second), sized(root, 32), key, checks);
  if (role !== "client" && role !== "counsellor" && role !== "moderator") malformed();
  sized(root, role === "client" ? 0 : 32);
  const statement = parseKemStatement(key);
  checks?.signingKey(second);
  checks?.kemStatement(statement, second);
  const [fingerprint, userId] = await Promise.all([fingerprintOf(second), userIdOf(second)]);
  const keys = { edPk: second, kemPk: statement.kemPk, kemSeq: statement.seq };
  return { role, fingerprint, root, generation: 0, userId, raw, ...keys };
}

async function readDuty(raw: Bytes, generation: number, root: Bytes, kemPk: Bytes, checks?: Checks): Promise<Member> {
  if (generation < 1) malformed();
  checks?.kemKey(kemPk);
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
