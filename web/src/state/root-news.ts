import type { Protocol, Roster } from "./protocol.js";
import type { Readership } from "./types.js";

/** For so long a conversation says that the agency has replaced its root. */
const TOLD_MS = 30 * 24 * 60 * 60_000;

/** A root that came after a lost or stolen one blocks nobody, but people are told. Null: there is nothing to tell. */
export function rootNews(protocol: Protocol, roster: Roster | null, now: number): Readership["rootReplaced"] {
  const newest = roster === null ? null : protocol.latestSuccession(roster.root);
  if (newest === null || now - newest.createdAt > TOLD_MS) return null;
  return { reason: newest.reason, at: new Date(newest.createdAt) };
}
