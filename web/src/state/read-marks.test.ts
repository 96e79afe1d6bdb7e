import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Read, Text } from "../crypto/bodies.js";
import { verdict } from "../crypto/verdict.js";
import { ReadMarks } from "./read-marks.js";

let sent: number[];
let marks: ReadMarks;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  marks = new ReadMarks((position) => Promise.resolve(sent.push(position)));
});
afterEach(() => vi.useRealTimers());

const wait = (): void => void vi.advanceTimersByTime(60_000);

function heard(position: number, body: Text | Read = new Text("…"), mine = false): void {
  const bytes = new Uint8Array(32);
  const message = { uid: bytes, sentAt: 0, body, clock: "none", sender: bytes, epoch: 1, session: bytes, counter: 0 };
  marks.heard(verdict("message", position, { message: { ...message, clock: "none" } }), position, mine);
}

test("what somebody has looked at is said to be read, once", () => {
  heard(4);
  marks.seen();
  marks.seen();
  wait();
  marks.seen();
  wait();
  expect(sent).toEqual([4]);
});

test("who looks away before there was time to read has not read", () => {
  heard(4);
  marks.seen();
  marks.stop();
  wait();
  expect(sent).toEqual([]);
  marks.seen();
  wait();
  expect(sent).toEqual([4]);
});

test("what comes while nobody looks at the end is not read with what was there before", () => {
  heard(4);
  marks.seen();
  heard(5);
  wait();
  expect(sent).toEqual([4]);
});

test("two pages never confirm each other's marks", () => {
  heard(4);
  heard(5, new Read(4), true);
  heard(6, new Read(5));
  marks.seen();
  wait();
  expect(sent).toEqual([]);
});
