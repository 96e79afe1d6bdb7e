import type * as wire from "../../wire.gen.js";
import { get, post } from "../../net/api.js";
import type { Intake, IntakeView } from "./intake-types.js";

/** Whether far more enquiries come than usual, and what was set aside, as the server tells it to coordinators. */
export class AgencyIntake implements Intake {
  view: IntakeView | null = $state.raw(null);

  constructor(private readonly guard: <Result>(step: Promise<Result>) => Promise<Result>) {}

  async load(): Promise<void> {
    this.view = intakeView(await this.guard(get<wire.Intake>("/api/intake")));
  }

  /** In silence, and only once somebody has looked at the board: the next round asks again. */
  async ask(): Promise<void> {
    if (this.view !== null) await this.load().catch(() => undefined);
  }

  setAside(since: Date, until: Date): Promise<number> {
    return this.#move("/api/intake/set-aside", { since: since.toISOString(), until: until.toISOString() });
  }

  takeBack(): Promise<number> {
    return this.#move("/api/intake/take-back", ever());
  }

  /** Some at a time, until none is left; what was done stays done where the line breaks off. */
  async #move(path: string, between: { since: string; until: string }): Promise<number> {
    let moved = 0;
    try {
      for (let more = true; more;) {
        const told = await this.guard(post<wire.Moved>(path, between));
        moved += told.count;
        more = told.more;
      }
    } finally {
      await this.load().catch(() => undefined);
    }
    return moved;
  }
}

const intakeView = ({ alarm_since, came, aside }: wire.Intake): IntakeView => ({
  alarmSince: alarm_since === null ? null : new Date(alarm_since),
  came,
  aside,
});

/** A device's clock may be behind the server's by some minutes. */
const ever = (): { since: string; until: string } => ({
  since: new Date(0).toISOString(),
  until: new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString(),
});
