import { m } from "../../../paraglide/messages.js";
import type { Language } from "../../../state/types.js";
import type { AppointmentView, SlotView, SlotWish } from "../../../state/types.js";
import { inWords, shortly } from "../../shared/dates.js";

/** How many free times are named: a choice, not a timetable. */
export const NAMED = 3;

/** The same kind of appointment; wherever there is room. */
export const wishFor = ({ kind }: AppointmentView): SlotWish => ({ kind, place: null });

/** One for each of the next days that have any, rather than three of the same morning. */
export function nextTimes(slots: readonly SlotView[], zone: string): Date[] {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: zone });
  const firsts = new Map<string, Date>();
  for (const { startsAt } of slots) {
    const key = day.format(startsAt);
    if (!firsts.has(key)) firsts.set(key, startsAt);
  }
  return [...firsts.values()].slice(0, NAMED);
}

/** What the client reads when a counsellor cancels, as a draft: whoever sends it has read it. */
export function letter(
  of: AppointmentView,
  reason: string,
  times: readonly Date[],
  now: Date,
  locale: Language,
): string {
  const said = { locale, zone: of.zone };
  const free = times.map((at) => shortly(at, now, said)).join("; ");
  return [
    m.diary_letter({ time: inWords(of.startsAt, said) }),
    reason.trim(),
    free === "" ? "" : m.diary_letter_free({ times: free }),
    m.diary_letter_book(),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}
