import { get, post, put } from "../net/api.js";
import type * as wire from "../wire.gen.js";
import { beginTelling, endTelling, toldAt } from "./this-browser.js";
import type { Language, Ways, WaysView } from "./types.js";
import { waysView } from "./ways-view.js";

/** How one is told outside of the page. Nothing of it stays here: it is asked for when its page is opened. */
export class OwnWays implements Ways {
  shown: WaysView | null = $state.raw(null);
  #pushKey: string | null = null;

  constructor(
    private readonly watch: <Result>(step: Promise<Result>) => Promise<Result>,
    private readonly ownDevice: boolean,
  ) {}

  load = (): Promise<void> => this.#take(get<wire.Ways>("/api/ways"));
  enterMail = (address: string, language: Language): Promise<void> =>
    this.#take(put<wire.Ways>("/api/ways/mail", { address, language }));
  confirmMail = (code: string): Promise<void> => this.#take(post<wire.Ways>("/api/ways/mail/confirmation", { code }));
  removeMail = (): Promise<void> => this.#take(post<wire.Ways>("/api/ways/mail/removal"));
  setQuiet = (quiet: WaysView["quiet"]): Promise<void> =>
    this.#take(put<wire.Ways>("/api/ways/quiet-hours", { quiet }));

  async tellHere(language: Language): Promise<void> {
    if (this.#pushKey === null) return;
    const subscription = await beginTelling(this.#pushKey);
    try {
      await this.#take(post<wire.Ways>("/api/ways/browsers", { ...subscription, language }));
    } catch (reason) {
      // A browser that asks its maker for what nobody sends would only be seen there.
      await endTelling().catch(() => undefined);
      throw reason;
    }
  }

  async removeBrowser(id: string): Promise<void> {
    const here = this.shown?.browsers.find((one) => one.id === id)?.here === true;
    await this.#take(post<wire.Ways>(`/api/ways/browsers/${id}/removal`));
    if (here) await endTelling().catch(() => undefined);
  }

  async #take(answer: Promise<wire.Ways>): Promise<void> {
    const ways = await this.watch(answer);
    const here = await toldAt().catch(() => null);
    this.#pushKey = ways.push_key;
    this.shown = waysView(ways, here, this.ownDevice);
  }
}
