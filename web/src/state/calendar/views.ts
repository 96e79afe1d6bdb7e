import type * as wire from "../../wire.gen.js";
import type { HoursOutlook } from "./types.js";

export const outlookView = ({ outside, times }: wire.HoursOutlook): HoursOutlook => ({
  outside: outside.map(({ id, starts_at, already }) => ({ id, startsAt: new Date(starts_at), already })),
  times,
});
