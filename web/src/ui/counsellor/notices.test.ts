import { expect, test } from "vitest";

import type { InboxLine, NoticeView } from "../../state/types.js";
import { openNotices, pastNotices } from "./notices.js";

const hour = (count: number): Date => new Date(Date.UTC(2026, 10, 23) + count * 3_600_000);
const notice = (id: number, kind: string, room: string, at: number): NoticeView => ({
  ...{ id, kind, room, at: hour(at) },
  seen: false,
  topic: null,
  dueAt: null,
});

function line(room: string, since: number | null): InboxLine {
  const waits = since === null ? null : hour(since);
  const dueAt = since === null ? null : hour(since + 48);
  const names = { clientName: "luisa7", counsellorName: null };
  const rest = {
    topic: "grief",
    isNew: false,
    asked: false,
    takeover: null,
    breached: false,
    contested: false,
    danger: false,
    known: false,
    wasWith: null,
    firstUntil: null,
    ...names,
  };
  return { ...rest, room, openedAt: hour(0), lastStoredAt: hour(0), waitingSince: waits, dueAt };
}

test("a room that waits has one notice, the latest", () => {
  const all = [notice(2, "reply_escalated", "a", 36), notice(1, "reply_reminder", "a", 24)];
  expect(openNotices(all, [line("a", 0)]).map(({ notice: { id } }) => id)).toEqual([2]);
});

test("an answer closes what the clock said before it, also when somebody waits again", () => {
  const reminded = [notice(1, "reply_reminder", "a", 24)];
  expect(openNotices(reminded, [line("a", null)])).toEqual([]);
  expect(openNotices(reminded, [line("a", 30)])).toEqual([]);
  expect(pastNotices(reminded, [line("a", 30)])).toEqual(reminded);
});

test("a room that a colleague has taken, and an appointment, ask for nothing", () => {
  const all = [notice(2, "reply_reminder", "elsewhere", 24), notice(1, "appointment_booked", "a", 24)];
  expect(openNotices(all, [line("a", 0)])).toEqual([]);
  expect(pastNotices(all, [line("a", 0)])).toEqual(all);
});

test("a coordinator, who has no line for the room, is pressed for as long as the notice says that somebody waits", () => {
  const warned = { ...notice(2, "promise_at_risk", "theirs", 44), topic: "grief", dueAt: hour(48) };
  const answered = { ...warned, id: 1, room: "answered", dueAt: null };
  expect(openNotices([warned, answered], [])).toEqual([{ notice: warned, dueAt: hour(48) }]);
  expect(pastNotices([warned, answered], [])).toEqual([answered]);
});

test("the least time left stands first", () => {
  const all = [notice(2, "reply_reminder", "late", 30), notice(1, "reply_reminder", "soon", 24)];
  const open = openNotices(all, [line("late", 6), line("soon", 0)]);
  expect(open.map(({ notice: { room } }) => room)).toEqual(["soon", "late"]);
});
