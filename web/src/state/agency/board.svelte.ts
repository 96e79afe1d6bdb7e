import type * as wire from "../../wire.gen.js";
import { get, post } from "../../net/api.js";
import { serverTime } from "../server-time.svelte.js";
import type { Board, BoardView, BrokenView, ForecastView, StepView, WaitingView } from "./board-types.js";

/** Whether the agency's promises are kept, as the server tells it to its coordinators. */
export class AgencyBoard implements Board {
  view: BoardView | null = $state.raw(null);
  forecast: ForecastView | null = $state.raw(null);
  #watched = 0;

  constructor(private readonly guard: <Result>(step: Promise<Result>) => Promise<Result>) {}

  async load(): Promise<void> {
    const [board, forecast] = await this.guard(
      Promise.all([get<wire.Board>("/api/board"), get<wire.Forecast>("/api/board/forecast")]),
    );
    serverTime.learn(board.server_time);
    this.view = boardView(board);
    this.forecast = {
      enough: forecast.enough,
      shortOn: forecast.short_on,
      total: forecast.total,
      topics: forecast.topics,
    };
  }

  /** Errors are not shown: the next round asks again. */
  async ask(): Promise<void> {
    if (this.#watched > 0) await this.load().catch(() => undefined);
  }

  watch(): () => void {
    this.#watched += 1;
    return () => {
      this.#watched -= 1;
    };
  }

  async assign({ room, asked }: WaitingView, to: string | null): Promise<void> {
    try {
      await this.guard(post<wire.Assigned>(`/api/threads/${room}/assign`, { to, asked }));
    } finally {
      // Also where it was refused: the board was older than what has happened.
      await this.load();
    }
  }
}

const stepView = (one: wire.BoardStep): StepView => ({ kind: one.kind, at: new Date(one.at) });

const waitingView = (one: wire.WaitingPromise): WaitingView => ({
  room: one.room,
  topic: one.topic,
  isNew: one.new,
  counsellor: one.counsellor,
  counsellorName: one.counsellor_name,
  gone: one.gone,
  asked: one.asked,
  askedName: one.asked_name,
  standby: one.standby,
  waitingSince: new Date(one.waiting_since),
  dueAt: new Date(one.due_at),
  atRisk: one.at_risk,
  contested: one.contested,
  steps: one.steps.map(stepView),
});

const brokenView = (one: wire.BrokenPromise): BrokenView => ({
  topic: one.topic,
  counsellorName: one.counsellor_name,
  waitingSince: new Date(one.waiting_since),
  dueAt: new Date(one.due_at),
  breachedAt: new Date(one.breached_at),
  running: one.running,
  steps: one.steps.map(stepView),
});

const boardView = (one: wire.Board): BoardView => ({
  waiting: one.waiting,
  atRisk: one.at_risk,
  kept: one.kept,
  promised: one.promised,
  lines: one.lines.map(waitingView),
  broken: one.broken.map(brokenView),
  colleagues: one.colleagues,
});
