const ROUND_MS = 20_000;
/** Every how many rounds, when nobody looks at the page. */
const HIDDEN_EVERY = 6;

/** What a page asks for again and again, less often when nobody looks at it, and at once when somebody does again. */
export class Rounds {
  #count = 0;
  #going: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly ask: () => void) {
    globalThis.document?.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.ask();
    });
  }

  begin(): void {
    this.#going ??= setInterval(() => this.#next(), ROUND_MS);
  }

  end(): void {
    clearInterval(this.#going);
    this.#going = undefined;
  }

  #next(): void {
    this.#count += 1;
    if (document.visibilityState === "visible" || this.#count % HIDDEN_EVERY === 0) this.ask();
  }
}
