import type * as wire from "../../wire.gen.js";

/** Times are those of the wall clock in `zone`, as text: "09:00" on "2026-11-24". */
export type WeeklyBlock = wire.WeeklyBlock;
export type ExtraHours = wire.ExtraHours;
export type KindRules = wire.KindRules;
export type KindName = wire.KindRules["kind"];
export type Hours = wire.Hours;

/** All that a counsellor sets, as it would be kept. */
export interface HoursDraft {
  weekly: WeeklyBlock[];
  extra: ExtraHours[];
  kinds: KindRules[];
}

/** What a change would do. */
export interface HoursOutlook {
  outside: { id: string; startsAt: Date; already: boolean }[];
  times: { kind: KindName; before: number; after: number }[];
}

/** When and how a counsellor can be booked. All getters are reactive. */
export interface OwnCalendar {
  /** Null until it has been read. */
  readonly hours: Hours | null;
  /** Appointments that lie outside of the hours. */
  readonly outside: readonly string[];
  load(): Promise<void>;
  /** As `load` where it was read before, in silence. */
  ask(): Promise<void>;
  look(draft: HoursDraft): Promise<HoursOutlook>;
  /** `seen`: of the hours from which the draft was made. Safe to call again after a failure. */
  keep(draft: HoursDraft, seen: string): Promise<void>;
}
