import type * as wire from "../wire.gen.js";
import { get } from "../net/api.js";
import { fromBase64url, fromHex, toBase64url, toHex } from "../crypto/text-forms.js";
import { isUnanswered, Refused } from "../net/refused.js";
import type { FileTerms } from "../crypto/files.js";
import { codeOf, rotationReason, sendCommit, STARTS_AGAIN, withOverdue, type Wish, type Wished } from "./commits.js";
import type { Body, Bytes, Change, Member, Protocol, Reader, RoomLog, Writer } from "./protocol.js";
import { givenTo, RoomReading, type RoomKeys, type Told } from "./room-reading.js";
import type { RosterShelf } from "./roster-shelf.js";
import type { Unlocked } from "./unlocked.js";

const REBUILDS = 3;
const CHANGES = 5;

export type Clock = "none" | "asks" | "answers" | "needs_no_answer";
/** How an envelope gets to the server: over the live line, or over HTTP when there is none. */
export type Deliver = (message: wire.PostMessage) => Promise<wire.MessagePosted>;

/** What is said; where it depends on the epoch in which it will be sealed, how to make it. */
export type Said = Body | ((epoch: number) => Body);

/** An envelope that may have arrived, and where it is kept until the server has answered for it. */
export interface Kept {
  readonly envelope: string | null;
  keep(envelope: string | null): Promise<void>;
}

/** One room as this page reads, writes and changes it. */
export class Room extends RoomReading {
  #writer: Writer;
  /** Envelopes that went out and got no answer, where nobody else keeps them; by the name of the writing. */
  readonly #unanswered = new Map<string, string>();
  /** Since when a live chat is on, if one is: it begins with fresh keys. */
  liveFrom: () => Date | null = () => null;
  /** Asked before anything is sealed or sent, after everything has been read: throws while an alarm stands. */
  permit: () => void = () => undefined;

  private constructor(
    person: Unlocked,
    keys: RoomKeys,
    shelf: RosterShelf,
    reader: Reader,
    tell: (told: Told) => void,
  ) {
    super(person, keys, shelf, reader, tell);
    this.#writer = new person.protocol.Writer(person.identity);
  }

  static async open(person: Unlocked, keys: RoomKeys, shelf: RosterShelf, tell: (told: Told) => void): Promise<Room> {
    const keyring = await get<wire.Keyring>(`/api/keyring/${keys.room}`);
    const kept = new Map(keyring.entries.map((entry) => [entry.epoch, fromBase64url(entry.sealed)]));
    const reader = new person.protocol.Reader(fromHex(keys.room), { ...givenTo(person, keys, shelf), kept });
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

  /**
   * One commit that does what is wished for and what the newest roster demands (T10, T41). Whoever was not first looks
   * again whether it is still wanted, and starts anew with a fresh secret. False when there was nothing to do.
   */
  change(wish: Wish): Promise<boolean> {
    return this.inTurn(async () => {
      await this.fetchMissing();
      return this.#change(wish);
    });
  }

  /** What is due before anybody writes: the revoked out, the newest duty key in, one's own newest key, fresh keys in time. */
  settle(): Promise<void> {
    return this.inTurn(() => this.#settle());
  }

  /**
   * Seals, sends and waits for the acknowledgement. `uid` names the writing across rebuilt envelopes. An envelope that
   * got no answer goes out again verbatim, because it may have been stored: the server then gives its first answer.
   */
  post(body: Said, clock: Clock, uid: Bytes, deliver: Deliver, given?: Kept): Promise<wire.MessagePosted> {
    return this.inTurn(async () => {
      const kept = given ?? this.#inMemory(toHex(uid));
      let { envelope } = kept;
      for (let attempt = 1; ; attempt += 1) {
        try {
          this.permit();
          if (envelope === null) {
            await this.#settle();
            envelope = await this.#seal(body, clock, uid);
            await kept.keep(envelope);
          }
          this.permit();
          const posted = await deliver({ room: this.keys.room, envelope });
          await this.push({ position: posted.position, stored_at: posted.stored_at, envelope });
          this.#unanswered.delete(toHex(uid));
          return posted;
        } catch (reason) {
          // The next message cannot name this one as the one before it: a new session starts a new chain.
          this.#writer = new this.person.protocol.Writer(this.person.identity);
          if (envelope !== null && isNeverStored(reason)) await kept.keep((envelope = null));
          if (attempt === REBUILDS || !mayBeRebuilt(reason)) throw reason;
          if (codeOf(reason) === "duty_outdated") await this.shelf.fetchNewest();
          await this.fetchMissing();
        }
      }
    });
  }

  #inMemory(name: string): Kept {
    return {
      envelope: this.#unanswered.get(name) ?? null,
      keep: (envelope) => {
        if (envelope === null) this.#unanswered.delete(name);
        else this.#unanswered.set(name, envelope);
        return Promise.resolve();
      },
    };
  }

  async #settle(): Promise<void> {
    const log = this.#log();
    const overdue = this.#overdue(log);
    const age = { ...this.epoch, messages: this.reader.position - log.logPosition };
    const reason = rotationReason(age, this.liveFrom(), Date.now());
    const own = await this.person.protocol.ownKeyChange(log, this.person.identity);
    if (overdue.length === 0 && reason === null && own === null) return;
    try {
      await this.#change(() => ({ changes: this.#stillDue(reason) }));
    } catch (failure) {
      // The roster has run out: those who are here go on under the keys that they have, unless somebody must go.
      if (codeOf(failure) !== "roster_expired" || overdue.length > 0) throw failure;
    }
  }

