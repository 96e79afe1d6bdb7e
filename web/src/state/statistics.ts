import type * as wire from "../wire.gen.js";
import { get } from "../net/api.js";

/** One month of what is counted; null where it is too little to be shown. Reply times in minutes. */
export interface MonthView {
  /** "2026-11" */
  readonly month: string;
  readonly promises: number | null;
  readonly kept: number | null;
  readonly median: number | null;
  readonly p95: number | null;
  readonly first: number | null;
  /** In percent, against the month before. */
  readonly firstChange: number | null;
  readonly live: number | null;
  readonly contested: number | null;
  readonly waived: number | null;
}

/** Of whom: everybody, a topic by its code, or an agency by its name. */
export interface ScopeView {
  readonly kind: "site" | "topic" | "agency";
  readonly id: string;
  readonly name: string;
  readonly months: readonly MonthView[];
}

export interface StatisticsView {
  readonly nextAt: Date;
  readonly smallest: number;
  readonly year: Omit<MonthView, "month" | "live" | "contested" | "waived"> & { readonly months: number };
  readonly scopes: readonly ScopeView[];
}

/** Public: nobody has to be signed in. Throws `Refused`. */
export async function readStatistics(): Promise<StatisticsView> {
  const told = await get<wire.Statistics>("/api/statistics");
  const scopes: ScopeView[] = [
    { kind: "site", id: "", name: "", months: told.site.map(monthView) },
    ...told.topics.map(({ topic, months }) => scope("topic", topic, "", months)),
    ...told.agencies.map(({ agency, name, months }) => scope("agency", agency, name, months)),
  ];
  const { months, ...year } = told.year;
  return { nextAt: new Date(told.next_at), smallest: told.smallest, year: { months, ...figures(year) }, scopes };
}

const scope = (kind: ScopeView["kind"], id: string, name: string, months: wire.MonthFigures[]): ScopeView => ({
  ...{ kind, id, name },
  months: months.map(monthView),
});

const figures = (told: Omit<wire.YearFigures, "months">) => ({
  promises: told.promises,
  kept: told.kept,
  median: told.median_minutes,
  p95: told.p95_minutes,
  first: told.first_enquiries,
  firstChange: told.first_enquiries_change,
});

const monthView = (told: wire.MonthFigures): MonthView => ({
  month: told.month,
  ...figures(told),
  live: told.live,
  contested: told.contested,
  waived: told.waived,
});
