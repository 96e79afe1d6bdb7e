import type * as wire from "../wire.gen.js";
import { get, put } from "../net/api.js";
import { fromBase64url, fromHex, toBase64url, toHex } from "../crypto/text-forms.js";
import { isUnanswered, Refused } from "../net/refused.js";
import type { FileTerms } from "../crypto/files.js";
import type { Body, Bytes, DutySeed, Protocol, Reader, Verdict, Writer } from "./protocol.js";
import type { RosterShelf } from "./roster-shelf.js";
import type { Unlocked } from "./unlocked.js";

const PAGE = 200;
const REBUILDS = 3;

export type Clock = "none" | "asks" | "answers" | "needs_no_answer";
/** How an envelope gets to the server: over the live line, or over HTTP when there is none. */
export type Deliver = (message: wire.PostMessage) => Promise<wire.MessagePosted>;

/** What is said; where it depends on the epoch in which it will be sealed, how to make it. */
export type Said = Body | ((epoch: number) => Body);

export interface Told {
  position: number;
  storedAt: Date;
  verdict: Verdict;
}

export interface RoomKeys {
  room: string;
  roomShare: Bytes;
  /** Seeds of duty keys that this person holds, opened: they read an enquiry nobody has taken. */
  dutySeeds: DutySeed[];
}

/** One room as this page reads and writes it. Items are pushed strictly in order; everything waits its turn. */
export class Room {
  #turn: Promise<unknown> = Promise.resolve();
  #writer: Writer;
  /** Envelopes that went out and got no answer, by the name of the writing. */
  readonly #unanswered = new Map<string, string>();

  private constructor(
    private readonly person: Unlocked,
    private readonly keys: RoomKeys,
    private readonly shelf: RosterShelf,
    readonly reader: Reader,
    private readonly tell: (told: Told) => void,
  ) {
    this.#writer = new person.protocol.Writer(person.identity);
  }

  static async open(person: Unlocked, keys: RoomKeys, shelf: RosterShelf, tell: (told: Told) => void): Promise<Room> {
    const keyring = await get<wire.Keyring>(`/api/keyring/${keys.room}`);
    const reader = new person.protocol.Reader(fromHex(keys.room), {
      book: shelf.book,
      roomShare: keys.roomShare,
      me: person.identity,
      rootFingerprint: shelf.rootFingerprint,
      dutySeeds: keys.dutySeeds,
      keyringKey: person.open.keyringKey,
      kept: new Map(keyring.entries.map((entry) => [entry.epoch, fromBase64url(entry.sealed)])),
    });
    return new Room(person, keys, shelf, reader, tell);
  }

  get protocol(): Protocol {
    return this.person.protocol;
  }

  text = (text: string): Body => new this.person.protocol.Text(text);
  noAnswerNeeded = (): Body => new this.person.protocol.NoAnswerNeeded();
  file = (terms: FileTerms, digest: Bytes, named: { name: string; mediaType: string; text: string }): Body =>
    new this.person.protocol.FileBody(
      terms.fileId,
      named.name,
      named.mediaType,
      terms.size,
      terms.key,
      digest,
      named.text,
    );

  /** The name that the agency's newest roster certifies for a counsellor; undefined for anybody else. */
  certifiedName(fingerprint: string): string | undefined {
    const roster = this.shelf.book.newest(this.shelf.rootFingerprint);
    return roster?.certificates.find((certificate) => toHex(certificate.fingerprint) === fingerprint)?.displayName;
  }

  /** Reads everything after what has been read. */
  sync(): Promise<void> {
    return this.#inTurn(() => this.#fetchMissing());
  }

  /** Takes an item that the server pushed; fetches what lies between when it came too early. */
  take(item: wire.RoomItem): Promise<void> {
    return this.#inTurn(() => this.#push(item));
  }

  /**
   * Seals, sends and waits for the acknowledgement. `uid` names the writing across rebuilt envelopes. An envelope that
   * got no answer goes out again verbatim, because it may have been stored: the server then gives its first answer.
   */
  post(body: Said, clock: Clock, uid: Bytes, deliver: Deliver): Promise<wire.MessagePosted> {
    return this.#inTurn(async () => {
      const name = toHex(uid);
      for (let attempt = 1; ; attempt += 1) {
        const envelope = this.#unanswered.get(name) ?? (await this.#seal(body, clock, uid));
        try {
          const posted = await deliver({ room: this.keys.room, envelope });
          this.#unanswered.delete(name);
          await this.#push({ position: posted.position, stored_at: posted.stored_at, envelope });
          return posted;
        } catch (reason) {
          // The next message cannot name this one as the one before it: a new session starts a new chain.
          this.#writer = new this.person.protocol.Writer(this.person.identity);
          if (isUnanswered(reason)) this.#unanswered.set(name, envelope);
          else this.#unanswered.delete(name);
          if (attempt === REBUILDS || !mayBeRebuilt(reason)) throw reason;
          await this.#fetchMissing();
        }
      }
    });
  }

  async #seal(said: Said, clock: Clock, uid: Bytes): Promise<string> {
    const place = this.reader.place();
    const body = typeof said === "function" ? said(place.epoch) : said;
    const sealed = await this.#writer.seal(place, body, { clock, sentAt: Date.now(), uid });
    return toBase64url(sealed.envelope);
  }

  async #fetchMissing(): Promise<void> {
    for (;;) {
      const page = await get<wire.Items>(`/api/rooms/${this.keys.room}/items`, {
        after: this.reader.position,
        limit: PAGE,
      });
      const envelopes = page.items.map(({ envelope }) => fromBase64url(envelope));
      this.reader.announce(envelopes);
      for (const [index, item] of page.items.entries()) await this.#push(item, envelopes[index]);
      if (page.items.length === 0 || this.reader.position >= page.last_position) break;
    }
    await this.#keepEpochKeys();
  }

  async #push(item: wire.RoomItem, envelope = fromBase64url(item.envelope), rosterFetched = false): Promise<void> {
    const verdict = await this.reader.push(item.position, envelope);
    if (verdict.kind === "known") return;
    if (verdict.kind === "gap") return this.#fetchMissing();
    if (verdict.kind === "roster_missing" && verdict.wants !== null && !rosterFetched) {
      await this.shelf.fetch(verdict.wants.number);
      return this.#push(item, envelope, true);
    }
    this.tell({ position: item.position, storedAt: new Date(item.stored_at), verdict });
    if (verdict.kind === "commit") await this.#keepEpochKeys();
  }

  async #keepEpochKeys(): Promise<void> {
    for (const [epoch, sealed] of await this.reader.takeUnsaved()) {
      await put(`/api/keyring/${this.keys.room}/${epoch}`, { sealed: toBase64url(sealed) });
    }
  }

  #inTurn<Result>(step: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(step);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** Never stored, says the server: the same words go out once more in a new envelope. */
const mayBeRebuilt = (reason: unknown): boolean =>
  !isUnanswered(reason) &&
  reason instanceof Refused &&
  ["epoch_over", "transcript_mismatch", "envelope_broken"].includes(reason.code);
