import { Typists } from "./typists.js";
import type { ThreadNames } from "./thread-names.js";

const TYPING_EVERY_MS = 3_000;

/** Who else has the room open right now, and who is typing; told to the others of this page, too. */
export class Company {
  present: string[] = $state.raw([]);
  typing: string[] = $state.raw([]);
  #lastSaidTyping = 0;
  readonly #typists = new Typists((accounts) => {
    this.typing = accounts.map((account) => this.names.ofAccount(account));
  });

  constructor(
    private readonly names: ThreadNames,
    private readonly sayTyping: () => void,
  ) {}

  types(account: string): void {
    this.#typists.types(account);
  }

  stopsTyping(account: string): void {
    this.#typists.stops(account);
  }

  comesOrGoes(account: string, here: boolean): void {
    const name = this.names.ofAccount(account);
    this.present = [...this.present.filter((other) => other !== name), ...(here ? [name] : [])];
    if (!here) this.#typists.stops(account);
  }

  are(accounts: string[]): void {
    this.present = accounts.map((account) => this.names.ofAccount(account));
  }

  /** This person is typing: said every few seconds. */
  iType(): void {
    const now = Date.now();
    if (now - this.#lastSaidTyping < TYPING_EVERY_MS) return;
    this.#lastSaidTyping = now;
    this.sayTyping();
  }

  /** What was typed has been sent; the next word is said at once. */
  iSent(): void {
    this.#lastSaidTyping = 0;
  }

  leave(): void {
    this.#typists.stopAll();
  }
}
