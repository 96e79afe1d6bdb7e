import { beforeEach, expect, test } from "vitest";

import * as crypto from "../../crypto/index.js";
import { follow, JournalBroken, type Wanted } from "./following.js";
import { AGENCY, filler, JournalOfTest } from "./testing/server.js";

let journal: JournalOfTest;
let asked: number[];

beforeEach(() => {
  journal = new JournalOfTest();
  asked = [];
});

const seen = (known: crypto.JournalHead[], wanted: Wanted[] = [], { size = 1_000, pages = 20, shown = journal } = {}) =>
  follow(
    crypto,
    {
      agency: crypto.fromHex(AGENCY),
      key: journal.key,
      page: (after) => {
        asked.push(after);
        return Promise.resolve(shown.page(after, size));
      },
    },
    known,
    wanted,
    pages,
  );

const howBroken = (step: Promise<unknown>): Promise<string> =>
  step.then(
    () => "holds",
    (reason: JournalBroken) => reason.how,
  );

const at = (number: number): Wanted => ({ number, entry: journal.entries[number - 1] ?? new Uint8Array() });

test("the entries of a journal are the ones that Python writes", async () => {
  const salt = crypto.fromHex("11".repeat(32));
  const event = { kind: "opened", promise: crypto.fromHex("22".repeat(16)), at: 1, dueAt: 172_800_001 };
  const entry = await crypto.journalEntry(salt, { ...event, policy: '{"kind":"calendar"}', because: "" });
  expect(crypto.toHex(entry)).toBe("373bca6b2ff024c165fa0a9ebc1105d92a50f012197a20de974c46a934f14da6");
  const start = await crypto.journalStart(crypto.fromHex(AGENCY));
  expect(crypto.toHex(await crypto.journalLink(start, 1, entry))).toBe(
    "a698ec539b3729b30bd59d4c3a24e4fc6a47625154b4d1e18f6eac1655ba643a",
  );
});

test("whoever was never there begins shortly before their own entry", async () => {
  for (let at = 0; at < 5; at += 1) await journal.seal(...filler(500, 500 * at));
  const { head, found } = await seen([], [at(2_100)]);
  expect([head?.number, [...found]]).toEqual([2_500, [2_100]]);
  expect(asked).toEqual([1_599]);
});

test("the next log-in goes on from the head that is kept, and sees only what is new", async () => {
  const kept = await journal.seal(...filler(10));
  await journal.seal(...filler(5, 10));
  const { head, found } = await seen([kept], [at(12)]);
  expect([head?.number, [...found], asked]).toEqual([15, [12], [9]]);
});

test("nothing new is as good as something new", async () => {
  const kept = await journal.seal(...filler(10));
  expect((await seen([kept])).head?.number).toBe(10);
});

test("an entry of before the kept head is found, and the head still lies on the way", async () => {
  await journal.seal(...filler(600));
  const kept = await journal.seal(...filler(100, 600));
  const { found } = await seen([kept], [at(3)]);
  expect([...found]).toEqual([3]);
});

test("a long journal is followed page by page, and the rest another time", async () => {
  for (let at = 0; at < 4; at += 1) await journal.seal(...filler(10, 10 * at));
  const { head } = await seen([], [at(1)], { size: 7, pages: 3 });
  expect([head?.number, asked]).toEqual([20, [0, 7, 14]]);
});

test("a journal that goes back behind what was seen is noticed", async () => {
  const kept = await journal.seal(...filler(10));
  const shorter = new JournalOfTest();
  await shorter.seal(...filler(9));
  expect(await howBroken(seen([kept], [], { shown: shorter }))).toBe("rewritten");
});

test.each([10, 12])("a journal that was forked is noticed, also at the same length: %i entries", async (length) => {
  const kept = await journal.seal(...filler(10));
  const forked = new JournalOfTest();
  await forked.seal(...filler(length, 50));
  await forked.seal(...filler(1, 99));
  expect(await howBroken(seen([kept], [], { shown: forked }))).toBe("rewritten");
});

test("two heads of one number that differ are two journals", async () => {
  const [one, forked] = [await journal.seal(...filler(3)), new JournalOfTest()];
  const other = await forked.seal(...filler(3, 9));
  expect(await howBroken(seen([one, other]))).toBe("rewritten");
});

test("an entry that is not the promised one is noticed, and so is one beyond the end", async () => {
  await journal.seal(...filler(10));
  const other = { number: 4, entry: at(5).entry };
  expect(await howBroken(seen([], [other]))).toBe("lacks");
  expect(await howBroken(seen([], [{ number: 11, entry: at(5).entry }]))).toBe("lacks");
});

test("a head that somebody else has signed vouches for nothing", async () => {
  const forged = new JournalOfTest(new Uint8Array(32).fill(99));
  await forged.seal(...filler(10));
  expect(
    await howBroken(seen([], [{ number: 4, entry: forged.entries[3] ?? new Uint8Array() }], { shown: forged })),
  ).toBe("rewritten");
});

test("what no head vouches for counts as not seen yet", async () => {
  await journal.seal(...filler(4));
  journal.entries.push(...filler(2, 4));
  const { found } = await seen([], [at(2), at(6)]);
  expect([...found]).toEqual([2]);
});

test("a server that keeps back what it speaks of is noticed", async () => {
  await journal.seal(...filler(4));
  const page = (after: number) => Promise.resolve({ ...journal.page(after), entries: [], heads: [] });
  const terms = { agency: crypto.fromHex(AGENCY), key: journal.key, page };
  expect(await howBroken(follow(crypto, terms, [], [at(2)], 20))).toBe("rewritten");
});
