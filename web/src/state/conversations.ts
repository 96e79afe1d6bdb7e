import type * as wire from "../wire.gen.js";
import { get, post } from "../net/api.js";
import { fromBase64url, fromHex, toHex } from "../crypto/text-forms.js";
import { isUnanswered, Refused } from "../net/refused.js";
import type { Line } from "../net/socket.js";
import { isVerified, keepUnequal, keepVerified, meet, memberWith, safetyOf, unequalAmong } from "./acquaintances.js";
import { Checkpoints, knownPosition } from "./checkpoints.js";
import { codeOf } from "./commits.js";
import { dutySeeds } from "./duty.js";
import type { Lists } from "./lists.svelte.js";
import { ThreadState } from "./open-thread.svelte.js";
import { Mailing } from "./outbox/mailing.svelte.js";
import type { ProofState } from "./proof/proof.svelte.js";
import type { Bytes, DutySeed } from "./protocol.js";
import { Room } from "./room.js";
import { RoomAlarms } from "./room-alarms.svelte.js";
import { pinnedRoot, pinOf, RosterShelf } from "./roster-shelf.js";
import { serverTime } from "./server-time.svelte.js";
import type { Surroundings } from "./surroundings.js";
import type { AlarmView } from "./types.js";
import type { Unlocked } from "./unlocked.js";
import { VaultStopped } from "./vault-stopped.js";

/** A message of 64 KiB over the slowest line; after that it counts as unanswered. */
const ANSWER_WITHIN_MS = 30_000;

/** The line, the log-in and the vault are the page's, whichever thread has found out. */
const isOfThePage = (reason: unknown): boolean =>
  reason instanceof VaultStopped || (reason instanceof Refused && ["offline", "session_expired"].includes(reason.code));

