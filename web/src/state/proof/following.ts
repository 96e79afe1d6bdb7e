import type * as wire from "../../wire.gen.js";
import { fromBase64url, toHex } from "../../crypto/text-forms.js";
import { equal } from "../../crypto/encoding.js";
import type { Bytes, JournalHead, Protocol } from "../protocol.js";

/** A head stands after at most so many entries: docs/guarantee.md. */
const ENTRIES_TO_A_HEAD = 500;

/** What must stand in the journal, and where by the server's own word. */
export interface Wanted {
  readonly number: number;
  readonly entry: Bytes;
}

export class JournalBroken extends Error {
  constructor(
    readonly how: "rewritten" | "lacks",
    reason: string,
    /** Of the entry that is lacking. */
    readonly number: number | null = null,
  ) {
    super(reason);
  }
}

/** What was seen: the newest head that a chain led to, and which of the wanted entries lie before one. */
export interface Followed {
  readonly head: JournalHead | null;
  readonly found: ReadonlySet<number>;
}

interface Journal {
  readonly agency: Bytes;
  readonly key: Bytes;
  readonly page: (after: number) => Promise<wire.Journal>;
}

/**
 * Follows an agency's journal from what this person knows of it, at most so many pages: each entry must lead to the next
 * head, and every head known before must lie on the way. Throws `JournalBroken`.
 */
export async function follow(
  protocol: Protocol,
  journal: Journal,
  known: readonly JournalHead[],
  wanted: readonly Wanted[],
  mostPages: number,
): Promise<Followed> {
  const walk = new Walk(protocol, journal, known, wanted);
  let after = await walk.begin();
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await journal.page(after);
    await walk.take(after, page);
    after += page.entries.length;
    if (after >= page.last) break;
  }
  return walk.seen();
}

class Walk {
  /** Null while no head has said where the chain stands. */
  #link: Bytes | null = null;
  #head: JournalHead | null = null;
  #unvouched: number[] = [];
  readonly #found = new Set<number>();
  readonly #known: ReadonlyMap<number, JournalHead>;
  readonly #wanted: ReadonlyMap<number, Wanted>;

  constructor(
    private readonly protocol: Protocol,
    private readonly journal: Journal,
    known: readonly JournalHead[],
    wanted: readonly Wanted[],
  ) {
    this.#known = new Map(known.map((head) => [head.number, head]));
    this.#wanted = new Map(wanted.map((one) => [one.number, one]));
    const doubled = known.find((head) => !equal(head.link, this.#known.get(head.number)?.link ?? head.link));
    if (doubled !== undefined) broken("rewritten", `two journals were shown at number ${doubled.number}`);
  }

  /** After which entry to begin: the known head itself is asked for once more. */
  async begin(): Promise<number> {
    const heads = [...this.#known.keys()].map((number) => number - 1);
    const entries = [...this.#wanted.keys()].map((number) => number - 1 - ENTRIES_TO_A_HEAD);
    const [oldest, first] = [Math.min(...heads), Math.min(...this.#wanted.keys())];
    const after = first > oldest + 1 ? oldest : Math.max(0, Math.min(...heads, ...entries));
    if (after === 0) this.#link = await this.protocol.journalStart(this.journal.agency);
    return after;
  }

  async take(after: number, page: wire.Journal): Promise<void> {
    if (page.agency !== toHex(this.journal.agency) || page.after !== after) broken("rewritten", "another was shown");
    const furthest = Math.max(0, ...this.#known.keys());
    if (page.last < furthest) broken("rewritten", `entries up to number ${furthest} were there before`);
    for (const number of this.#wanted.keys())
      if (number > page.last) broken("lacks", `there is no entry of number ${number}`, number);
    if (page.entries.length === 0 && after < page.last) broken("rewritten", `what comes after ${after} is kept back`);
    const heads = new Map(page.heads.map((raw) => this.#headIn(raw)).map((head) => [head.number, head]));
    for (const [at, raw] of page.entries.entries()) {
      await this.#step(after + at + 1, fromBase64url(raw), heads.get(after + at + 1));
    }
    // A signature takes a thousand times as long as a link: only what is kept has to be vouched for.
    if (this.#head !== null) await this.#verify(this.#head);
  }

  seen(): Followed {
    return { head: this.#head, found: this.#found };
  }

  async #step(number: number, entry: Bytes, head: JournalHead | undefined): Promise<void> {
    if (this.#link !== null) this.#link = await this.protocol.journalLink(this.#link, number, entry);
    else if (head !== undefined) {
      await this.#verify(head);
      this.#link = head.link;
    }
    this.#compare(number, entry);
    if (head === undefined) return;
    if (this.#link !== null && !equal(this.#link, head.link))
      broken("rewritten", `the head of ${number} has another link`);
    this.#head = head;
    if (this.#unvouched.length === 0) return;
    await this.#verify(head);
    for (const one of this.#unvouched.splice(0)) this.#found.add(one);
  }

  #compare(number: number, entry: Bytes): void {
    const known = this.#known.get(number);
    if (known !== undefined && (this.#link === null || !equal(this.#link, known.link)))
      broken("rewritten", `up to number ${number} it was another one`);
    const wanted = this.#wanted.get(number);
    if (wanted === undefined) return;
    if (this.#link === null || !equal(entry, wanted.entry))
      broken("lacks", `the entry of number ${number} is another`, number);
    this.#unvouched.push(number);
  }

  #headIn(raw: string): JournalHead {
    try {
      const head = this.protocol.journalHeadIn(fromBase64url(raw));
      if (equal(head.agency, this.journal.agency)) return head;
    } catch {
      // Said below: whatever is wrong with it, it is none.
    }
    return broken("rewritten", "a head is not one of this journal");
  }

  async #verify(head: JournalHead): Promise<void> {
    await this.protocol
      .verifyJournalHead(head, this.journal.key)
      .catch(() => broken("rewritten", `the head of ${head.number} was not signed by this server`));
  }
}

function broken(how: JournalBroken["how"], reason: string, number: number | null = null): never {
  throw new JournalBroken(how, reason, number);
}
