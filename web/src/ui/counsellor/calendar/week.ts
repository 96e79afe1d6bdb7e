import type { AbsenceView } from "../../../state/agency/absence-types.js";
import type { ExtraHours, Hours, WeeklyBlock } from "../../../state/calendar/types.js";
import type { AppointmentView } from "../../../state/types.js";
import { dayKey } from "../../shared/dates.js";

const DAY_MS = 86_400_000;
const END = 24 * 60;

/** Minutes of a wall day, from `begins` until just before `ends`. */
export interface Stretch {
  begins: number;
  ends: number;
}

export type OpenStretch = Stretch & ({ weekly: WeeklyBlock } | { extra: ExtraHours });

export interface DayOfWeek {
  /** "2026-11-23" */
  day: string;
  weekday: number;
  open: OpenStretch[];
  away: (Stretch & { absence: AbsenceView })[];
  /** Another calendar says so. */
  elsewhere: Stretch[];
  /** Weekly hours do not hold. */
  closed: { holiday: string | null } | null;
  appointments: (Stretch & { appointment: AppointmentView })[];
}

export const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

/** 0 is Monday. */
export const weekdayOf = (day: string): number => (new Date(day).getUTCDay() + 6) % 7;

export const mondayOf = (day: string): string => plusDays(day, -weekdayOf(day));

/** "09:15" is 555; "24:00" is 1440. */
export function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
}

export const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** As the server counts it (booking/model.py): by weeks from Monday on, from that of the first day. */
export function holdsOn(block: WeeklyBlock, day: string): boolean {
  if (weekdayOf(day) !== block.weekday) return false;
  if (block.first_day !== null && day < block.first_day) return false;
  if (block.last_day !== null && day > block.last_day) return false;
  if (block.first_day === null) return true;
  const weeks = (Date.parse(mondayOf(day)) - Date.parse(mondayOf(block.first_day))) / (7 * DAY_MS);
  return weeks % block.every_weeks === 0;
}

/** What of a span on the wall, "2026-11-24T09:00" to "2026-11-26T00:00", lies on that day. */
function partOn(day: string, begins: string, ends: string | null): Stretch | null {
  const next = plusDays(day, 1);
  if (begins.slice(0, 10) >= next || (ends !== null && ends <= `${day}T00:00`)) return null;
  return {
    begins: begins.startsWith(day) ? minutesOf(begins.slice(11)) : 0,
    ends: ends?.startsWith(day) ? minutesOf(ends.slice(11)) : END,
  };
}

/** What wall clocks show in the zone at an instant, as minutes of that day. */
function minutesAt(at: Date, zone: string): number {
  const clock = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: zone,
  });
  return minutesOf(clock.format(at));
}

/** What they show then, "2026-11-24T09:00". */
function wallAt(instant: string, zone: string): string {
  const at = new Date(instant);
  return `${dayKey(at, zone)}T${clockOf(minutesAt(at, zone))}`;
}

/** The seven days from a Monday on, as the calendar has them. */
export function weekFrom(
  monday: string,
  hours: Hours,
  absences: readonly AbsenceView[],
  appointments: readonly AppointmentView[],
): DayOfWeek[] {
  return Array.from({ length: 7 }, (_, weekday) => {
    const day = plusDays(monday, weekday);
    const closed = hours.closed.find((one) => one.day === day) ?? null;
    const weekly = closed === null ? hours.weekly.filter((block) => holdsOn(block, day)) : [];
    const extra = hours.extra.filter((one) => one.day === day);
    return {
      day,
      weekday,
      closed,
      open: [
        ...weekly.map((block) => ({ ...stretchOf(block), weekly: block })),
        ...extra.map((one) => ({ ...stretchOf(one), extra: one })),
      ].sort((a, b) => a.begins - b.begins),
      away: absences.flatMap((absence) => {
        const part = absence.mine ? partOn(day, absence.begins, absence.ends) : null;
        return part === null ? [] : [{ ...part, absence }];
      }),
      elsewhere: hours.elsewhere.flatMap(({ starts_at, ends_at }) => {
        const part = partOn(day, wallAt(starts_at, hours.zone), wallAt(ends_at, hours.zone));
        return part === null || part.ends <= part.begins ? [] : [part];
      }),
      appointments: appointments
        .filter((one) => one.state !== "held" && one.state !== "cancelled" && dayKey(one.startsAt, hours.zone) === day)
        .map((appointment) => {
          const begins = minutesAt(appointment.startsAt, hours.zone);
          const minutes = (appointment.endsAt.getTime() - appointment.startsAt.getTime()) / 60_000;
          return { begins, ends: Math.min(END, begins + minutes), appointment };
        }),
    };
  });
}

const stretchOf = ({ begins, ends }: { begins: string; ends: string }): Stretch => ({
  begins: minutesOf(begins),
  ends: minutesOf(ends),
});

/** From which to which full hour a week is worth being shown: the working day, and whatever lies around it. */
export function shownHours(week: readonly DayOfWeek[]): { first: number; last: number } {
  const all = week.flatMap((day) => [...day.open, ...day.appointments]);
  const first = Math.min(8 * 60, ...all.map(({ begins }) => begins));
  const last = Math.max(18 * 60, ...all.map(({ ends }) => ends));
  return { first: Math.floor(first / 60), last: Math.ceil(last / 60) };
}
