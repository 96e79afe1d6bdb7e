import { expect, test } from "vitest";

import { mayBeTheClock } from "../ui/shared/refusals.js";
import { serverTime } from "./server-time.svelte.js";

const HOUR_MS = 60 * 60_000;
const learn = (aheadMs: number): void => serverTime.learn(new Date(Date.now() + aheadMs).toISOString());

test("a device that is more than a day off is told both dates, and one that is hours off nothing", () => {
  for (const hours of [-7 * 24, -25, 25, 7 * 24]) {
    learn(hours * HOUR_MS);
    const { device, server } = serverTime.apart ?? { device: new Date(0), server: new Date(0) };
    expect(Math.round((server.getTime() - device.getTime()) / HOUR_MS)).toBe(hours);
  }
  for (const hours of [-23, 0, 23]) {
    learn(hours * HOUR_MS);
    expect(serverTime.apart).toBeNull();
  }
});

test("only what holds for a time is refused because of a wrong date", () => {
  for (const code of ["roster_expired", "not_certified", "commit_inconsistent"])
    expect(mayBeTheClock({ code })).toBe(true);
  for (const code of ["wrong_credentials", "message_empty", "offline"]) expect(mayBeTheClock({ code })).toBe(false);
});
