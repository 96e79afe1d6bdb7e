import { expect, test } from "vitest";

import type { NoticeView } from "../../state/types.js";
import { goesAt } from "./goes.js";

const told = (at: string, room = "a", kind = "thread_expires"): NoticeView => ({
  ...{ id: 1, kind, room, seen: true, topic: null, dueAt: null },
  at: new Date(at),
});
const thread = { room: "a", lastStoredAt: new Date("2026-08-01T10:00:00Z") };

test("a conversation goes two weeks after the last time that this was said", () => {
  const notices = [told("2027-02-01T10:00:00Z"), told("2027-03-01T10:00:00Z"), told("2027-06-01T10:00:00Z", "b")];
  expect(goesAt(thread, notices)).toEqual(new Date("2027-03-15T10:00:00Z"));
});

test("what was written since keeps it, and other notices say nothing of it", () => {
  expect(goesAt(thread, [told("2026-07-31T10:00:00Z")])).toBeNull();
  expect(goesAt(thread, [told("2027-02-01T10:00:00Z", "a", "enquiry_taken")])).toBeNull();
  expect(goesAt(thread, [])).toBeNull();
});
