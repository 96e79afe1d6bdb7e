import type { InboxLine, NoticeView } from "../../state/types.js";

/** The reply clock's own notices, the later the more pressing. */
const pressing = ["reply_reminder", "reply_escalated", "promise_unattended", "promise_at_risk", "promise_broken"];

/** Something that still asks for an answer: the latest that the clock has said, and the line that waits. */
export interface OpenNotice {
  notice: NoticeView;
  line: InboxLine;
}

/** What the clock has said about a room holds only for the wait that it was said of: an answer ends it. */
function waitOf({ kind, room, at }: NoticeView, inbox: readonly InboxLine[]): InboxLine | undefined {
  if (!pressing.includes(kind)) return undefined;
  return inbox.find((line) => line.room === room && line.waitingSince !== null && line.waitingSince <= at);
}

/** One for each room that waits, the least time left first. */
export function openNotices(notices: readonly NoticeView[], inbox: readonly InboxLine[]): OpenNotice[] {
  const byRoom = new Map<string, OpenNotice>();
  for (const notice of notices) {
    const line = waitOf(notice, inbox);
    if (line === undefined) continue;
    const before = byRoom.get(line.room);
    if (before === undefined || before.notice.id < notice.id) byRoom.set(line.room, { notice, line });
  }
  return [...byRoom.values()].sort(
    (one, other) => (one.line.dueAt?.getTime() ?? 0) - (other.line.dueAt?.getTime() ?? 0),
  );
}

/** All that has happened and asks for nothing any more. */
export const pastNotices = (notices: readonly NoticeView[], inbox: readonly InboxLine[]): NoticeView[] =>
  notices.filter((notice) => waitOf(notice, inbox) === undefined);
