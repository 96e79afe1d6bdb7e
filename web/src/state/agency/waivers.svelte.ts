import type * as wire from "../../wire.gen.js";
import { get, post } from "../../net/api.js";
import type { Waivers, WaiverView } from "./waiver-types.js";

/** What was waived at the agency, as the server tells it to its coordinators. */
export class AgencyWaivers implements Waivers {
  view: readonly WaiverView[] | null = $state.raw(null);

  constructor(private readonly watch: <Result>(step: Promise<Result>) => Promise<Result>) {}

  async load(): Promise<void> {
    const answer = await this.watch(get<wire.Waivers>("/api/waivers"));
    this.view = answer.waivers.map(waiverView);
  }

  /** It stays at its place: what was just decided is not to jump away. */
  async review(id: number, { putBack, lift }: { putBack: boolean; lift: boolean }): Promise<void> {
    const told = await this.watch(post<wire.Waiver>(`/api/waivers/${id}/review`, { put_back: putBack, lift }));
    const reviewed = waiverView(told);
    this.view = this.view?.map((one) => (one.id === id ? reviewed : one)) ?? null;
  }
}

const waiverView = (one: wire.Waiver): WaiverView => ({
  id: one.id,
  topic: one.topic,
  reason: one.reason,
  by: one.waived_by,
  at: new Date(one.waived_at),
  dueAt: one.due_at === null ? null : new Date(one.due_at),
  blocks: one.blocks,
  reviewed: one.reviewed_at !== null,
  putBack: one.put_back_at !== null,
  lifted: one.lifted_at !== null,
});
