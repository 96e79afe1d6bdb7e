import type { Absences, AbsenceView, AbsenceWish, OutlookView } from "../../../state/agency/absence-types.js";
import type { HoursDraft, HoursOutlook, OwnCalendar } from "../../../state/calendar/types.js";

/** A change that is not made yet: what it would do, doing it, and taking it back. */
export interface Change {
  readonly look: () => Promise<Meant>;
  /** Gives the way back. */
  readonly make: () => Promise<() => Promise<void>>;
}

export interface Meant {
  hours: HoursOutlook | null;
  away: OutlookView | null;
}

/** Other hours. They are taken back as long as nobody has changed them since. */
export function hoursChange(calendar: OwnCalendar, draft: HoursDraft): Change {
  const before = calendar.hours;
  return {
    look: async () => ({ hours: await calendar.look(draft), away: null }),
    make: async () => {
      if (before === null) throw { code: "hours_changed" };
      await calendar.keep(draft, before.seen);
      const { weekly, extra, kinds } = before;
      const seen = calendar.hours?.seen ?? "";
      return () => calendar.keep({ weekly, extra, kinds }, seen);
    },
  };
}

/** A time of one's own in which one is not there; it is the same absence as on the page of those. */
export function absenceChange(absences: Absences, wish: AbsenceWish): Change {
  return {
    look: async () => {
      if (wish.begins !== null && wish.ends !== null && wish.ends <= wish.begins) throw { code: "absence_reversed" };
      return { hours: null, away: await absences.outlook(wish, null) };
    },
    make: async () => {
      const known = new Set(absences.view?.absences.map(({ id }) => id));
      await absences.enter(wish);
      const entered = absences.view?.absences.find(
        ({ id, mine, begins, ends }) => !known.has(id) && mine && begins === wish.begins && ends === wish.ends,
      );
      return () => (entered === undefined ? Promise.resolve() : absences.end(entered.id));
    },
  };
}

/** Ends an absence, or removes one that has not begun. Gives the way back, to the same substitute. */
export async function endAbsence(absences: Absences, one: AbsenceView): Promise<() => Promise<void>> {
  const wish = { account: null, begins: one.now ? null : one.begins, ends: one.ends, substitute: one.substitute };
  await absences.end(one.id);
  return () => absences.enter(wish);
}
