import type { AppointmentView } from "../../../state/types.js";

/** Where an appointment stands: its live chat opens ten minutes before, and somebody has to begin it. */
export type LiveStage = "planned" | "ready" | "live" | "over";

const MINUTE = 60_000;
/** Up to here somebody who is not there is on the way. */
const LATE_MINUTES = 5;
/** From here on it is said what happens when nobody comes. */
const ALONE_MINUTES = 15;

export function liveStage({ live, endsAt, opensAt }: AppointmentView, now: Date): LiveStage {
  if (live) return "live";
  if (now >= endsAt) return "over";
  return now >= opensAt ? "ready" : "planned";
}

/** Of somebody who is there alone: null before the start, and after the end. A quarter of an hour is long. */
export function whoIsLate({ startsAt, endsAt }: AppointmentView, now: Date): "late" | "alone" | null {
  const minutes = (now.getTime() - startsAt.getTime()) / MINUTE;
  if (minutes < 0 || now >= endsAt) return null;
  return minutes < ALONE_MINUTES ? "late" : "alone";
}

/** From then on a client may say that nobody came. */
export const mayBeMissed = ({ startsAt }: AppointmentView, now: Date): boolean =>
  now.getTime() >= startsAt.getTime() + LATE_MINUTES * MINUTE;
