import { equal, type Bytes } from "./encoding.js";
import { thStart, thStep } from "./items.js";

/** What was accepted in a room so far, valid or not, and the hash over all of it. */
export class Transcript {
  readonly #ths = new Map<number, Bytes>();
  readonly #ids = new Map<number, Bytes>();

  private constructor(
    public position: number,
    public th: Bytes,
  ) {
    this.#ths.set(position, th);
  }

  static async start(room: Bytes): Promise<Transcript> {
    return new Transcript(0, await thStart(room));
  }

  /** From a checkpoint: what lies before cannot be compared. */
  static from(position: number, th: Bytes): Transcript {
    return new Transcript(position, th);
  }

  async add(id: Bytes): Promise<void> {
    this.th = await thStep(this.th, this.position + 1, id);
    this.position += 1;
    this.#ths.set(this.position, this.th);
    this.#ids.set(this.position, id);
  }

  /** Null where this transcript cannot say. */
  idAt(position: number): Bytes | null {
    return this.#ids.get(position) ?? null;
  }

  /** Whether somebody who names this pair has seen the same room; null where this transcript cannot say. */
  agrees(position: number, th: Bytes): boolean | null {
    const mine = this.#ths.get(position);
    return mine === undefined ? null : equal(mine, th);
  }
}
