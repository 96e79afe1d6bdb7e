import type { InboxLine, NoticeView } from "../../state/types.js";

/** The reply clock's own notices, the later the more pressing. */
const pressing = ["reply_reminder", "reply_escalated", "promise_unattended", "promise_at_risk", "promise_broken"];

/** Something that still asks for an answer: the latest that the clock has said, and by when. */
export interface OpenNotice {
  notice: NoticeView;
  dueAt: Date;
}

/**
 * By when an answer is due, if it still is. What the clock has said about a room holds only for the wait that it was said of: an
 * answer ends it. A coordinator has no line for the room; the notice itself knows.
 */
function dueAfter({ kind, room, at, dueAt }: NoticeView, inbox: readonly InboxLine[]): Date | null {
  if (!pressing.includes(kind)) return null;
  const line = inbox.find((line) => line.room === room && line.waitingSince !== null && line.waitingSince <= at);
  return line?.dueAt ?? dueAt;
}

/** One for each room that waits, the least time left first. */
export function openNotices(notices: readonly NoticeView[], inbox: readonly InboxLine[]): OpenNotice[] {
  const byRoom = new Map<string | null, OpenNotice>();
  for (const notice of notices) {
    const dueAt = dueAfter(notice, inbox);
    if (dueAt === null) continue;
    const before = byRoom.get(notice.room);
    if (before === undefined || before.notice.id < notice.id) byRoom.set(notice.room, { notice, dueAt });
  }
  return [...byRoom.values()].sort((one, other) => one.dueAt.getTime() - other.dueAt.getTime());
}

/** All that has happened and asks for nothing any more. */
export const pastNotices = (notices: readonly NoticeView[], inbox: readonly InboxLine[]): NoticeView[] =>
  notices.filter((notice) => dueAfter(notice, inbox) === null);
