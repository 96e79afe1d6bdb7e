import type * as wire from "../../wire.gen.js";
import { get, post } from "../../net/api.js";
import { newRequestId } from "../../net/request-id.js";
import { absenceView, ladderView, outlookView } from "./absence-views.js";
import type { Absences, AbsencesView, AbsenceWish, LadderView, OutlookView } from "./absence-types.js";

const NOW: AbsenceWish = { account: null, begins: null, ends: null, substitute: null };

/** Who is away, as the server tells it to this person. */
export class AgencyAbsences implements Absences {
  view: AbsencesView | null = $state.raw(null);
  ladder: LadderView | null = $state.raw(null);
  /** The name under which a wish is sent, for as long as nobody has said that it arrived. */
  #request: { wish: string; id: string } | null = null;

  constructor(
    private readonly account: string,
    private readonly watch: <Result>(step: Promise<Result>) => Promise<Result>,
  ) {}

  async load(): Promise<void> {
    const answer = await this.watch(get<wire.Absences>("/api/absences"));
    this.view = {
      away: answer.away,
      wall: answer.wall,
      zone: answer.zone,
      coordinates: answer.coordinates,
      everybodyAway: answer.everybody_away,
      absences: answer.absences.map((one) => absenceView(one, this.account)),
      colleagues: answer.colleagues,
    };
  }

  /** As `load`. Errors are not shown: the next round asks again. */
  ask(): Promise<void> {
    return this.load().catch(() => undefined);
  }

  async outlook(wish: AbsenceWish, changed: number | null): Promise<OutlookView> {
    const named = { ...inQuery(wish), begins: wish.begins ?? this.view?.wall ?? "" };
    const query = changed === null ? named : { ...named, absence: changed };
    const meant = await this.watch(get<wire.Outlook>("/api/absences/outlook", query));
    return outlookView(meant);
  }

  async enter(wish: AbsenceWish): Promise<void> {
    const said = JSON.stringify(wish);
    if (this.#request?.wish !== said) this.#request = { wish: said, id: newRequestId() };
    await this.watch(post<wire.Absence>("/api/absences", { ...wish, request_id: this.#request.id }));
    this.#request = null;
    await this.load();
  }

  async change(id: number, { begins, ends, substitute }: AbsenceWish): Promise<void> {
    await this.watch(post<wire.Absence>(`/api/absences/${id}/change`, { begins, ends, substitute }));
    await this.load();
  }

  async end(id: number): Promise<void> {
    await this.watch(post<wire.AbsenceEnded>(`/api/absences/${id}/end`));
    await this.load();
  }

  leaveNow(): Promise<void> {
    return this.enter(NOW);
  }

  async comeBack(): Promise<void> {
    const mine = this.view?.absences.filter((one) => one.mine && one.now) ?? [];
    for (const { id } of mine) await this.watch(post<wire.AbsenceEnded>(`/api/absences/${id}/end`));
    await this.load();
  }

  async loadLadder(): Promise<void> {
    this.ladder = ladderView(await this.watch(get<wire.Ladder>("/api/agency/ladder")));
  }

  async keepLadder({ remind, escalate, warn }: LadderView): Promise<void> {
    const hours = { remind_hours: remind, escalate_hours: escalate, warn_hours: warn };
    this.ladder = ladderView(await this.watch(post<wire.Ladder>("/api/agency/ladder", hours)));
  }
}

/** What is not said is left out: a query knows no null. */
const inQuery = (wish: AbsenceWish): Record<string, string> =>
  Object.fromEntries(Object.entries(wish).filter((entry): entry is [string, string] => entry[1] !== null));
