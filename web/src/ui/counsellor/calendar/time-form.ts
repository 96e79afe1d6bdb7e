import type { AbsenceWish } from "../../../state/agency/absence-types.js";
import type { ExtraHours, Hours, HoursDraft, WeeklyBlock } from "../../../state/calendar/types.js";
import { clockOf, plusDays, weekdayOf, type OpenStretch } from "./week.js";

export type What = "weekly" | "once" | "away";

/** What stands in the form, as fields want it: times as "09:00", days as "2026-11-24", nothing as "". */
export interface TimeForm {
  what: What;
  weekday: number;
  day: string;
  begins: string;
  ends: string;
  everyWeeks: number;
  firstDay: string;
  lastDay: string;
  awayBegins: string;
  awayEnds: string;
}

/** What is about to be changed. `replaces`: that stands there already; null: something new. */
export interface Opened {
  form: TimeForm;
  replaces: OpenStretch | null;
  /** On which day of the shown week it was taken up. */
  day: string | null;
}

export const draftOf = ({ weekly, extra, kinds }: Hours): HoursDraft => ({ weekly, extra, kinds });

/** A new time on that day, from minute to minute. */
export function newTime(day: string, begins: number, ends: number): Opened {
  return { form: formAt(day, begins, ends), replaces: null, day };
}

function formAt(day: string, begins: number, ends: number): TimeForm {
  return {
    what: "weekly",
    weekday: weekdayOf(day),
    day,
    begins: clockOf(begins),
    ends: fieldOf(clockOf(ends)),
    everyWeeks: 1,
    firstDay: "",
    lastDay: "",
    awayBegins: `${day}T${clockOf(begins)}`,
    awayEnds: ends >= 1440 ? `${plusDays(day, 1)}T00:00` : `${day}T${clockOf(ends)}`,
  };
}

/** What stands there, with other times or on another day if it was moved. */
export function changeOf(stretch: OpenStretch, day: string, begins = stretch.begins, ends = stretch.ends): Opened {
  const form = formAt(day, begins, ends);
  if ("extra" in stretch) return { form: { ...form, what: "once" }, replaces: stretch, day };
  const { first_day, last_day, every_weeks } = stretch.weekly;
  const more = { everyWeeks: every_weeks, firstDay: first_day ?? "", lastDay: last_day ?? "" };
  return { form: { ...form, ...more }, replaces: stretch, day };
}

/** "24:00" is no time to a field, and "00:00" is no end to a block: both are midnight. */
const fieldOf = (ends: string): string => (ends === "24:00" ? "00:00" : ends);
const endOf = (field: string): string => (field === "00:00" ? "24:00" : field);

const weeklyBlock = (form: TimeForm, today: string): WeeklyBlock => ({
  weekday: form.weekday,
  begins: form.begins,
  ends: endOf(form.ends),
  // Weeks are counted from a first day.
  first_day: form.firstDay !== "" ? form.firstDay : form.everyWeeks > 1 ? today : null,
  last_day: form.lastDay === "" ? null : form.lastDay,
  every_weeks: form.everyWeeks,
});

const extraHours = ({ day, begins, ends }: TimeForm): ExtraHours => ({ day, begins, ends: endOf(ends) });

/** All hours without that one. Throws a refusal where it stands there no more: another device has changed it. */
export function without(hours: Hours, replaced: OpenStretch | null): HoursDraft {
  const draft = draftOf(hours);
  if (replaced === null) return draft;
  if ("weekly" in replaced) return { ...draft, weekly: butOne(draft.weekly, replaced.weekly) };
  return { ...draft, extra: butOne(draft.extra, replaced.extra) };
}

function butOne<One>(all: readonly One[], one: One): One[] {
  const said = JSON.stringify(one);
  const others = all.filter((other) => JSON.stringify(other) !== said);
  if (others.length === all.length) throw { code: "hours_changed" };
  return others;
}

/** All hours with what the form says, in place of what it replaces. */
export function withForm(hours: Hours, form: TimeForm, replaced: OpenStretch | null): HoursDraft {
  const draft = without(hours, replaced);
  if (form.what === "weekly")
    return { ...draft, weekly: [...draft.weekly, weeklyBlock(form, hours.wall.slice(0, 10))] };
  return { ...draft, extra: [...draft.extra, extraHours(form)] };
}

export const awayWish = ({ awayBegins, awayEnds }: TimeForm): AbsenceWish => ({
  account: null,
  begins: awayBegins === "" ? null : awayBegins,
  ends: awayEnds === "" ? null : awayEnds,
  substitute: null,
});
