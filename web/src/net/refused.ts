import type { Refusal } from "../state/types.js";

/** Thrown wherever the server, the network or the protocol says no. `code` is stable; the page has the sentence. */
export class Refused extends Error implements Refusal {
  readonly code: string;
  readonly field?: string;

  constructor(code: string, field?: string) {
    super(code);
    this.name = "Refused";
    this.code = code;
    if (field !== undefined) this.field = field;
  }
}

/** The server did not answer: nothing is known about whether it acted. */
export const isUnanswered = (reason: unknown): boolean =>
  reason instanceof Refused && (reason.code === "offline" || reason.code === "internal");

/** Nor is it here: the password was right, and the second factor was not shown any more. */
export const mayBeStored = (reason: unknown): boolean =>
  isUnanswered(reason) || (reason instanceof Refused && ["factor_left", "log_in_begun_anew"].includes(reason.code));

/** Refusals that say nothing about what was asked or sent: it may be tried again as soon as that has passed. */
export const PASSING: ReadonlySet<string> = new Set([
  "offline",
  "internal",
  "unavailable",
  "request_timeout",
  "too_busy",
  "too_many_requests",
  "session_expired",
]);
