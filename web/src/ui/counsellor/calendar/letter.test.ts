import { expect, test } from "vitest";

import type { AppointmentView } from "../../../state/types.js";
import { letter, nextTimes } from "./letter.js";

const slot = (startsAt: string) => ({ startsAt: new Date(startsAt), endsAt: new Date(startsAt) });
const now = new Date("2026-11-26T08:00:00Z");
const cancelled = { zone: "Europe/Berlin", startsAt: new Date("2026-11-27T09:00:00Z") } as AppointmentView;

test("of each day only the first time is named, and no more than three", () => {
  const slots = ["2026-11-27T23:30:00Z", "2026-11-28T09:00:00Z", "2026-11-29T09:00:00Z", "2026-11-30T09:00:00Z"];
  expect(nextTimes(slots.map(slot), "Europe/Berlin").map((at) => at.toISOString())).toEqual([
    "2026-11-27T23:30:00.000Z",
    "2026-11-29T09:00:00.000Z",
    "2026-11-30T09:00:00.000Z",
  ]);
});

test("the letter says which appointment, why, what is free instead and how to book it, by the calendar's wall", () => {
  const text = letter(cancelled, " Ich bin krank. ", [new Date("2026-11-30T08:00:00Z")], now, "de");
  expect(text).toContain("Freitag, 27. November, 10:00 Uhr");
  expect(text.split("\n\n")).toHaveLength(4);
  expect(text).toContain("\n\nIch bin krank.\n\n");
  expect(text).toContain("09:00");
});

test("what is not there leaves no gap", () => {
  expect(letter(cancelled, "", [], now, "en").split("\n\n")).toHaveLength(2);
});
