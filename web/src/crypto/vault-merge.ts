import { equal, flag, lp, readU64, readWord, u64, utf8, type Bytes } from "./encoding.js";
import { CryptoRefusal, malformed } from "./errors.js";
import { atLeast, type Entry, type VaultEntries } from "./vault-entries.js";

/** How a root was first met; a later entry of this list is stronger. */
export const waysToKnowARoot = ["first_contact", "link", "compared"] as const;
export type HowKnown = (typeof waysToKnowARoot)[number];

type Rule = (mine: Bytes, stored: Bytes) => Bytes;

const rules: Readonly<Record<string, Rule>> = {
  root: mergeRoots,
  person: mergePeople,
  checkpoint: (mine, stored) => (checkpointPosition(mine) > checkpointPosition(stored) ? mine : stored),
  identity: mergeIdentities,
  identity_before: mustBeEqual,
  kem_before: mustBeEqual,
  keyring: mustBeEqual,
  duty: mustBeEqual,
  roster_key: mustBeEqual,
  root_key: mustBeEqual,
  invitation: mustBeEqual,
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
  const [myHow, myNumber, myHash, myKeysSeq] = known(mine);
  const [how, number, hash, keysSeq] = known(stored);
  if (equal(number, myNumber) && !equal(hash, myHash)) contradict();
  const newer = readU64(myNumber) > readU64(number) ? ([myNumber, myHash] as const) : ([number, hash] as const);
  const seq = Math.max(readU64(keysSeq), readU64(myKeysSeq));
  return lp(utf8(strongerWay(readWay(how), readWay(myHow))), ...newer, u64(seq), ...atLeast(stored, 4).slice(4));
}

function mergePeople(mine: Bytes, stored: Bytes): Bytes {
  const [myKey, mySeq, myPin, myVerified] = known(mine);
  const [key, seq, pin, verified] = known(stored);
  if (!equal(key, myKey) || (equal(seq, mySeq) && !equal(pin, myPin))) contradict();
  const newer = readU64(mySeq) > readU64(seq) ? ([mySeq, myPin] as const) : ([seq, pin] as const);
  const yes = [verified, myVerified].some((one) => equal(one, flag(true)));
  const judgements = Math.max(judgementsOf(stored), judgementsOf(mine));
  const later = atLeast(stored, 4).slice(judgements === 0 ? 4 : 5);
  return lp(key, ...newer, flag(yes), ...(judgements === 0 ? [] : [u64(judgements)]), ...later);
}

/** How often comparing has come out otherwise than before; odd: the numbers were not equal. Raises `malformed`. */
export function judgementsOf(person: Bytes): number {
  const found = atLeast(person, 4)[4];
  return found === undefined ? 0 : readU64(found);
}

function mergeIdentities(mine: Bytes, stored: Bytes): Bytes {
  const [mySeed, , mySeq] = known(mine);
  const [seed, , seq] = known(stored);
  if (!equal(seed, mySeed)) contradict();
  return readU64(mySeq) > readU64(seq) ? mine : stored;
}

function known(value: Bytes): [Bytes, Bytes, Bytes, Bytes] {
  return atLeast(value, 4).slice(0, 4) as [Bytes, Bytes, Bytes, Bytes];
}

export function readWay(field: Bytes): HowKnown {
  const name = readWord(field);
  return waysToKnowARoot.find((one) => one === name) ?? malformed();
}

export function strongerWay(one: HowKnown, other: HowKnown): HowKnown {
  return waysToKnowARoot.indexOf(one) > waysToKnowARoot.indexOf(other) ? one : other;
}

function mustBeEqual(): never {
  return contradict();
}

function checkpointPosition(value: Bytes): number {
  return readU64(part(atLeast(part(atLeast(value, 1), 0), 4), 3));
}

function part(found: Bytes[], index: number): Bytes {
  const field = found[index];
  if (field === undefined) throw new CryptoRefusal("malformed");
  return field;
}

function contradict(): never {
  throw new CryptoRefusal("pins_contradict");
}
