import type * as wire from "../wire.gen.js";
import { get, post } from "../net/api.js";
import { consentView } from "./consent-view.js";
import type { ConsentView, OwnConsent as OwnConsentView, OperatorText, TextName } from "./types.js";

type Watch = <Result>(step: Promise<Result>) => Promise<Result>;

/** What the operator has to say under that name, as paragraphs. */
export const operatorText = (name: TextName): Promise<OperatorText> => get<wire.Text>(`/api/texts/${name}`);

/** To which words a client has agreed. */
export class OwnConsent implements OwnConsentView {
  shown: ConsentView | null = $state.raw(null);

  constructor(private readonly watch: Watch) {}

  load = (): Promise<void> => this.#show(get<wire.OwnConsent>("/api/account/consent"));
  give = (version: string): Promise<void> => this.#show(post<wire.OwnConsent>("/api/account/consent", { version }));
  withdraw = (): Promise<void> => this.#show(post<wire.OwnConsent>("/api/account/consent/withdraw"));

  async #show(asking: Promise<wire.OwnConsent>): Promise<void> {
    this.shown = consentView(await this.watch(asking));
  }
}
