import type * as wire from "../wire.gen.js";
import type {
  AgencyView,
  AppointmentView,
  HelpCallView,
  InboxLine,
  NoticeView,
  PlaceView,
  SlotsView,
  ThreadSummary,
} from "./types.js";

const at = (instant: string): Date => new Date(instant);
export const maybeAt = (instant: string | null): Date | null => (instant === null ? null : new Date(instant));

export const threadSummary = (thread: wire.Thread): ThreadSummary => ({
  room: thread.room,
  topic: thread.topic,
  agency: thread.agency,
  agencyName: thread.agency_name,
  clientName: thread.client_name,
  counsellorName: thread.counsellor_name,
  state: thread.state,
  lastStoredAt: at(thread.last_stored_at),
  waitingSince: maybeAt(thread.waiting_since),
  dueAt: maybeAt(thread.due_at),
  breached: thread.breached,
  waived: thread.waived,
  blocked: thread.blocked,
  danger: thread.danger,
  proposed: thread.proposed ?? null,
  onward: thread.onward ?? null,
  onwardRoom: thread.onward_room ?? null,
  helpOffered: thread.help_offered ?? false,
});

export const helpCallView = ({ id, topic, due_at, ready }: wire.HelpCall): HelpCallView => ({
  ...{ id, topic, ready },
  dueAt: at(due_at),
});

export const inboxLine = (line: wire.InboxLine): InboxLine => ({
  room: line.room,
  topic: line.topic,
  isNew: line.new,
  asked: line.asked,
  takeover: line.takeover,
  counsellorName: line.counsellor_name,
  clientName: line.client_name,
  openedAt: at(line.opened_at),
  lastStoredAt: at(line.last_stored_at),
  waitingSince: maybeAt(line.waiting_since),
  dueAt: maybeAt(line.due_at),
  breached: line.breached,
  contested: line.contested,
  danger: line.danger,
  known: line.known ?? false,
  wasWith: line.was_with ?? null,
  firstUntil: maybeAt(line.first_until ?? null),
});

export const agencyView = (agency: wire.Agency, fallback: boolean): AgencyView => ({
  id: agency.id,
  name: agency.name,
  about: { de: agency.about_de, en: agency.about_en },
  address: agency.address,
  phone: agency.phone,
  fallback,
  dueAt: at(agency.due_at),
  weekly: agency.weekly,
  closed: agency.closed,
  holidays: agency.holidays,
  languages: agency.languages,
});

export const placeView = (place: wire.Place): PlaceView => ({
  id: place.id,
  name: place.name,
  address: place.address,
  addressTold: place.address_told,
  stepFree: place.step_free,
  wayIn: place.way_in,
});

export const slotsView = (answer: wire.Slots): SlotsView => ({
  kind: answer.kind,
  minutes: answer.minutes,
  zone: answer.zone,
  counsellorName: answer.counsellor_name,
  slots: answer.slots.map((slot) => ({ startsAt: at(slot.starts_at), endsAt: at(slot.ends_at) })),
  otherwiseDueAt: at(answer.otherwise_due_at),
  kinds: answer.kinds.map(({ kind, minutes, cancel_notice_minutes }) => ({
    kind,
    minutes,
    noticeMinutes: cancel_notice_minutes,
  })),
  places: answer.places.map(placeView),
  languages: answer.languages,
});

export const appointmentView = (appointment: wire.Appointment): AppointmentView => ({
  id: appointment.id,
  room: appointment.room,
  kind: appointment.kind,
  state: appointment.state,
  startsAt: at(appointment.starts_at),
  endsAt: at(appointment.ends_at),
  opensAt: at(appointment.opens_at),
  live: appointment.live,
  zone: appointment.zone,
  clientName: appointment.client_name,
  counsellorName: appointment.counsellor_name,
  missed: appointment.missed,
  counsellorMissed: appointment.counsellor_missed,
  cancelUntil: at(appointment.cancel_until),
  place: appointment.place === null ? null : placeView(appointment.place),
});

export const noticeView = (notice: wire.Notice): NoticeView => ({
  id: notice.id,
  kind: notice.kind,
  room: notice.room,
  at: at(notice.at),
  seen: notice.seen,
  topic: notice.topic ?? null,
  dueAt: typeof notice.due_at === "string" ? at(notice.due_at) : null,
});
