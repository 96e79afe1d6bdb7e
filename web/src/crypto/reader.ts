import { OpenedAhead } from "./ahead.js";
import { clockFits } from "./bodies.js";
import { Chains } from "./chains.js";
import { type ChangeOf } from "./changes.js";
import { readCheckpoint, type Checkpoint } from "./checkpoint.js";
import { readCommit, type Commit, type NamedRoster } from "./commit.js";
import { equal, type Bytes } from "./encoding.js";
import { codeOf, CryptoRefusal } from "./errors.js";
import { EpochKeys, type KeySources } from "./epoch-keys.js";
import { readGenesis, type Genesis } from "./genesis.js";
import { idOfAnything, itemKind } from "./items.js";
import { isOutdated, judgeCommitPublicly, rostersNamedBy } from "./judging.js";
import { KnownMessages } from "./known-messages.js";
import { heard, judgeGenesisPublicly, memberOf, rosterOfGenesis, type RoomLog } from "./log.js";
import { type Member } from "./members.js";
import { checkClock, readEnvelope, type Envelope, type Header, type Message, type Place } from "./message.js";
import { checkpointOf, logFromCheckpoint } from "./resuming.js";
import { type RosterBook } from "./roster-book.js";
import { Transcript } from "./transcript.js";
import { verdict, type Mark, type Verdict } from "./verdict.js";

export interface ReaderGiven extends KeySources {
  readonly book: RosterBook;
  /** The agency root that this person trusts; another one is refused (T39). */
  readonly rootFingerprint?: Bytes | undefined;
  /** From the vault: only compared, to notice a room that was rolled back. */
  readonly checkpoint?: Bytes | null | undefined;
}

/**
 * One room as one person reads it: items in order of position go in, verdicts come out (docs/protocol.md section 9).
 * Nothing is thrown, nothing is fetched and nothing is stored here.
 */
export class Reader {
  #transcript: Transcript | null = null;
  #log: RoomLog | null = null;
  #chains = new Chains();
  #confirmed = 0;
  #beganAt = 0;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #known = new KnownMessages();
  readonly #ahead = new OpenedAhead();
  readonly #keys: EpochKeys;
  readonly #checkpoint: Checkpoint | null;

  constructor(
    readonly room: Bytes,
    private readonly given: ReaderGiven,
  ) {
    this.#keys = new EpochKeys(given);
    this.#checkpoint = given.checkpoint ? readCheckpoint(given.checkpoint) : null;
  }

  /** Goes on from a checkpoint with the genesis and the log entry that it names. Raises `checkpoint_invalid`. */
  static async resume(checkpoint: Bytes, genesis: Bytes, entry: Bytes | null, given: ReaderGiven): Promise<Reader> {
    const state = readCheckpoint(checkpoint);
    const { log, last } = await logFromCheckpoint(state, genesis, entry);
    const reader = new Reader(state.room, { ...given, checkpoint });
    reader.#transcript = Transcript.from(state.position, state.th);
    reader.#log = log;
    reader.#chains = new Chains(state.chains);
    reader.#confirmed = state.confirmed;
    reader.#beganAt = state.position;
    await reader.#keys.begin(log.terms, log.kc, last.members, last.wraps);
    return reader;
  }

  get position(): number {
    return this.#transcript?.position ?? 0;
  }

  /** The transcript hash; null before the first item. */
  get th(): Bytes | null {
    return this.#transcript?.th ?? null;
  }

  /** Who is in the room and what holds; null before a valid genesis. */
  get log(): RoomLog | null {
    return this.#log;
  }

  get epoch(): number {
    return this.#log?.epoch ?? 0;
  }

