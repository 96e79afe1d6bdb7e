import { toHex } from "../crypto/text-forms.js";
import { Refused } from "../net/refused.js";
import type { Bytes, Reader } from "./protocol.js";
import type { Names } from "./items.js";
import type { SafetyView } from "./types.js";
import type { Unlocked } from "./unlocked.js";

type Member = Reader["members"][number];

const isPerson = (member: Member): boolean => member.role !== "duty";

/** Pins the keys of everybody in the room as first seen; gives those whose keys contradict their pin (T13). */
export async function meet(person: Unlocked, members: readonly Member[]): Promise<string[]> {
  const others = members.filter((member) => isPerson(member) && !isMe(person, member.fingerprint));
  const isNew = (member: Member) => member.userId !== null && knownSeq(person, member.userId) !== member.kemSeq;
  const anybodyNew = others.some(isNew);
  // Everybody, not only who is new: a key that was exchanged under the same number contradicts the pin.
  const strangers: string[] = [];
  for (const member of others) if (!(await isAsPinned(person, member))) strangers.push(toHex(member.fingerprint));
  if (anybodyNew) await person.save(() => undefined);
  return strangers;
}

async function isAsPinned(person: Unlocked, member: Member): Promise<boolean> {
  try {
    await pin(person, member, false);
    return true;
  } catch (reason) {
    if (!isContradiction(reason)) throw reason;
    return false;
  }
}

const isContradiction = (reason: unknown): boolean =>
  ["kem_statement_stale", "pins_contradict"].includes((reason as { code?: string }).code ?? "");

const knownSeq = (person: Unlocked, userId: Bytes): number | null => person.open.person(userId)?.kemSeq ?? null;

export function memberWith(reader: Reader, fingerprint: string): Member {
  const member = reader.members.find((one) => toHex(one.fingerprint) === fingerprint);
  if (member === undefined) throw new Refused("not_found");
  return member;
}

/** Safety numbers with everybody else in the room. */
export async function safetyOf(person: Unlocked, reader: Reader, names: Names): Promise<SafetyView[]> {
  const { safetyCode, safetyNumber } = person.protocol;
  const mine = person.identity.fingerprint;
  const others = reader.members.filter((member) => isPerson(member) && !isMe(person, member.fingerprint));
  return Promise.all(
    others.map(async (member) => ({
      fingerprint: toHex(member.fingerprint),
      name: names(toHex(member.fingerprint)),
      groups: (await safetyNumber(mine, member.fingerprint)).split(" "),
      code: safetyCode(mine, member.fingerprint),
      verified: isVerified(person, member),
    })),
  );
}

/** The numbers were equal: the person is verified, and with a counsellor so is the agency that certifies them (T39). */
export async function keepVerified(person: Unlocked, member: Member): Promise<void> {
  await pin(person, member, true);
  await person.save((vault) => {
    if (member.userId !== null) vault.keepJudgement(member.userId, true);
    const root = member.root.length === 0 ? null : vault.root(member.root);
    if (root !== null) vault.pinRoot(root.fingerprint, "compared", root.pin);
  });
}

/** The numbers were not equal: every log-in says so until two people have compared once more. */
export function keepUnequal(person: Unlocked, { userId }: Member): Promise<void> {
  return person.save((vault) => (userId === null ? undefined : vault.keepJudgement(userId, false)));
}

/** The fingerprints of those with whom the numbers were not equal the last time. */
export function unequalAmong(person: Unlocked, members: readonly Member[]): string[] {
  const differs = ({ userId }: Member) => userId !== null && person.open.person(userId)?.unequal === true;
  return members.filter(differs).map(({ fingerprint }) => toHex(fingerprint));
}

export function isVerified(person: Unlocked, member: Member): boolean {
  return member.userId !== null && person.open.person(member.userId)?.verified === true;
}

function pin(person: Unlocked, { userId, edPk, kemSeq, kemPk }: Member, verified: boolean): Promise<void> {
  return userId === null ? Promise.resolve() : person.open.pinPerson(userId, edPk, kemSeq, kemPk, verified);
}

function isMe(person: Unlocked, fingerprint: Bytes): boolean {
  return toHex(person.identity.fingerprint) === toHex(fingerprint);
}
