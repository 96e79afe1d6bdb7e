import { afterEach, expect, test, vi } from "vitest";

import { concat, equal, type Bytes } from "../../crypto/encoding.js";
import { storedSize, type FileTerms } from "../../crypto/files.js";
import type { Progress } from "./errands.js";
import { fetchFile } from "./fetching.js";
import { patiently, pauseAfter } from "./patience.js";
import { Reporting, send } from "./sending.js";
import { Refused } from "../../net/refused.js";

const PART = 100_000;
const terms: FileTerms = {
  room: new Uint8Array(16),
  epoch: 1,
  fileId: new Uint8Array(16).fill(1),
  key: new Uint8Array(32).fill(2),
  size: 350_000,
};
const content = Uint8Array.from({ length: terms.size }, (_, index) => (index * 7) % 251);

/** A server that keeps parts. `fails` says how many requests for a path it does not answer first. */
class Shelf {
  readonly parts = new Map<number, Bytes>();
  readonly asked: string[] = [];
  fails: (path: string, times: number) => boolean = () => false;

  answer = async (path: string, init?: RequestInit): Promise<Response> => {
    this.asked.push(path);
    if (this.fails(path, this.asked.filter((one) => one === path).length)) throw new TypeError("network");
    const number = Number(/parts\/(\d+)$/.exec(path)?.[1] ?? -1);
    if (init?.method === "PUT") {
      this.parts.set(number, new Uint8Array(await (init.body as Blob).arrayBuffer()));
      return Response.json({});
    }
    if (number >= 0) return new Response(this.parts.get(number));
    const size = storedSize(terms.size);
    return Response.json({
      attachment: "01".repeat(16),
      size,
      part_size: PART,
      parts: Math.ceil(size / PART),
      stored: [],
    });
  };
}

function shelved(): Shelf {
  const shelf = new Shelf();
  vi.stubGlobal("fetch", shelf.answer);
  vi.stubGlobal("setTimeout", (then: () => void) => queueMicrotask(then));
  return shelf;
}

afterEach(() => vi.unstubAllGlobals());

test("a file is cut into the server's parts, goes on after the network was gone, and comes back as it was", async () => {
  const shelf = shelved();
  shelf.fails = (path, times) => path.endsWith("parts/1") && times <= 3;
  const heard: Progress[] = [];
  const { digest } = await send({ kind: "send", blob: new Blob([content]), terms }, (progress) => heard.push(progress));
  expect([...shelf.parts.values()].map((part) => part.length)).toEqual([
    PART,
    PART,
    PART,
    storedSize(terms.size) - 3 * PART,
  ]);
  expect(heard.some(({ waits }) => waits === "offline")).toBe(true);
  expect(heard.at(-1)).toEqual({ share: 1, waits: null });
  const fetched = await fetchFile({ kind: "fetch", terms, digest }, () => undefined);
  expect(equal(new Uint8Array(await fetched.blob.arrayBuffer()), content)).toBe(true);
  expect([fetched.picture, fetched.blob.type]).toEqual([false, "application/octet-stream"]);
});

test("progress is told no more often than somebody can see it: a quick line would keep the page painting", async () => {
  shelved();
  const [shares, later]: [number[], (() => void)[]] = [[], []];
  vi.stubGlobal("setTimeout", (then: () => void) => later.push(then));
  const now = vi.spyOn(performance, "now").mockReturnValue(5);
  await send({ kind: "send", blob: new Blob([content]), terms }, ({ share }) => shares.push(share));
  expect([shares, later.length]).toEqual([[0.25, 1], 1]);
  shares.length = 0;
  now.mockImplementation(() => 100 * shares.length);
  await send({ kind: "send", blob: new Blob([content]), terms }, ({ share }) => shares.push(share));
  expect(shares).toEqual([0.25, 0.5, 0.75, 1]);
  now.mockRestore();
});

test("progress that came too soon to be told is told a moment later, though nothing moves any more", () => {
  const [shares, later]: [number[], (() => void)[]] = [[], []];
  vi.stubGlobal("setTimeout", (then: () => void) => later.push(then));
  const now = vi.spyOn(performance, "now").mockReturnValue(5);
  const progress = new Reporting(({ share }) => shares.push(share));
  for (const share of [0.25, 0.5, 0.75]) progress.moved(share);
  expect([shares, later.length]).toEqual([[0.25], 1]);
  later[0]?.();
  expect(shares).toEqual([0.25, 0.75]);
  now.mockRestore();
});

test("a part that never ends well is refused for good, and nothing is given out", async () => {
  const shelf = shelved();
  const { digest } = await send({ kind: "send", blob: new Blob([content]), terms }, () => undefined);
  shelf.parts.set(1, concat(shelf.parts.get(1)?.slice(1) ?? new Uint8Array(0), new Uint8Array(1)));
  await expect(fetchFile({ kind: "fetch", terms, digest }, () => undefined)).rejects.toMatchObject({
    code: "file_broken",
  });
  const swapped = { ...terms, epoch: 2 };
  await expect(fetchFile({ kind: "fetch", terms: swapped, digest }, () => undefined)).rejects.toMatchObject({
    code: "file_swapped",
  });
});

test("while a part is opened the next two are on their way, and no more: memory must not fill", async () => {
  const shelf = shelved();
  const { digest } = await send({ kind: "send", blob: new Blob([content]), terms }, () => undefined);
  const [underWay, most] = [new Set<string>(), { at: 0 }];
  vi.stubGlobal("fetch", async (path: string) => {
    underWay.add(path);
    most.at = Math.max(most.at, underWay.size);
    const answer = await shelf.answer(path);
    await new Promise((resolve) => setImmediate(resolve));
    underWay.delete(path);
    return answer;
  });
  await fetchFile({ kind: "fetch", terms, digest }, () => undefined);
  expect(most.at).toBe(3);
});

test("what is too large for a file is refused before anything is asked for", async () => {
  const shelf = shelved();
  const huge = { ...terms, size: 2 ** 32 - 1 };
  await expect(fetchFile({ kind: "fetch", terms: huge, digest: terms.key }, () => undefined)).rejects.toMatchObject({
    code: "file_too_large",
  });
  expect(shelf.asked).toEqual([]);
});

test("patience is for what passes by itself, and its pauses grow to eight seconds", async () => {
  const pauses: number[] = [];
  const codes = ["offline", "too_busy", "session_expired", "offline", "offline", "offline"];
  const heard: (string | null)[] = [];
  const step = () => {
    const code = codes.shift();
    return code === undefined ? Promise.resolve("there") : Promise.reject(new Refused(code));
  };
  const pause = (milliseconds: number) => Promise.resolve(void pauses.push(milliseconds));
  expect(await patiently(step, (why) => heard.push(why), pause)).toBe("there");
  expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 8000]);
  expect(pauseAfter(60)).toBe(8000);
  expect(heard).toEqual(["offline", "offline", "session_expired", "offline", "offline", "offline", null]);
  const refused = () => Promise.reject(new Refused("room_full"));
  await expect(patiently(refused, () => undefined, pause)).rejects.toMatchObject({ code: "room_full" });
});
