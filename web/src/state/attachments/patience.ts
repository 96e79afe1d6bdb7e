import { Refused } from "../../net/refused.js";
import type { Progress } from "./errands.js";

/** Refusals that say nothing about the file: what was under way is tried again, for as long as somebody waits for it. */
const passing: Record<string, Progress["waits"]> = {
  offline: "offline",
  internal: "offline",
  unavailable: "offline",
  request_timeout: "offline",
  too_busy: "offline",
  too_many_requests: "offline",
  session_expired: "session_expired",
};
const LONGEST_PAUSE_MS = 8_000;

export const pauseAfter = (attempt: number): number => Math.min(500 * 2 ** attempt, LONGEST_PAUSE_MS);

const pass = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Does a step until it succeeds or is refused for good. `waiting` is told why it stands still, and null after that. */
export async function patiently<Result>(
  step: () => Promise<Result>,
  waiting: (why: Progress["waits"]) => void,
  pause: (milliseconds: number) => Promise<void> = pass,
): Promise<Result> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const result = await step();
      if (attempt > 0) waiting(null);
      return result;
    } catch (reason) {
      const why = reason instanceof Refused ? (passing[reason.code] ?? null) : null;
      if (why === null) throw reason;
      waiting(why);
      await pause(pauseAfter(attempt));
    }
  }
}
