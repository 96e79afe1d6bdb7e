import type * as wire from "../../wire.gen.js";
import { get, post } from "../../net/api.js";
import type { Procedure } from "./waiver-types.js";

/** What the agency has written down for when a life is in danger. */
export class AgencyProcedure implements Procedure {
  own: { de: string; en: string } | null = $state.raw(null);

  constructor(private readonly watch: <Result>(step: Promise<Result>) => Promise<Result>) {}

  async load(): Promise<void> {
    const { de, en } = await this.watch(get<wire.Procedure>("/api/agency/procedure"));
    this.own = { de, en };
  }

  async keep(words: { de: string; en: string }): Promise<void> {
    const { de, en } = await this.watch(post<wire.Procedure>("/api/agency/procedure", words));
    this.own = { de, en };
  }
}
