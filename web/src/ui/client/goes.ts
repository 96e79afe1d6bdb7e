import type { NoticeView, ThreadSummary } from "../../state/types.js";

const NOTICE_MS = 14 * 24 * 60 * 60_000;

/** When a conversation goes by itself, if its client was told so and nothing was written since. */
export function goesAt(
  thread: Pick<ThreadSummary, "room" | "lastStoredAt">,
  notices: readonly NoticeView[],
): Date | null {
  const told = notices.filter(({ kind, room }) => kind === "thread_expires" && room === thread.room);
  const last = Math.max(...told.map(({ at }) => at.getTime()), 0);
  return last >= thread.lastStoredAt.getTime() ? new Date(last + NOTICE_MS) : null;
}