  /** Whoever else wrote first may have renewed the keys already. */
  #stillDue(reason: string | null): Change[] {
    const age = { ...this.epoch, messages: this.reader.position - this.#log().logPosition };
    const due = reason !== null && rotationReason(age, this.liveFrom(), Date.now()) !== null;
    return due ? [{ kind: "rotate", reason }] : [];
  }

  async #change(wish: Wish): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const log = this.#log();
        const { changes: wished, joining = [], by } = await wish(log);
        const own = await this.person.protocol.ownKeyChange(log, this.person.identity);
        const changes = withOverdue(own === null ? wished : [own.change, ...wished], this.#overdue(log));
        if (changes.length === 0) return false;
        await this.#commit(log, changes, own === null ? joining : [...joining, own.line], by);
        return true;
      } catch (reason) {
        if (attempt === CHANGES || !STARTS_AGAIN.has(codeOf(reason))) throw reason;
      }
      await this.shelf.fetchNewest();
      await this.fetchMissing();
    }
  }

  async #commit(log: RoomLog, changes: Change[], joining: readonly Member[], by: Wished["by"]): Promise<void> {
    this.permit();
    const { makeCommit } = this.person.protocol;
    const { seenPos, seenTh } = this.reader.place();
    const terms = { seenPos, seenTh, createdAt: Date.now(), joining };
    const made = await makeCommit(log, this.person.identity, changes, this.shelf.book, this.keys.roomShare, terms);
    const commit = toBase64url(made.item);
    const posted = await sendCommit(this.keys.room, commit, by);
    await this.push({ position: posted.position, stored_at: posted.stored_at, envelope: commit });
  }

  #overdue(log: RoomLog): Change[] {
    return this.person.protocol.overdueChanges(log, this.shelf.book, Date.now());
  }

  #log(): RoomLog {
    const { log } = this.reader;
    if (log === null) throw new Refused("epoch_unknown");
    return log;
  }

  async #seal(said: Said, clock: Clock, uid: Bytes): Promise<string> {
    const place = this.reader.place();
    const body = typeof said === "function" ? said(place.epoch) : said;
    const sealed = await this.#writer.seal(place, body, { clock, sentAt: Date.now(), uid });
    return toBase64url(sealed.envelope);
  }
}

/** Said by the server before it has looked whether it knows the envelope, or by nobody who knows. */
const SAYS_NOTHING = new Set([
  ...["offline", "internal", "unavailable", "request_timeout", "too_busy", "too_many_requests"],
  ...["session_expired", "not_found", "room_blocked"],
]);
const isNeverStored = (reason: unknown): boolean => reason instanceof Refused && !SAYS_NOTHING.has(reason.code);

/** Never stored, says the server: the same words go out once more in a new envelope. */
const mayBeRebuilt = (reason: unknown): boolean =>
  !isUnanswered(reason) &&
  reason instanceof Refused &&
  ["epoch_over", "transcript_mismatch", "envelope_broken", "duty_outdated"].includes(reason.code);
