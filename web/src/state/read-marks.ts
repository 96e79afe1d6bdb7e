import type { Verdict } from "./protocol.js";

const AFTER_MS = 1_500;

/**
 * Tells the others how far one has read, which also confirms to them that nothing is missing at the end (T22). One mark at
 * most for what somebody else wrote last, and none for a mark: two pages must not confirm each other for ever.
 */
export class ReadMarks {
  #lastOfOthers = 0;
  #seen = 0;
  #marked = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `send` gets the position up to which everything has been seen; what is lost is made good by the next mark. */
  constructor(private readonly send: (position: number) => Promise<unknown>) {}

  /** Up to where somebody else says that they have read; null where the verdict says nothing of that. */
  heard({ kind, message }: Verdict, position: number, mine: boolean): number | null {
    const body = message?.body;
    if (mine) {
      if (body?.type === "read") this.#marked = Math.max(this.#marked, body.position);
      return null;
    }
    if (body?.type === "read") return body.position;
    if (kind === "message") this.#lastOfOthers = Math.max(this.#lastOfOthers, position);
    return null;
  }

  /** The page shows everything to its end, and somebody looks at it. */
  seen(): void {
    this.#seen = this.#lastOfOthers;
    if (this.#timer !== null || this.#lastOfOthers <= this.#marked) return;
    this.#timer = setTimeout(() => void this.#mark(), AFTER_MS);
  }

  /** Nobody looks any more: what had no time to be read was not. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #mark(): Promise<void> {
    this.#timer = null;
    const position = this.#seen;
    if (position <= this.#marked) return;
    this.#marked = position;
    await this.send(position).catch(() => undefined);
  }
}
