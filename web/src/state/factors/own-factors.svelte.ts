import type * as wire from "../../wire.gen.js";
import { get, post } from "../../net/api.js";
import { askForAnother } from "./second-factor.svelte.js";
import { factorsView } from "./views.js";
import type { FactorsView, OwnFactors as OwnFactorsView } from "./types.js";

type Watch = <Result>(step: Promise<Result>) => Promise<Result>;

/** What somebody who works here shows besides a password. */
export class OwnFactors implements OwnFactorsView {
  it: FactorsView | null = $state.raw(null);
  /** Made just now, and shown once. */
  spareCodes: readonly string[] = $state.raw([]);

  constructor(private readonly watch: Watch) {}

  load = (): Promise<void> => this.#show(get<wire.Factors>("/api/factors"));

  add = (): Promise<void> =>
    this.#show(post<wire.FactorOffered>("/api/factors/offer").then((offered) => askForAnother(offered)));

  remove = (id: string): Promise<void> => this.#show(post<wire.Factors>(`/api/factors/${id}/remove`));

  async replaceSpareCodes(): Promise<void> {
    const made = await this.watch(post<wire.SpareCodes>("/api/factors/spare-codes"));
    this.spareCodes = made.spare_codes;
    await this.load();
  }

  async #show(asking: Promise<wire.Factors>): Promise<void> {
    const told = await this.watch(asking);
    this.it = factorsView(told);
  }
}
