import { expect, test } from "vitest";

import type { Commit } from "../crypto/commit.js";
import type { Member } from "../crypto/members.js";
import { toHex } from "../crypto/text-forms.js";
import { verdict, type Verdict } from "../crypto/verdict.js";
import { Namesakes } from "./namesakes.js";

const key = (byte: number) => new Uint8Array(32).fill(byte);
const names: Record<number, string> = { 1: "nachtfalter", 2: "Frau Berger", 3: "frau berger ", 4: "Herr Yilmaz" };
const nameOf = (fingerprint: string): string => names[parseInt(fingerprint.slice(0, 2), 16)] ?? "";

/** An entry after which these people are in the room. */
function entry(people: number[], changes: Commit["changes"] = []): Verdict {
  const members = people.map((one) => ({ role: "counsellor", fingerprint: key(one), edPk: key(one) }) as Member);
  return verdict("commit", 2, { entry: { kind: "commit", members, changes } as unknown as Commit });
}

const prints = (...people: number[]): string[] => people.map((one) => toHex(key(one)));

test("whoever comes under a name that somebody else here bears is found out, once (T13, T50)", () => {
  const seen = new Namesakes();
  expect(seen.in(entry([1, 2]), nameOf)).toEqual([]);
  expect(seen.in(entry([1, 2, 4]), nameOf)).toEqual([]);
  expect(seen.in(entry([1, 3]), nameOf)).toEqual(prints(3));
  expect(seen.in(entry([1, 3]), nameOf)).toEqual([]);
});

test("a new identity that the old one has signed is said otherwise", () => {
  const seen = new Namesakes();
  seen.in(entry([1, 2]), nameOf);
  const rekey = { kind: "rekey", fingerprint: key(2), edPk: key(3), signature: key(0) } as const;
  expect(seen.in(entry([1, 3], [rekey]), nameOf)).toEqual([]);
});
