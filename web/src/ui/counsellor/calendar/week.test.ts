import { expect, test } from "vitest";

import type { AbsenceView } from "../../../state/agency/absence-types.js";
import type { Hours, WeeklyBlock } from "../../../state/calendar/types.js";
import type { AppointmentView } from "../../../state/types.js";
import { clockOf, holdsOn, minutesOf, mondayOf, shownHours, weekFrom } from "./week.js";

const block = (more: Partial<WeeklyBlock> = {}): WeeklyBlock => ({
  weekday: 0,
  begins: "09:00",
  ends: "12:00",
  first_day: null,
  last_day: null,
  every_weeks: 1,
  ...more,
});

const hours = (more: Partial<Hours> = {}): Hours => ({
  seen: "",
  zone: "Europe/Berlin",
  wall: "2026-11-23T09:00",
  weekly: [],
  extra: [],
  kinds: [],
  agency_kinds: [],
  closed: [],
  places: false,
  elsewhere: [],
  ...more,
});

const absence = (begins: string, ends: string | null): AbsenceView => ({
  id: 1,
  account: "",
  name: "",
  mine: true,
  begins,
  ends,
  now: false,
  substitute: null,
  substituteName: null,
  standsInName: null,
});

const appointment = (startsAt: string, endsAt: string): AppointmentView => ({
  id: startsAt,
  room: "",
  kind: "chat",
  state: "booked",
  startsAt: new Date(startsAt),
  endsAt: new Date(endsAt),
  opensAt: new Date(startsAt),
  live: false,
  zone: "Europe/Berlin",
  clientName: "",
  counsellorName: "",
  missed: false,
  counsellorMissed: false,
  cancelUntil: new Date(startsAt),
  place: null,
});

test("a clock reads and writes itself, midnight at the end of a day, too", () => {
  expect([minutesOf("09:15"), minutesOf("24:00")]).toEqual([555, 1440]);
  expect([clockOf(555), clockOf(1440)]).toEqual(["09:15", "24:00"]);
});

test("a week begins on Monday, across the end of a year", () => {
  expect(mondayOf("2027-01-03")).toBe("2026-12-28");
  expect(mondayOf("2026-11-23")).toBe("2026-11-23");
});

test("every second week counts from the week of its first day, and both days are included", () => {
  const everySecond = block({ first_day: "2026-11-25", last_day: "2026-12-21", every_weeks: 2 });
  const mondays = ["2026-11-23", "2026-11-30", "2026-12-07", "2026-12-14", "2026-12-21", "2027-01-04"];
  expect(mondays.filter((day) => holdsOn(everySecond, day))).toEqual(["2026-12-07", "2026-12-21"]);
  expect(holdsOn(everySecond, "2026-12-08")).toBe(false);
});

test("on a closing day the weekly hours do not hold, and extra hours do", () => {
  const extra = { day: "2026-11-30", begins: "14:00", ends: "16:00" };
  const closed = [{ day: "2026-11-30", holiday: null }];
  const [monday] = weekFrom("2026-11-30", hours({ weekly: [block()], extra: [extra], closed }), [], []);
  expect(monday?.open).toEqual([{ begins: 840, ends: 960, extra }]);
  expect(monday?.closed).toEqual(closed[0]);
});

test("an absence of some days lies on each of them, and one without an end on all that come", () => {
  const some = weekFrom("2026-11-23", hours(), [absence("2026-11-24T13:00", "2026-11-26T00:00")], []);
  expect(some.map(({ away }) => away.map(({ begins, ends }) => [begins, ends]))).toEqual([
    [],
    [[780, 1440]],
    [[0, 1440]],
    [],
    [],
    [],
    [],
  ]);
  const open = weekFrom("2026-11-30", hours(), [absence("2026-11-24T13:00", null)], []);
  expect(open.every(({ away }) => away.length === 1)).toBe(true);
});

test("appointments stand on the day and at the time of the calendar's wall, whatever the device's is", () => {
  const late = appointment("2026-11-24T22:30:00Z", "2026-11-24T23:20:00Z");
  const week = weekFrom("2026-11-23", hours(), [], [late]);
  expect(week[1]?.appointments.map(({ begins, ends }) => [begins, ends])).toEqual([[1410, 1440]]);
});

test("what other calendars say lies on each of its days, by the calendar's wall", () => {
  const elsewhere = [{ starts_at: "2026-11-24T22:00:00Z", ends_at: "2026-11-25T08:30:00Z" }];
  const week = weekFrom("2026-11-23", hours({ elsewhere }), [], []);
  expect(week.map((day) => day.elsewhere)).toEqual([
    [],
    [{ begins: 1380, ends: 1440 }],
    [{ begins: 0, ends: 570 }],
    [],
    [],
    [],
    [],
  ]);
});

test("the working day is shown, and whatever is earlier or later", () => {
  expect(shownHours(weekFrom("2026-11-23", hours(), [], []))).toEqual({ first: 8, last: 18 });
  const early = [block({ begins: "06:30", ends: "07:00" }), block({ weekday: 3, begins: "20:00", ends: "21:15" })];
  expect(shownHours(weekFrom("2026-11-23", hours({ weekly: early }), [], []))).toEqual({ first: 6, last: 22 });
});
