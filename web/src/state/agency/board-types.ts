/** What coordinators see of their agency's promises. Nothing here names a client. */
import type * as wire from "../../wire.gen.js";

export interface StepView {
  kind: wire.BoardStep["kind"];
  at: Date;
}

/** Somebody who waits. */
export interface WaitingView {
  room: string;
  topic: string;
  isNew: boolean;
  /** Whose thread it is; null while nobody has taken it. */
  counsellor: string | null;
  counsellorName: string | null;
  gone: "away" | "left" | null;
  asked: string | null;
  askedName: string | null;
  /** A colleague may step in. */
  standby: boolean;
  waitingSince: Date;
  dueAt: Date;
  atRisk: boolean;
  contested: boolean;
  steps: StepView[];
}

export interface BrokenView {
  topic: string;
  counsellorName: string | null;
  waitingSince: Date;
  dueAt: Date;
  breachedAt: Date;
  running: boolean;
  steps: StepView[];
}

export interface BoardView {
  waiting: number;
  atRisk: number;
  kept: number;
  promised: number;
  lines: WaitingView[];
  broken: BrokenView[];
  colleagues: { account: string; name: string; away: boolean }[];
}

export interface ForecastDayView {
  /** "2026-11-25", by the agency's wall clock. */
  day: string;
  known: number;
  expected: number;
  replies: number | null;
  short: number;
}

export interface ForecastView {
  enough: boolean;
  shortOn: string | null;
  total: ForecastDayView[];
  topics: { topic: string; days: ForecastDayView[] }[];
}

/** All getters are reactive. */
export interface Board {
  /** Null until it has been read. */
  readonly view: BoardView | null;
  readonly forecast: ForecastView | null;
  load(): Promise<void>;
  /** As `load`, in silence, and only while somebody looks. */
  ask(): Promise<void>;
  /** Until the returned function is called, every round asks again. */
  watch(): () => void;
  /** Asks a colleague to take what waits; null: nobody any more. */
  assign(line: WaitingView, to: string | null): Promise<void>;
}
