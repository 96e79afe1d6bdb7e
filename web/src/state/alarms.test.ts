import { describe, expect, it } from "vitest";

import { verdict, type Verdict } from "../crypto/verdict.js";
import { alarmsIn } from "./alarms.js";
import { RoomAlarms } from "./room-alarms.svelte.js";
import type { AlarmView } from "./types.js";

const bytes = (byte: number) => new Uint8Array(32).fill(byte);
const forkedBy = (byte: number, position = 4): Verdict =>
  verdict("message", position, { sender: bytes(byte), marks: new Set(["forked"]) });
const attemptAt = (position: number): Verdict =>
  verdict("broken", position, { reason: "commit_not_allowed", ofLog: true });
const attempt = (position: number): AlarmView[] => alarmsIn(attemptAt(position));

describe("what a person has decided about", () => {
  it("blocks no more, and what is found out later about somebody else does", () => {
    const alarms = new RoomAlarms(0);
    alarms.raise(alarmsIn(forkedBy(1)));
    expect(alarms.blocked).toBe(true);
    alarms.goOn();
    alarms.raise(alarmsIn(forkedBy(1, 5)));
    expect(alarms.blocked).toBe(false);
    alarms.raise(alarmsIn(forkedBy(2, 6)));
    expect(alarms.blocked).toBe(true);
  });

  it("goes on standing there to be read", () => {
    const alarms = new RoomAlarms(0);
    alarms.raise(attempt(3));
    alarms.goOn();
    expect(alarms.all.map(({ code }) => code)).toEqual(["change_refused"]);
  });

  it("holds for the next log-in up to the checkpoint, and not beyond it", () => {
    const alarms = new RoomAlarms(3);
    alarms.raise(attempt(3));
    expect(alarms.blocked).toBe(false);
    alarms.raise(attempt(4));
    expect(alarms.blocked).toBe(true);
  });
});

it("what contradicts what was seen before is never settled by a checkpoint", () => {
  const alarms = new RoomAlarms(9);
  expect(alarms.raise(alarmsIn(forkedBy(1)))).toBe(true);
  expect(alarms.blocked).toBe(true);
});

it("a comparison settles what it is about, and nothing about anybody else", () => {
  const alarms = new RoomAlarms(0);
  const unequal = (about: string): AlarmView => ({ code: "not_equal", position: null, about });
  alarms.raise([unequal("a"), unequal("b")]);
  alarms.settle("a", "not_equal");
  expect(alarms.all).toEqual([unequal("b")]);
});

it("a message that is missing is said, and does not keep anybody from asking for it", () => {
  const alarms = new RoomAlarms(0);
  alarms.raise(alarmsIn(verdict("message", 4, { marks: new Set(["gap_before"]) })));
  expect(alarms.all).toHaveLength(1);
  expect(alarms.blocked).toBe(false);
});
