import type * as wire from "../wire.gen.js";
import { get, put } from "../net/api.js";
import { fromBase64url, fromHex, toBase64url, toHex } from "../crypto/text-forms.js";
import type { Bytes, DutySeed, Reader, Roster, Verdict } from "./protocol.js";
import type { RosterShelf } from "./roster-shelf.js";
import type { Unlocked } from "./unlocked.js";

const PAGE = 200;

export interface Told {
  position: number;
  storedAt: Date;
  verdict: Verdict;
}

export interface RoomKeys {
  readonly room: string;
  readonly roomShare: Bytes;
  /** Seeds of duty keys that this person holds, opened: they read an enquiry nobody has taken. */
  dutySeeds: DutySeed[];
}

/** One room as this page reads it. Items are pushed strictly in order; everything waits its turn. */
export class RoomReading {
  #turn: Promise<unknown> = Promise.resolve();
  /** When the epoch that holds now began: by its log entry, and by the server. */
  protected epoch = { began: 0, stored: 0 };
  /** Something shows as sealed that a key might open that comes later. */
  #sealed = false;

  /** Who is here has changed, or was read for the first time; not compared with those known before. */
  #uncompared = false;

  /** The server names items that it does not hand out. */
  onMissing: () => void = () => undefined;
  /** Compares who is here with those known before (T13); what fails is tried again with the next item. */
  onMembers: () => Promise<void> = () => Promise.resolve();

  protected constructor(
    protected readonly person: Unlocked,
    protected keys: RoomKeys,
    protected readonly shelf: RosterShelf,
    private current: Reader,
    private readonly tell: (told: Told) => void,
  ) {}

  get reader(): Reader {
    return this.current;
  }

  /** The roster by which people are judged now. */
  get roster(): Roster | null {
    return this.shelf.newest;
  }

  /** The name that a roster certifies for a counsellor, also for one who has left; undefined for anybody else. */
  certifiedName(fingerprint: string): string | undefined {
    return this.shelf.book.nameOf(fromHex(fingerprint)) ?? undefined;
  }

  /** Fetches the newest roster when the server has a newer one than this page. */
  async freshen(number: number): Promise<void> {
    if ((this.shelf.newest?.number ?? 0) < number) await this.shelf.fetchNewest();
  }

  /** Duty keys that this person was given meanwhile: what they open is read again. */
  learnDutySeeds(dutySeeds: DutySeed[]): Promise<void> {
    return this.inTurn(async () => {
      const more = dutySeeds.length > this.keys.dutySeeds.length;
      this.keys = { ...this.keys, dutySeeds };
      if (more && this.#sealed) await this.#readAgain();
    });
  }

  /** Reads everything after what has been read. */
  sync(): Promise<void> {
    return this.inTurn(() => this.fetchMissing());
  }

  /** Takes an item that the server pushed; fetches what lies between when it came too early. */
  take(item: wire.RoomItem): Promise<void> {
    return this.inTurn(() => this.push(item));
  }

  /** What the server speaks of and does not hand out is not asked for endlessly: it is said (T21). */
  protected async fetchMissing(): Promise<void> {
    for (;;) {
      const before = this.current.position;
      const page = await this.#page(before);
      const envelopes = page.items.map(({ envelope }) => fromBase64url(envelope));
      this.current.announce(envelopes);
      for (const [index, item] of page.items.entries()) await this.#take(item, envelopes[index]);
      if (this.current.position >= page.last_position) break;
      if (this.current.position > before) continue;
      this.onMissing();
      break;
    }
    await this.#keepEpochKeys();
    await this.#compareMembers();
  }

  protected async push(item: wire.RoomItem): Promise<void> {
    if ((await this.#take(item)) === "gap") await this.fetchMissing();
    else await this.#compareMembers();
  }

  /** Only at the end of what there is: on the way there people have the keys that they had then. */
  async #compareMembers(): Promise<void> {
    if (!this.#uncompared) return;
    await this.onMembers();
    this.#uncompared = false;
  }

  async #take(item: wire.RoomItem, envelope = fromBase64url(item.envelope)): Promise<"gap" | "taken"> {
    const verdict = await this.#judge(this.current, item.position, envelope);
    if (verdict.kind === "gap") return "gap";
    if (verdict.kind !== "known") await this.#taken(item, verdict);
    return "taken";
  }

  async #taken(item: wire.RoomItem, verdict: Verdict): Promise<void> {
    const told = { position: item.position, storedAt: new Date(item.stored_at), verdict };
    this.#note(told);
    this.tell(told);
    if (verdict.kind !== "commit") return;
    await this.#keepEpochKeys();
    if (this.#sealed && this.#grantsHistory(verdict)) await this.#readAgain();
  }

  async #judge(reader: Reader, position: number, envelope: Bytes): Promise<Verdict> {
    const verdict = await reader.push(position, envelope);
    if (verdict.kind !== "roster_missing" || verdict.wants === null) return verdict;
    await this.shelf.fetch(verdict.wants.number);
    return reader.push(position, envelope);
  }

  #note({ verdict: { kind, entry }, storedAt }: Told): void {
    if (kind === "sealed") this.#sealed = true;
    const begins = (kind === "genesis" || kind === "commit") && entry !== null;
    if (!begins) return;
    this.epoch = { began: entry.createdAt, stored: storedAt.getTime() };
    this.#uncompared = true;
  }

  #grantsHistory({ entry }: Verdict): boolean {
    const mine = toHex(this.person.identity.fingerprint);
    const changes = entry?.kind === "commit" ? entry.changes : [];
    return changes.some((change) => change.kind === "history_grant" && toHex(change.fingerprint) === mine);
  }

  /** From the start, with every key that has been found meanwhile: what was sealed is shown (T19). */
  async #readAgain(): Promise<void> {
    const given = givenTo(this.person, this.keys, this.shelf);
    const upTo = this.current.position;
    const reader = new this.person.protocol.Reader(fromHex(this.keys.room), {
      ...given,
      secrets: this.current.secrets,
    });
    const told: Told[] = [];
    while (reader.position < upTo) {
      const page = await this.#page(reader.position);
      if (page.items.length === 0) break;
      for (const item of page.items) {
        const verdict = await this.#judge(reader, item.position, fromBase64url(item.envelope));
        told.push({ position: item.position, storedAt: new Date(item.stored_at), verdict });
      }
    }
    this.current = reader;
    this.#sealed = false;
    for (const one of told) {
      this.#note(one);
      this.tell(one);
    }
    await this.#keepEpochKeys();
  }

  #page(after: number): Promise<wire.Items> {
    return get<wire.Items>(`/api/rooms/${this.keys.room}/items`, { after, limit: PAGE });
  }

  async #keepEpochKeys(): Promise<void> {
    for (const [epoch, sealed] of await this.current.takeUnsaved()) {
      await put(`/api/keyring/${this.keys.room}/${epoch}`, { sealed: toBase64url(sealed) });
    }
  }

  protected inTurn<Result>(step: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(step);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** Everything that this person can open a room with, but what earlier pages have kept. */
export const givenTo = (person: Unlocked, keys: RoomKeys, shelf: RosterShelf) => ({
  book: shelf.book,
  roomShare: keys.roomShare,
  me: person.identity,
  earlierKemSeeds: person.open.earlierKemSeeds,
  rootFingerprint: shelf.rootFingerprint,
  dutySeeds: keys.dutySeeds,
  keyringKey: person.open.keyringKey,
  checkpoint: person.open.checkpoint(fromHex(keys.room)),
});
