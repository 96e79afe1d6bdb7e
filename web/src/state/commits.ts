import type * as wire from "../wire.gen.js";
import { post } from "../net/api.js";
import { isUnanswered } from "../net/refused.js";
import type { Change, Member, RoomLog } from "./protocol.js";

const DAY_MS = 24 * 60 * 60_000;
const LONGEST_EPOCH_MS = 7 * DAY_MS;
const MOST_MESSAGES = 500;
const SENDINGS = 2;

/** What is to be changed, judged by the room as it is now; no changes: nothing is left to do. */
export interface Wished {
  changes: readonly Change[];
  /** The member entries of those who join. */
  joining?: readonly Member[];
  /** By which address it goes, and what goes along, where it is more than a change of the room. */
  by?: { path: "give-back" | "another"; more: Record<string, string> };
}
export type Wish = (log: RoomLog) => Wished | Promise<Wished>;

/** Somebody was first, or a roster is newer than the one at hand: the same is looked at again and made anew. */
export const STARTS_AGAIN: ReadonlySet<string> = new Set([
  "commit_outdated",
  "transcript_mismatch",
  "roster_stale",
  "roster_missing",
  "member_revoked",
  "duty_outdated",
]);

/** Of a refusal by server or protocol; empty for a bug. */
export function codeOf(reason: unknown): string {
  const { code } = (reason ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : "";
}

/** Hands a commit to the server. Its answer may have got lost: the same bytes go out again and get the first answer. */
export async function sendCommit(room: string, commit: string, by?: Wished["by"]): Promise<wire.CommitPosted> {
  const path = by === undefined ? `/api/rooms/${room}/commits` : `/api/threads/${room}/${by.path}`;
  for (let sending = 1; ; sending += 1) {
    try {
      return await post<wire.CommitPosted>(path, { ...by?.more, commit });
    } catch (reason) {
      if (!isUnanswered(reason) || sending === SENDINGS) throw reason;
    }
  }
}

/** What the newest roster demands comes first, unless the wish does the same or makes it needless (T10, T41). */
export function withOverdue(wished: readonly Change[], overdue: readonly Change[]): Change[] {
  const same = (one: Change) =>
    wished.some((wish) => {
      if (one.kind === "duty_change") return wish.kind === "standby_off";
      return one.kind === "remove" && wish.kind === "remove" && one.fingerprint.join() === wish.fingerprint.join();
    });
  return [...overdue.filter((one) => !same(one)), ...wished];
}

/**
 * How long an epoch has lasted: since when, by its entry, and how many messages ago. `stored` is the server's time, as
 * appointments are: a clock of one's own that is slow must not renew the keys with every message of a live chat.
 */
export interface EpochAge {
  readonly began: number;
  readonly stored: number;
  readonly messages: number;
}

/** Why fresh keys are due: a live chat has begun since, or the epoch is old or full. Null: they are not. */
export function rotationReason(
  { began, stored, messages }: EpochAge,
  liveFrom: Date | null,
  now: number,
): string | null {
  if (liveFrom !== null && stored < liveFrom.getTime()) return "live_chat";
  if (now - began >= LONGEST_EPOCH_MS) return "week";
  return messages >= MOST_MESSAGES ? "messages" : null;
}