/** The threads that are open on this page, fed by the live line and repaired by asking again. */
export class Conversations {
  readonly #open = new Map<string, ThreadState>();
  readonly #opening = new Map<string, Promise<ThreadState>>();
  /** Those that a page shows. Others stay open only as long as something of them lies in the outbox. */
  readonly #shown = new Set<string>();
  readonly mailing = new Mailing(
    async (person, writing, kept) => (await this.#opened(person, writing.room)).post(writing, kept),
    (room) => this.#unsentChanged(room),
  );
  /** What was found out about a room does not end with its page. */
  readonly #alarms = new Map<string, RoomAlarms>();
  readonly #checkpoints = new Checkpoints();

  constructor(
    private readonly line: Line,
    private readonly lists: Lists,
    private readonly proof: ProofState,
    private readonly watch: <Result>(step: Promise<Result>) => Promise<Result>,
  ) {
    line.seen = () => [...this.#open].map(([room, { room: read }]) => ({ room, after: read.reader.position }));
    line.on("posted", (item: wire.Posted) => void this.#take(item));
    line.on("clock", (clock: wire.ClockChanged) => this.#open.get(clock.room)?.learnClock(clock));
    line.on("thread_deleted", ({ room }: wire.ThreadDeleted) => this.#deleted(room));
    line.on("roster_changed", ({ agency, number }: wire.RosterChanged) => void this.#rosterChanged(agency, number));
    line.on("typing", (typing: wire.Typing) => this.#open.get(typing.room)?.company.types(typing.account));
    line.on("call", ({ room, signal }: wire.CallHeard) => void this.#open.get(room)?.calls.hear(signal));
    line.on("presence", (one: wire.PresenceChanged) =>
      this.#open.get(one.room)?.company.comesOrGoes(one.account, one.state === "here"),
    );
  }

  async open(person: Unlocked, id: string): Promise<ThreadState> {
    this.#shown.add(id);
    try {
      const state = await this.#opened(person, id);
      await this.#enter(id, state);
      return state;
    } catch (reason) {
      this.#shown.delete(id);
      throw reason;
    }
  }

  /** Also without a page that shows it: what lies in the outbox goes out all the same. */
  #opened(person: Unlocked, id: string): Promise<ThreadState> {
    const known = this.#open.get(id);
    if (known !== undefined) return Promise.resolve(known);
    const opening = this.#opening.get(id) ?? this.#openAnew(person, id);
    this.#opening.set(id, opening);
    return opening.finally(() => {
      if (this.#opening.get(id) === opening) this.#opening.delete(id);
    });
  }

  async #openAnew(person: Unlocked, id: string): Promise<ThreadState> {
    const thread = await get<wire.Thread>(`/api/threads/${id}`);
    const first = await get<wire.Items>(`/api/rooms/${id}/items`, { after: 0, limit: 1 });
    const root = await pinnedRoot(person, first.items[0]);
    const shelf = await RosterShelf.open(person, thread.agency, root);
    const confirmed = pinOf(person, root)?.how !== "first_contact";
    const state = new ThreadState(thread, confirmed, this.#surroundings(person, id));
    const keys = {
      room: id,
      roomShare: fromBase64url(thread.room_share),
      dutySeeds: await this.#dutySeeds(person, thread.agency, root),
    };
    state.room = await Room.open(person, keys, shelf, (told) => state.told(told));
    state.draft = await this.mailing.draftIn(id);
    await state.room.sync();
    // Is what the server shows as long as what was seen before?
    if (this.#checkpoints.isCutShort(person, id, state.room.reader)) {
      state.alarm({ code: "rolled_back", position: null });
    }
    this.#open.set(id, state);
    state.showUnsent();
    return state;
  }

  async #take(item: wire.Posted): Promise<void> {
    const state = this.#open.get(item.room);
    if (state !== undefined) await this.#keepsUp(state, state.room.take(item));
  }

  /**
   * What cannot be read now is asked for in the next round; until then the thread's own page says why. False for what
   * is the matter with the page as a whole: that is said above everything.
   */
  async #keepsUp(state: ThreadState, step: Promise<void>): Promise<boolean> {
    try {
      await this.watch(step);
    } catch (reason) {
      if (isOfThePage(reason)) return false;
      state.behind = { code: codeOf(reason) || "unexpected" };
    }
    return true;
  }

  #deleted(room: string): void {
    this.#open.get(room)?.wasDeleted();
    void this.mailing.giveUp(room);
    void this.proof.threadDeleted(room).catch(() => undefined);
  }

  #unsentChanged(room: string): void {
    this.#open.get(room)?.showUnsent();
    if (!this.#shown.has(room) && this.mailing.of(room).length === 0) this.#open.delete(room);
  }

  /** After the line came back, and every twenty seconds: pushes may be lost, positions are not. */
  async catchUp(entered: boolean): Promise<void> {
    void this.proof.round();
    for (const [id, state] of this.#open) {
      if (state.deleted || state.readership.left) continue;
      // Where one thread is out of order, the others are asked for all the same.
      if (!(await this.#keepsUp(state, this.#catchUpIn(id, state, entered)))) return;
    }
  }

  async #catchUpIn(id: string, state: ThreadState, entered: boolean): Promise<void> {
    try {
      if (!entered && this.#shown.has(id)) await this.#enter(id, state);
      await state.room.sync();
      await this.#refresh(state);
      state.behind = null;
    } catch (reason) {
      // Whoever has been removed, and missed the word of it.
      if (!(reason instanceof Refused && reason.code === "not_found")) throw reason;
      state.readership.lose();
    }
  }

  async #refresh(state: ThreadState): Promise<void> {
    const before = state.summary;
    const thread = await get<wire.Thread>(`/api/threads/${before.room}`);
    // What was told while the answer was on its way is newer than the answer.
    if (state.summary === before) state.learn(thread);
    await this.#freshen(state, thread.agency, thread.roster_number);
  }

  /** An agency has a newer roster: it is known before anything else is written (T10, T41). */
  async #rosterChanged(agency: string, number: number): Promise<void> {
    for (const state of this.#open.values()) {
      // A roster that does not verify stops the next message as well, with the same reason.
      if (state.agency === agency) await this.#keepsUp(state, this.#freshen(state, agency, number));
    }
  }

  async #freshen(state: ThreadState, agency: string, number: number): Promise<void> {
    const person = state.person;
    const known = state.room.roster?.number ?? 0;
    await state.room.freshen(number);
    state.readership.checkRoster();
    const root = state.room.roster?.rootFingerprint;
    if (known >= number || root === undefined) return;
    await state.room.learnDutySeeds(await this.#dutySeeds(person, agency, root));
  }

  clear(): void {
    for (const state of [...this.#open.values()]) state.close();
    this.#open.clear();
    this.#opening.clear();
    this.#shown.clear();
    this.#alarms.clear();
  }

  /** With everything that was written and not sent, also on this device. */
  forget(): void {
    this.mailing.wipe();
    this.proof.forget();
    this.clear();
  }

  /** Before somebody stepped in they were told of these, and decided. */
  decided(person: Unlocked, id: string, alarms: readonly AlarmView[]): void {
    this.#alarmsOf(person, id).decide(alarms);
  }

  #alarmsOf(person: Unlocked, id: string): RoomAlarms {
    const alarms = this.#alarms.get(id) ?? new RoomAlarms(knownPosition(person, fromHex(id)));
    this.#alarms.set(id, alarms);
    return alarms;
  }

  #dutySeeds(person: Unlocked, agency: string, root: Bytes): Promise<DutySeed[]> {
    return person.me.role === "client" ? Promise.resolve([]) : dutySeeds(person, agency, root);
  }

  async #enter(id: string, state: ThreadState): Promise<void> {
    if (!this.line.connected) return;
    state.company.are((await this.line.ask<wire.Present>("enter", { room: id })).here);
  }

  #surroundings(person: Unlocked, id: string): Surroundings {
    return {
      person,
      now: () => serverTime.now(),
      myName: person.me.name,
      mine: new Set([person.identity.fingerprint, ...person.open.earlierFingerprints].map(toHex)),
      mayAsk: person.me.role === "client",
      appointments: () => this.lists.appointments,
      deliver: (message) => this.#acknowledged(person, message),
      proof: this.proof,
      unsent: {
        write: (text) => this.mailing.write(id, text, person.me.role === "client" ? "asks" : "answers"),
        retry: (uid) => this.mailing.retry(uid),
        withdraw: (uid) => this.mailing.withdraw(uid),
        all: () => this.mailing.of(id),
        noteDraft: (text) => this.mailing.noteDraft(id, text),
      },
      signal: (room, signal) => this.line.ask<wire.CallSaid>("call", { room, signal }),
      say: (event, room) => this.line.say(event, { room }),
      replaceAppointment: (appointment) => this.lists.replaceAppointment(appointment),
      refresh: (thread) => this.#refresh(thread),
      closed: (thread) => this.#closed(thread),
      safetyNumbers: (reader, names) => safetyOf(person, reader, names),
      keepVerified: (reader, fingerprint) => keepVerified(person, memberWith(reader, fingerprint)),
      keepUnequal: (reader, fingerprint) => keepUnequal(person, memberWith(reader, fingerprint)),
      unequal: (reader) => unequalAmong(person, reader.members),
      isVerified: (reader, fingerprint) =>
        reader.members.some((one) => toHex(one.fingerprint) === fingerprint && isVerified(person, one)),
      meet: (reader) => meet(person, reader.members),
      alarms: this.#alarmsOf(person, id),
      hold: (reader) => this.#checkpoints.hold(reader),
      distrust: (reader) => this.#checkpoints.distrust(reader),
      moved: (reader) => this.#checkpoints.moved(person, reader),
    };
  }

  /** What the server says of its promise is judged by what the page knew before it asked. */
  async #acknowledged(person: Unlocked, message: wire.PostMessage): Promise<wire.MessagePosted> {
    const { waitingSince = null, dueAt = null } = this.#open.get(message.room)?.summary ?? {};
    const posted = await this.watch(this.#deliver(message));
    this.proof.acknowledged(person, {
      room: message.room,
      envelope: message.envelope,
      storedAt: posted.stored_at,
      dueAt: posted.due_at,
      receipt: posted.receipt ?? null,
      before: { waitingSince, dueAt },
    });
    return posted;
  }

  /** Over the live line, else over HTTP; the same envelope both times, so that it is stored once. */
  async #deliver(message: wire.PostMessage): Promise<wire.MessagePosted> {
    try {
      return await this.line.ask<wire.MessagePosted>("message", message);
    } catch (reason) {
      if (!isUnanswered(reason)) throw reason;
      const { room, ...written } = message;
      return post<wire.MessagePosted>(`/api/rooms/${room}/messages`, written, ANSWER_WITHIN_MS);
    }
  }

  #closed(thread: ThreadState): void {
    const id = thread.summary.room;
    this.#checkpoints.keepSoon();
    this.#shown.delete(id);
    if (this.mailing.of(id).length === 0) this.#open.delete(id);
  }
}
