import { expect, test } from "vitest";

import type { Hours, WeeklyBlock } from "../../../state/calendar/types.js";
import { awayWish, changeOf, newTime, without, withForm } from "./time-form.js";

const monday: WeeklyBlock = {
  weekday: 0,
  begins: "09:00",
  ends: "12:00",
  first_day: null,
  last_day: null,
  every_weeks: 1,
};
const extra = { day: "2026-11-28", begins: "18:00", ends: "24:00" };
const hours: Hours = {
  seen: "",
  zone: "Europe/Berlin",
  wall: "2026-11-23T09:00",
  weekly: [monday],
  extra: [extra],
  kinds: [],
  agency_kinds: [],
  closed: [],
  places: false,
  elsewhere: [],
};
const block = { begins: 540, ends: 720, weekly: monday };

test("a time that is drawn in a day is a weekly time of that weekday, and nothing else has changed", () => {
  const { form } = newTime("2026-11-25", 840, 960);
  const wednesday = { ...monday, weekday: 2, begins: "14:00", ends: "16:00" };
  expect(withForm(hours, form, null)).toEqual({ weekly: [monday, wednesday], extra: [extra], kinds: [] });
});

test("what is moved to another day replaces what it was, and keeps its weeks", () => {
  const everySecond = { ...block, weekly: { ...monday, first_day: "2026-11-23", every_weeks: 2 } };
  const { form, replaces } = changeOf(everySecond, "2026-11-24", 600, 780);
  const moved = withForm({ ...hours, weekly: [everySecond.weekly] }, form, replaces);
  expect(moved.weekly).toEqual([{ ...everySecond.weekly, weekday: 1, begins: "10:00", ends: "13:00" }]);
});

test("a weekly time can become one of a single day", () => {
  const { form, replaces } = changeOf(block, "2026-11-23");
  const changed = withForm(hours, { ...form, what: "once" }, replaces);
  expect(changed.weekly).toEqual([]);
  expect(changed.extra).toEqual([extra, { day: "2026-11-23", begins: "09:00", ends: "12:00" }]);
});

test("midnight is 00:00 in a field and 24:00 in the calendar", () => {
  const { form, replaces } = changeOf({ begins: 1080, ends: 1440, extra }, "2026-11-28");
  expect(form.ends).toBe("00:00");
  expect(withForm(hours, form, replaces).extra).toEqual([extra]);
  expect(awayWish(newTime("2026-11-28", 1080, 1440).form)).toMatchObject({ ends: "2026-11-29T00:00" });
});

test("every second week counts from today where no first day is said", () => {
  const { form } = newTime("2026-11-25", 840, 960);
  expect(withForm(hours, { ...form, everyWeeks: 2 }, null).weekly[1]).toMatchObject({ first_day: "2026-11-23" });
});

test("what is removed is that and nothing else", () => {
  expect(without(hours, block)).toEqual({ weekly: [], extra: [extra], kinds: [] });
  expect(without(hours, { begins: 1080, ends: 1440, extra })).toEqual({ weekly: [monday], extra: [], kinds: [] });
});

test("what another device has changed meanwhile is not replaced by what stood here", () => {
  expect(() => without({ ...hours, weekly: [] }, block)).toThrow(expect.objectContaining({ code: "hours_changed" }));
});
