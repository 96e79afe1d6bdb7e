import { describe, expect, test } from "vitest";

import { Refused } from "../../net/refused.js";
import type { Kept } from "../room.js";
import { Outbox, type Locks } from "./outbox.svelte.js";
import { pauseAfter, Sender } from "./sender.js";
import type { Shelf, Writing } from "./writing.js";

const ROOM = "0a".repeat(16);
const writing = (uid: string): Writing => ({
  ...{ uid, room: ROOM, text: `text of ${uid}`, clock: "asks" as const },
  ...{ writtenAt: 0, envelope: null },
});

/** What lies on the device, shared by all pages of a test. */
function shelf(): Shelf & { rows: Map<string, Writing> } {
  const rows = new Map<string, Writing>();
  return {
    owner: crypto.randomUUID(),
    rows,
    all: () => Promise.resolve([...rows.values()]),
    get: (uid) => Promise.resolve(rows.get(uid) ?? null),
    keep: (one) => Promise.resolve(void rows.set(one.uid, one)),
    drop: (uid) => Promise.resolve(void rows.delete(uid)),
    wipe: () => rows.clear(),
  };
}

/** As a browser gives them out. */
const held = new Map<string, Promise<unknown>>();
const locks: Locks = {
  request: (name, step) => {
    const turn = (held.get(name) ?? Promise.resolve()).then(step);
    held.set(
      name,
      turn.catch(() => undefined),
    );
    return turn;
  },
};

type Post = (writing: Writing, kept: Kept) => Promise<void>;

/** A page with an outbox; `until` resolves once that holds. */
function page(device: Shelf | null, post: Post) {
  let look = (): void => undefined;
  const outbox = new Outbox(device, device !== null, () => look(), locks);
  const sender = new Sender(outbox, post);
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      look = () => (holds() ? resolve() : undefined);
      look();
    });
  return { outbox, sender, until, empty: () => until(() => outbox.entries.length === 0) };
}

const refuse = (code: string): Promise<never> => Promise.reject(new Refused(code));

describe("in one room", () => {
  test("the next message goes out only when the one before has been acknowledged", async () => {
    const begun: string[] = [];
    let acknowledge = (): void => undefined;
    let began = (): void => undefined;
    const first = new Promise<void>((resolve) => (began = resolve));
    const { outbox, sender, empty } = page(null, ({ uid }) => {
      begun.push(uid);
      began();
      return uid === "a" ? new Promise((resolve) => (acknowledge = resolve)) : Promise.resolve();
    });
    await outbox.add(writing("a"));
    await outbox.add(writing("b"));
    sender.send(ROOM);
    await first;
    sender.sendAll();
    expect(begun).toEqual(["a"]);
    acknowledge();
    await empty();
    expect(begun).toEqual(["a", "b"]);
  });

  test("without a network all of them wait; with it they go out in order, the first one as it was sealed", async () => {
    const sent: [string, string | null][] = [];
    let online = false;
    const { outbox, sender, until, empty } = page(shelf(), async ({ uid }, kept) => {
      if (kept.envelope === null) await kept.keep(`sealed ${uid}`);
      if (!online) return refuse("offline");
      sent.push([uid, kept.envelope]);
    });
    await outbox.add(writing("a"));
    await outbox.add(writing("b"));
    sender.send(ROOM);
    await until(() => outbox.entries.every(({ phase }) => phase === "waiting"));
    online = true;
    sender.sendAll();
    await empty();
    expect(sent).toEqual([
      ["a", "sealed a"],
      ["b", null],
    ]);
  });

  test("a message that is refused stays, with the reason, and does not hold up the next", async () => {
    const { outbox, sender, until } = page(null, ({ uid }) => (uid === "a" ? refuse("room_full") : Promise.resolve()));
    await outbox.add(writing("a"));
    await outbox.add(writing("b"));
    sender.send(ROOM);
    await until(() => outbox.find("b") === undefined);
    expect(outbox.find("a")).toMatchObject({ phase: "not_sent", code: "room_full" });
  });
});

test("what another page has sent or withdrawn is not sent again", async () => {
  const device = shelf();
  const sent: string[] = [];
  const post: Post = ({ uid }) => Promise.resolve(void sent.push(uid));
  const [one, other] = [page(device, post), page(device, post)];
  await one.outbox.add(writing("a"));
  await other.outbox.reload();
  expect(other.outbox.entries).toHaveLength(1);
  one.sender.sendAll();
  other.sender.sendAll();
  await Promise.all([one.empty(), other.empty()]);
  expect(sent).toEqual(["a"]);
});

test("a message that was withdrawn while it waited is never sent", async () => {
  const device = shelf();
  const sent: string[] = [];
  let online = false;
  const { outbox, sender, until } = page(device, ({ uid }) =>
    online ? Promise.resolve(void sent.push(uid)) : refuse("offline"),
  );
  await outbox.add(writing("a"));
  sender.send(ROOM);
  await until(() => outbox.find("a")?.phase === "waiting");
  expect(await sender.withdraw("a")).toBe("text of a");
  online = true;
  sender.sendAll();
  expect([sent, device.rows.size, outbox.entries]).toEqual([[], 0, []]);
});

test("on a shared computer nothing is kept, and what a device refuses to keep is known to be at risk", async () => {
  const full = { ...shelf(), keep: () => Promise.reject(new DOMException("full", "QuotaExceededError")) };
  const { outbox } = page(full, () => Promise.resolve());
  await outbox.add(writing("a"));
  expect(outbox.find("a")?.onDevice).toBe(false);
  const device = shelf();
  const shared = new Outbox(device, false, () => undefined, locks);
  await shared.add(writing("b"));
  expect([device.rows.size, shared.find("b")?.onDevice]).toEqual([0, false]);
});

test("each wait is longer than the one before, at most twenty seconds, and not the same for two pages", () => {
  expect([0, 1, 2, 9].map((attempts) => pauseAfter(attempts, 1))).toEqual([1_000, 2_000, 4_000, 20_000]);
  expect(pauseAfter(2, 0)).toBe(2_000);
});
