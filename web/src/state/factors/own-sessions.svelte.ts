import type * as wire from "../../wire.gen.js";
import { get, post } from "../../net/api.js";
import type { OwnSessions as OwnSessionsView, SessionView } from "./types.js";
import { sessionViews } from "./views.js";

type Watch = <Result>(step: Promise<Result>) => Promise<Result>;

/** Where somebody is logged in. */
export class OwnSessions implements OwnSessionsView {
  all: readonly SessionView[] | null = $state.raw(null);

  constructor(private readonly watch: Watch) {}

  load = (): Promise<void> => this.#show(get<wire.Sessions>("/api/sessions"));
  end = (id: string): Promise<void> => this.#show(post<wire.Sessions>(`/api/sessions/${id}/end`));
  endOthers = (): Promise<void> => this.#show(post<wire.Sessions>("/api/sessions/end-others"));

  async #show(asking: Promise<wire.Sessions>): Promise<void> {
    this.all = sessionViews(await this.watch(asking));
  }
}
