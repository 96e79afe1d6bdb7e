import { expect, test } from "vitest";

import { makeRoot, succeedRoot } from "./roster-making.js";
import { checkPin, readRoster } from "./roster.js";
import { bytes, refusalOf, vectors } from "./testing/vectors.js";
import { toHex } from "./text-forms.js";

const { successions: found } = vectors<{
  successions: {
    seeds: string[];
    created_at: [number, number];
    rosters: { name: string; roster: string; root_fingerprint: string; refusal: string | null }[];
    founding_fingerprint: string;
    keys_seq: number;
    root: string;
  };
}>("rosters");

const rosterNamed = (name: string) => found.rosters.find((one) => one.name === name);
const read = (name: string) => {
  const one = rosterNamed(name);
  return readRoster(bytes(one?.roster ?? ""), bytes(one?.root_fingerprint ?? ""));
};

test("an agency whose root was replaced keeps its name, and a thief cannot take it", async () => {
  for (const { name, roster, root_fingerprint, refusal } of found.rosters) {
    const attempt = () => readRoster(bytes(roster), bytes(root_fingerprint));
    expect([name, await refusalOf(attempt)]).toEqual([name, refusal]);
  }
  for (const name of ["by the founding root", "by the root between", "by the newest root"]) {
    const roster = await read(name);
    expect([toHex(roster.rootFingerprint), roster.keysSeq]).toEqual([found.founding_fingerprint, found.keys_seq]);
  }
});

test("successions made here have the bytes that Python made", async () => {
  const [first, second, third, fourth] = found.seeds.map(bytes);
  if (!first || !second || !third || !fourth) throw new Error("Four seeds are needed.");
  const lost = await succeedRoot(await makeRoot(first, second), second, third, "lost", found.created_at[0]);
  const stolen = await succeedRoot(lost, third, fourth, "stolen", found.created_at[1]);
  expect(toHex(stolen.raw)).toBe(found.root);
  expect(await refusalOf(() => succeedRoot(lost, second, third, "lost", 0))).toBe("root_mismatch");
});

test("who has seen a succession accepts no roster of the root before it, whatever its numbers", async () => {
  const { number, hash, keysSeq } = await read("by the newest root");
  const before = await read("the first succession alone");
  expect(await refusalOf(() => Promise.resolve(checkPin(before, { number: number - 1, hash, keysSeq })))).toBe(
    "roster_stale",
  );
});
