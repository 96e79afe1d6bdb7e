import type * as wire from "../../wire.gen.js";
import type { AbsenceView, LadderView, OutlookView } from "./absence-types.js";

/** `me`: the account of whoever looks. */
export const absenceView = (one: wire.Absence, me: string): AbsenceView => ({
  id: one.id,
  account: one.account,
  name: one.name,
  mine: one.account === me,
  begins: one.begins,
  ends: one.ends,
  now: one.now,
  substitute: one.substitute,
  substituteName: one.substitute_name,
  standsInName: one.stands_in_name,
});

export const outlookView = (meant: wire.Outlook): OutlookView => ({
  appointments: meant.appointments.map(({ id, starts_at }) => ({ id, startsAt: new Date(starts_at) })),
  waiting: meant.waiting,
  standsInName: meant.stands_in_name,
  everybodyAway: meant.everybody_away,
});

export const ladderView = (one: wire.Ladder): LadderView => ({
  remind: one.remind_hours,
  escalate: one.escalate_hours,
  warn: one.warn_hours,
});
