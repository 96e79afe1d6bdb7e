import { describe, expect, it } from "vitest";

import { rotationReason, withOverdue } from "./commits.js";
import type { Change } from "./protocol.js";

const day = 24 * 60 * 60_000;
const now = Date.parse("2026-06-10T12:00:00Z");
const remove = (name: number): Change => ({ kind: "remove", fingerprint: new Uint8Array(32).fill(name) });

describe("fresh keys are due", () => {
  it("after seven days, after 500 messages, and not before", () => {
    expect(rotationReason({ began: now - 7 * day, stored: 0, messages: 0 }, null, now)).toBe("week");
    expect(rotationReason({ began: now - 7 * day + 1, stored: 0, messages: 499 }, null, now)).toBeNull();
    expect(rotationReason({ began: now, stored: 0, messages: 500 }, null, now)).toBe("messages");
  });

  it("once in each live chat", () => {
    const opens = new Date(now - day);
    expect(rotationReason({ began: now, stored: opens.getTime() - 1, messages: 0 }, opens, now)).toBe("live_chat");
    expect(rotationReason({ began: now - 2 * day, stored: opens.getTime(), messages: 0 }, opens, now)).toBeNull();
  });
});

describe("what the newest roster demands", () => {
  it("comes before what is wished for, and once", () => {
    expect(withOverdue([remove(1)], [remove(1), remove(2)])).toEqual([remove(2), remove(1)]);
  });

  it("puts no duty key in that the client is just removing", () => {
    const off: Change = { kind: "standby_off" };
    expect(withOverdue([off], [{ kind: "duty_change", generation: 2 }])).toEqual([off]);
  });
});