  get members(): readonly Member[] {
    return [...(this.#log?.members.values() ?? [])];
  }

  /** Up to here somebody else has confirmed the same transcript; what lies after shows as not confirmed (T22). */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** The secrets of the epochs that could be opened. */
  get secrets(): ReadonlyMap<number, Bytes> {
    return this.#keys.secrets;
  }

  secret(epoch: number): Bytes | null {
    return this.#keys.get(epoch)?.secret ?? null;
  }

  /** Where a writer stands now. Raises `epoch_unknown` without a key for the current epoch. */
  place(): Place {
    const key = this.#keys.get(this.epoch);
    if (key === null || this.#transcript === null) throw new CryptoRefusal("epoch_unknown");
    const { position, th } = this.#transcript;
    return { room: this.room, epoch: this.epoch, kc: key.kc, ek: key.ek, seenPos: position, seenTh: th };
  }

  /** What this person can read, handed to a colleague in the next commit (T19). Raises `epoch_unknown` without a log. */
  async historyFor(recipient: Member, signer: Bytes): Promise<ChangeOf<"history_grant">> {
    if (this.#log === null) throw new CryptoRefusal("epoch_unknown");
    const grants = await this.#keys.grants(this.#log.logPrev, signer, recipient);
    return { kind: "history_grant", fingerprint: recipient.fingerprint, grants };
  }

  /** Keyring entries of the epochs that were unwrapped since the last call. */
  takeUnsaved(): Promise<[number, Bytes][]> {
    return this.#keys.takeUnsaved();
  }

  /** Keyring entries of all that was opened, for the vault of one's new identity. */
  keptFor(keyringKey: Bytes, owner: Bytes): Promise<[number, Bytes][]> {
    return this.#keys.keptFor(keyringKey, owner);
  }

  /** Raises `checkpoint_invalid` before a valid genesis. */
  makeCheckpoint(): Bytes {
    if (this.#log === null || this.#transcript === null) throw new CryptoRefusal("checkpoint_invalid");
    return checkpointOf(this.#log, this.#transcript, this.#confirmed, this.#chains);
  }

  /** What will be pushed next, the very same objects in their order: the reader opens some of it ahead. */
  announce(items: readonly Bytes[]): void {
    this.#ahead.announce(items);
  }

  push(position: number, item: Bytes): Promise<Verdict> {
    const pushed = this.#turn.then(() => this.#pushNext(position, item));
    this.#turn = pushed.catch(() => undefined);
    return pushed;
  }

  async #pushNext(position: number, item: Bytes): Promise<Verdict> {
    const transcript = (this.#transcript ??= await Transcript.start(this.room));
    const id = await idOfAnything(item);
    if (position > transcript.position + 1) return verdict("gap", position, { id });
    if (position <= transcript.position) {
      const before = transcript.idAt(position);
      return verdict(before === null || equal(before, id) ? "known" : "conflict", position, { id });
    }
    this.#ahead.begin((header) => this.#keysFor(header));
    const judged = await this.#judge(position, item, id, transcript);
    this.#ahead.drop(item);
    if (judged.kind === "roster_missing") return judged;
    await transcript.add(id);
    return this.#compareWithCheckpoint(judged, transcript);
  }

  async #judge(position: number, item: Bytes, id: Bytes, transcript: Transcript): Promise<Verdict> {
    try {
      const kind = itemKind(item);
      if (kind === "message") return await this.#message(position, item, id, transcript);
      const entry = kind === "genesis" ? await readGenesis(item) : await readCommit(item);
      return await this.#entry(position, entry, transcript);
    } catch (failure) {
      const reason = codeOf(failure);
      if (reason === null) throw failure;
      return verdict("broken", position, { id, reason, ofLog: isOfLog(item) });
    }
  }

  async #entry(position: number, entry: Genesis | Commit, transcript: Transcript): Promise<Verdict> {
    try {
      return entry.kind === "genesis"
        ? await this.#genesis(position, entry)
        : await this.#commit(position, entry, transcript);
    } catch (failure) {
      const wants = codeOf(failure) === "roster_missing" ? this.#missing(entry) : undefined;
      if (wants === undefined) throw failure;
      return verdict("roster_missing", position, { id: entry.id, wants });
    }
  }

  async #genesis(position: number, genesis: Genesis): Promise<Verdict> {
    if (position !== 1) throw new CryptoRefusal("commit_outdated");
    if (!equal(genesis.room, this.room)) throw new CryptoRefusal("wrong_room");
    const root = this.given.rootFingerprint;
    if (root !== undefined && !equal(genesis.rootFingerprint, root)) throw new CryptoRefusal("root_mismatch");
    this.#log = judgeGenesisPublicly(genesis, rosterOfGenesis(genesis, this.given.book));
    const marks = await this.#begin(this.#log, genesis);
    return verdict("genesis", position, { id: genesis.id, entry: genesis, sender: genesis.clientFingerprint, marks });
  }

  async #commit(position: number, commit: Commit, transcript: Transcript): Promise<Verdict> {
    if (this.#log === null) throw new CryptoRefusal("commit_outdated");
    const after = await judgeCommitPublicly(this.#log, commit, this.given.book, position);
    const agrees = transcript.agrees(commit.seenPos, commit.seenTh);
    if (agrees === false) throw new CryptoRefusal("transcript_mismatch");
    const late = commit.changes.flatMap((change) =>
      change.kind === "remove" ? this.#known.after(commit.seenPos, change.fingerprint) : [],
    );
    this.#log = after;
    this.#confirm(commit.signer, commit.seenPos, agrees);
    const marks = await this.#begin(after, commit);
    if (!(await this.#keys.takeGrants(commit))) marks.add("commitment_failed");
    if (isOutdated(commit, this.given.book)) marks.add("roster_outdated");
    return verdict("commit", position, { id: commit.id, entry: commit, sender: commit.signer, marks, late });
  }

  async #begin(log: RoomLog, { members, wraps }: Genesis | Commit): Promise<Set<Mark>> {
    this.#known.beginEpoch();
    const fits = await this.#keys.begin(log.terms, log.kc, members, wraps);
    return new Set(fits ? [] : ["commitment_failed"]);
  }

  async #message(position: number, item: Bytes, id: Bytes, transcript: Transcript): Promise<Verdict> {
    const envelope = readEnvelope(item);
    try {
      return await this.#placed(position, item, envelope, id, transcript);
    } catch (failure) {
      if (codeOf(failure) !== null) this.#chains.noteBroken(envelope.header);
      throw failure;
    }
  }

  async #placed(
    position: number,
    item: Bytes,
    envelope: Envelope,
    id: Bytes,
    transcript: Transcript,
  ): Promise<Verdict> {
    const { header } = envelope;
    const [log, sender] = this.#checkHeader(header);
    this.#log = heard(log, sender, header.clock);
    if (header.seenPos < log.logPosition || header.seenPos >= position) throw new CryptoRefusal("seen_out_of_range");
    const marks = new Set<Mark>(this.#chains.check(header) ? ["gap_before"] : []);
    const key = this.#keys.get(header.epoch);
    const message = key === null ? null : await this.#ahead.open(item, envelope, key.ek, sender.edPk);
    if (message !== null) this.#accept(message, id, header, transcript, marks);
    this.#chains.move(header, id);
    this.#known.place(position, header.sender);
    return verdict(message === null ? "sealed" : "message", position, { id, sender: header.sender, message, marks });
  }

  #keysFor({ epoch, sender }: Header): { ek: Bytes; edPk: Bytes } | null {
    const ek = this.#keys.get(epoch)?.ek;
    const edPk = this.#log === null ? undefined : memberOf(this.#log, sender)?.edPk;
    return ek === undefined || edPk === undefined ? null : { ek, edPk };
  }

  /** What can be said without opening it, in the order of section 9. */
  #checkHeader(header: Header): [RoomLog, Member] {
    if (!equal(header.room, this.room)) throw new CryptoRefusal("wrong_room");
    if (this.#log === null || header.epoch > this.#log.epoch) throw new CryptoRefusal("epoch_unknown");
    if (header.epoch < this.#log.epoch) throw new CryptoRefusal("epoch_over");
    if (!equal(header.kc, this.#log.kc)) throw new CryptoRefusal("commitment_failed");
    const sender = memberOf(this.#log, header.sender);
    if (sender === undefined || sender.role === "duty") throw new CryptoRefusal("sender_not_member");
    checkClock(header.clock, sender.role);
    return [this.#log, sender];
  }

  #accept({ body, uid }: Message, id: Bytes, header: Header, transcript: Transcript, marks: Set<Mark>): void {
    if (body.type === "read" && body.position > header.seenPos) throw new CryptoRefusal("seen_out_of_range");
    const pastIsUnseen = this.#beganAt > 0 || this.#keys.incomplete;
    if (!this.#known.checkTarget(body, header.sender, pastIsUnseen)) marks.add("target_unseen");
    const agrees = transcript.agrees(header.seenPos, header.seenTh);
    if (agrees === false) marks.add("forked");
    if (!clockFits(body, header.clock)) marks.add("clock_mismatch");
    if (this.#known.add(id, header.sender, uid, body)) marks.add("repeated");
    this.#confirm(header.sender, header.seenPos, agrees);
  }

  #confirm(sender: Bytes, seenPos: number, agrees: boolean | null): void {
    const { me } = this.given;
    const mine = me ? equal(sender, me.fingerprint) : false;
    if (!mine && agrees === true) this.#confirmed = Math.max(this.#confirmed, seenPos);
  }

  #missing(entry: Genesis | Commit): NamedRoster | undefined {
    return rostersNamedBy(entry).find(({ root, number }) => !this.given.book.has(root, number));
  }

  #compareWithCheckpoint(judged: Verdict, transcript: Transcript): Verdict {
    const known = this.#checkpoint;
    if (known === null || judged.position !== known.position || equal(known.th, transcript.th)) return judged;
    return { ...judged, marks: new Set([...judged.marks, "rolled_back" as const]), alarm: true };
  }
}

/** What is no message counts as an attempt at a log entry, in whatever form it comes. */
function isOfLog(item: Bytes): boolean {
  try {
    return itemKind(item) !== "message";
  } catch {
    return true;
  }
}
