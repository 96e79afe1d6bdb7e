import { equal, zero32, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { type Header } from "./message.js";
import { toHex } from "./text-forms.js";

/** Where one page of one sender stands. */
export interface Chain {
  readonly sender: Bytes;
  readonly session: Bytes;
  readonly counter: number;
  readonly id: Bytes;
  readonly seenPos: number;
}

type Link = Pick<Header, "sender" | "session" | "counter" | "prevId" | "seenPos">;

/** The chains of all sessions, last heard last. Nothing is dropped, reordered or replayed unseen (T21-T24). */
export class Chains {
  readonly #chains = new Map<string, Chain>();
  readonly #broken = new Map<string, Set<number>>();

  constructor(chains: Iterable<Chain> = []) {
    for (const chain of chains) this.#chains.set(keyOf(chain), chain);
  }

  /** True when messages before this one are missing. Raises `replayed`, `chain_broken`, `seen_falls`. */
  check(header: Link): boolean {
    const page = keyOf(header);
    const last = this.#chains.get(page);
    const next = last === undefined ? 0 : last.counter + 1;
    if (header.counter < next) throw new CryptoRefusal("replayed");
    const follows = equal(header.prevId, last?.id ?? zero32);
    if (header.counter === next && !follows) throw new CryptoRefusal("chain_broken");
    if (last !== undefined && header.seenPos < last.seenPos) throw new CryptoRefusal("seen_falls");
    const between = (counter: number) => counter >= next && counter < header.counter;
    const there = [...(this.#broken.get(page) ?? [])].filter(between).length;
    return header.counter - next > there;
  }

  /** What came broken was said then, and is not missing as well. It moves nothing: nobody vouches for it. */
  noteBroken(header: Pick<Link, "sender" | "session" | "counter">): void {
    const page = keyOf(header);
    this.#broken.set(page, (this.#broken.get(page) ?? new Set()).add(header.counter));
  }

  move({ sender, session, counter, seenPos }: Link, id: Bytes): void {
    const name = keyOf({ sender, session });
    this.#chains.delete(name);
    this.#broken.delete(name);
    this.#chains.set(name, { sender, session, counter, id, seenPos });
  }

  lastHeard(count: number): Chain[] {
    return [...this.#chains.values()].slice(-count);
  }
}

function keyOf({ sender, session }: Pick<Chain, "sender" | "session">): string {
  return `${toHex(sender)} ${toHex(session)}`;
}
