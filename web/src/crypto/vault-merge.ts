import { equal, flag, labelled, lp, readFlag, readU64, readWord, u64, utf8, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { labels } from "./labels.js";
import { atLeast, type Entry, type VaultEntries } from "./vault-entries.js";

/** How a root was first met; a later entry of this list is stronger. */
export const waysToKnowARoot = ["first_contact", "link", "compared"] as const;
export type HowKnown = (typeof waysToKnowARoot)[number];

type Rule = (mine: Bytes, stored: Bytes) => Bytes;

const rules: Readonly<Record<string, Rule>> = {
  root: mergeRoots,
  person: mergePeople,
  checkpoint: (mine, stored) => (checkpointPosition(mine) > checkpointPosition(stored) ? mine : stored),
  identity: (mine, stored) => (kemSeq(mine) > kemSeq(stored) ? mine : stored),
  identity_before: mustBeEqual,
  kem_before: mustBeEqual,
  keyring: mustBeEqual,
  duty: mustBeEqual,
  roster_key: mustBeEqual,
  root_key: mustBeEqual,
};

/** Two versions of one vault, after somebody else wrote first. Raises `pins_contradict`: then a person must look (T7). */
export function mergeEntries(mine: VaultEntries, stored: VaultEntries): VaultEntries {
  const merged = stored.copy();
  for (const { kind, id, value } of mine.sorted()) {
    const other = stored.get(kind, id);
    merged.put(kind, id, other === null ? value : mergeValues({ kind, id, value }, other));
  }
  return merged;
}

function mergeValues({ kind, value }: Entry, stored: Bytes): Bytes {
  if (equal(value, stored)) return stored;
  const rule = rules[kind];
  // Without a rule (name, receipts, kinds of a later version) the stored version's word counts.
  return rule === undefined ? stored : rule(value, stored);
}

function mergeRoots(mine: Bytes, stored: Bytes): Bytes {
  const [one, other] = [atLeast(mine, 4), atLeast(stored, 4)] as [Bytes[], Bytes[]];
  const [myNumber, number] = [readU64(part(one, 1)), readU64(part(other, 1))];
  if (myNumber === number && !equal(part(one, 2), part(other, 2))) contradict();
  const newer = myNumber > number ? one : other;
  const how = strongerWay(readWord(part(one, 0)), readWord(part(other, 0)));
  const keysSeq = Math.max(readU64(part(one, 3)), readU64(part(other, 3)));
  return lp(utf8(how), part(newer, 1), part(newer, 2), u64(keysSeq), ...newer.slice(4));
}

function mergePeople(mine: Bytes, stored: Bytes): Bytes {
  const [one, other] = [atLeast(mine, 4), atLeast(stored, 4)] as [Bytes[], Bytes[]];
  const [mySeq, seq] = [readU64(part(one, 1)), readU64(part(other, 1))];
  if (!equal(part(one, 0), part(other, 0)) || (mySeq === seq && !equal(part(one, 2), part(other, 2)))) contradict();
  const newer = mySeq > seq ? one : other;
  const verified = readFlag(part(one, 3)) || readFlag(part(other, 3));
  return lp(part(newer, 0), part(newer, 1), part(newer, 2), flag(verified), ...newer.slice(4));
}

export function strongerWay(one: string, other: string): string {
  const rank = (how: string) => waysToKnowARoot.indexOf(how as HowKnown);
  return rank(one) > rank(other) ? one : other;
}

function mustBeEqual(): never {
  return contradict();
}

function kemSeq(identity: Bytes): number {
  return readU64(part(atLeast(identity, 4), 2));
}

function checkpointPosition(value: Bytes): number {
  return readU64(labelled(part(atLeast(value, 1), 0), labels.checkpoint, 14)[2]);
}

function part(found: Bytes[], index: number): Bytes {
  const field = found[index];
  if (field === undefined) throw new CryptoRefusal("malformed");
  return field;
}

function contradict(): never {
  throw new CryptoRefusal("pins_contradict");
}
