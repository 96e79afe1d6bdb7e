import type * as wire from "../wire.gen.js";
import { get, post } from "../net/api.js";
import type { EnquiryDraft } from "./enquiry.svelte.js";
import type { HelpCallView, HelpView, Neighbours } from "./types.js";
import { agencyView, helpCallView } from "./views.js";

/** Other agencies of the region, which are asked before a promise is broken, if the client wants that. */
export class OwnNeighbours implements Neighbours {
  calls: HelpCallView[] = $state.raw([]);
  /** As last told, with root and roster. */
  #agencies: readonly wire.Agency[] = [];

  constructor(
    private readonly draft: EnquiryDraft,
    private readonly watch: <Result>(step: Promise<Result>) => Promise<Result>,
  ) {}

  async read(room: string): Promise<HelpView> {
    return this.#shown(await this.watch(get<wire.Help>(`/api/threads/${room}/help`)));
  }

  async wish(room: string, wished: boolean): Promise<HelpView> {
    return this.#shown(await this.watch(post<wire.Help>(`/api/threads/${room}/help`, { wished })));
  }

  async choose(id: string): Promise<void> {
    await this.draft.chooseAmong(this.#agencies, id);
  }

  async loadCalls(): Promise<void> {
    const { calls } = await this.watch(get<wire.HelpCalls>("/api/help-calls"));
    this.calls = calls.map(helpCallView);
  }

  async sayReady(id: string): Promise<void> {
    await this.watch(post<wire.Ready>(`/api/help-calls/${id}/ready`));
    await this.loadCalls();
  }

  #shown({ wished, due, neighbours }: wire.Help): HelpView {
    this.#agencies = neighbours.map(({ agency }) => agency);
    return { wished, due, agencies: neighbours.map(({ agency, ready }) => ({ ...agencyView(agency, false), ready })) };
  }
}
