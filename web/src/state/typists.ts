const TYPING_LASTS_MS = 6_000;

/** Who is typing: somebody who has not said so for six seconds has stopped. */
export class Typists {
  readonly #until = new Map<string, ReturnType<typeof setTimeout>>();

  /** `changed` gets the account ids of those who type now. */
  constructor(private readonly changed: (accounts: string[]) => void) {}

  types(account: string): void {
    clearTimeout(this.#until.get(account));
    this.#until.set(
      account,
      setTimeout(() => this.stops(account), TYPING_LASTS_MS),
    );
    this.#tell();
  }

  stops(account: string): void {
    clearTimeout(this.#until.get(account));
    if (this.#until.delete(account)) this.#tell();
  }

  stopAll(): void {
    for (const account of [...this.#until.keys()]) this.stops(account);
  }

  #tell(): void {
    this.changed([...this.#until.keys()]);
  }
}
