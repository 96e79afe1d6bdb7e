import { get, post } from "../../net/api.js";
import type * as wire from "../../wire.gen.js";
import { outlookView } from "./views.js";
import type { Hours, HoursDraft, HoursOutlook, OwnCalendar } from "./types.js";

const PATH = "/api/calendar/hours";

/** One's own hours as the server keeps them. Throws `Refused`. */
export class CounsellorCalendar implements OwnCalendar {
  hours: Hours | null = $state.raw(null);
  outside: readonly string[] = $state.raw([]);

  constructor(private readonly watch: <Result>(step: Promise<Result>) => Promise<Result>) {}

  async load(): Promise<void> {
    await this.#learn(await this.watch(get<wire.Hours>(PATH)));
  }

  ask(): Promise<void> {
    return this.hours === null ? Promise.resolve() : this.load().catch(() => undefined);
  }

  async look(draft: HoursDraft): Promise<HoursOutlook> {
    return outlookView(await this.watch(post<wire.HoursOutlook>(`${PATH}/preview`, draft)));
  }

  async keep(draft: HoursDraft, seen: string): Promise<void> {
    await this.#learn(await this.watch(post<wire.Hours>(PATH, { ...draft, seen })));
  }

  /** What lies outside is told by the same rule that tells it beforehand. It is not worth a refusal. */
  async #learn(hours: Hours): Promise<void> {
    this.hours = hours;
    const { weekly, extra, kinds } = hours;
    const now = await this.look({ weekly, extra, kinds }).catch(() => null);
    if (now !== null && this.hours === hours) this.outside = now.outside.map(({ id }) => id);
  }
}
