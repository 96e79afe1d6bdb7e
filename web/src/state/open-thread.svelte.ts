import type * as wire from "../wire.gen.js";
import { post } from "../net/api.js";
import type { Bytes } from "../crypto/encoding.js";
import { fromHex, toHex } from "../crypto/text-forms.js";
import { newRequestId } from "../net/request-id.js";
import { Files } from "./attachments/files.svelte.js";
import { itemViews, type Names } from "./items.js";
import { LogView } from "./log-view.js";
import { checkedText, refusal, sendingView } from "./message-text.js";
import type { Body, Verdict } from "./protocol.js";
import type { Clock, Room } from "./room.js";
import type { Told } from "./room-reading.js";
import { RoomReadership } from "./readership.svelte.js";
import { ReadMarks } from "./read-marks.js";
import { RoomWatch } from "./room-watch.js";
import type { Surroundings } from "./surroundings.js";
import { Typists } from "./typists.js";
import type {
  AlarmView,
  AppointmentView,
  ItemView,
  MessageView,
  OpenThread,
  Refusal,
  SafetyView,
  ThreadSummary,
} from "./types.js";
import type { Unlocked } from "./unlocked.js";
import { threadSummary } from "./views.js";

interface Unsent {
  body: Body;
  clock: Clock;
  view: MessageView;
}

const TYPING_EVERY_MS = 3_000;
const LIVE_AFTER_END_MS = 30 * 60_000;
/** Refusals that say nothing about the message: it goes out as soon as that has passed. */
const WAITS = new Set(["offline", "session_expired"]);

export class ThreadState implements OpenThread {
  agencyConfirmed = $state(false);
  summary: ThreadSummary = $state.raw({} as ThreadSummary);
  items: ItemView[] = $state.raw([]);
  readonly readership: RoomReadership;
  confirmedUpTo = $state(0);
  readUpTo = $state(0);
  othersPresent: string[] = $state.raw([]);
  typing: string[] = $state.raw([]);
  draft = $state("");
  deleted = $state(false);
  #room!: Room;
  readonly files = new Files({
    room: () => fromHex(this.thread.room),
    epoch: () => this.room.reader.place().epoch,
    body: (...given) => this.room.file(...given),
    post: async (uid, bodyAt) => {
      this.#permit();
      const clock = this.around.mayAsk ? "asks" : "answers";
      this.#stored(await this.room.post(bodyAt, clock, uid, this.around.deliver));
    },
  });

  #lastSaidTyping = 0;
  readonly #typists = new Typists((accounts) => {
    this.typing = accounts.map((account) => this.#nameOfAccount(account));
  });
  #unsent: readonly Unsent[] = [];
  readonly #log = new LogView();
  readonly #readMarks = new ReadMarks((position) => this.#sayRead(position));
  readonly #watch: RoomWatch;

  constructor(
    private thread: wire.Thread,
    agencyConfirmed: boolean,
    private readonly around: Surroundings,
  ) {
    this.agencyConfirmed = agencyConfirmed;
    this.#watch = new RoomWatch(
      around,
      () => this.room.reader,
      (fingerprint) => this.#names(fingerprint),
    );
    this.learn(thread);
    this.readership = new RoomReadership(
      around.person,
      () => this.room,
      (fingerprint) => this.#names(fingerprint),
      () => around.refresh(this),
    );
  }

  get agency(): string {
    return this.thread.agency;
  }

  get person(): Unlocked {
    return this.around.person;
  }

  get room(): Room {
    return this.#room;
  }

  /** Given once it has been opened; nothing is told before. */
  set room(room: Room) {
    this.#room = room;
    room.onMissing = () => this.alarm({ code: "missing", position: null });
    room.onMembers = () => this.#watch.compareMembers();
    room.permit = () => this.#permit();
    room.liveFrom = () => (this.appointment?.live === true ? this.appointment.opensAt : null);
  }

  get alarms(): readonly AlarmView[] {
    return this.around.alarms.all;
  }

  get blocked(): boolean {
    return this.around.alarms.blocked;
  }

  goOn(): void {
    this.#watch.goOn();
  }

  get appointment(): AppointmentView | null {
    const now = this.around.now().getTime();
    const mine = this.around
      .appointments()
      .filter(
        (one) =>
          one.room === this.thread.room && one.state === "booked" && one.endsAt.getTime() + LIVE_AFTER_END_MS > now,
      );
    return mine.sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())[0] ?? null;
  }

  learn(thread: wire.Thread): void {
    this.thread = thread;
    this.summary = threadSummary(thread);
  }

  /** The client has deleted it: what this page still shows goes, too. */
  wasDeleted(): void {
    this.deleted = true;
    this.items = [];
    this.#unsent = [];
    this.files.takeBack();
    this.draft = "";
  }

  learnClock(clock: wire.ClockChanged): void {
    this.learn({ ...this.thread, waiting_since: clock.waiting_since, due_at: clock.due_at, breached: clock.breached });
  }

  /** One item of the room has been read: shown at its place, once. */
  told({ position, storedAt, verdict }: Told): void {
    const place = { position, storedAt };
    this.#watch.heard(verdict);
    this.readership.learn(this.room.reader.log);
    this.confirmedUpTo = this.room.reader.confirmed;
    const views = itemViews(verdict, place, this.#names, this.around.mine);
    this.items = this.#log.take(this.items, position, views, verdict);
    this.#heard(verdict, position);
  }

  alarm(...found: AlarmView[]): void {
    this.#watch.raise(...found);
  }

  #permit(): void {
    if (this.blocked) throw refusal("room_blocked");
  }

  #heard(verdict: Verdict, position: number): void {
    if (verdict.sender === null) return;
    const mine = this.around.mine.has(toHex(verdict.sender));
    const read = this.#readMarks.heard(verdict, position, mine);
    if (read !== null) this.readUpTo = Math.max(this.readUpTo, read);
    // Who has sent a message has stopped typing it: nothing else would say so for six seconds.
    else if (!mine && verdict.message !== null) this.#typists.stops(this.#accountOf(verdict.sender));
  }

  markRead(): void {
    if (!this.deleted && !this.blocked) this.#readMarks.seen();
  }

  lookAway(): void {
    this.#readMarks.stop();
  }

  async #sayRead(position: number): Promise<void> {
    if (!this.deleted && !this.blocked) await this.#say(new this.room.protocol.Read(position), "none");
  }

  async edit(key: string, text: string): Promise<void> {
    const checked = checkedText(text);
    await this.#about(key, (id) => new this.room.protocol.Edit(id, checked), "none");
  }

  /** First the file that a message names, then the message: bytes that nobody could find any more would stay for ever. */
  async remove(key: string): Promise<void> {
    if (this.blocked) throw refusal("room_blocked");
    const target = this.items.find((item) => item.key === key);
    if (target?.kind === "message" && target.mine && target.file !== undefined) await this.files.erase(target.file);
    await this.#about(key, (id) => new this.room.protocol.Delete(id), "none");
  }

  contest(key: string): Promise<void> {
    return this.#about(key, (id) => new this.room.protocol.Contest(id), "asks");
  }

  asksAgain(): Promise<void> {
    return this.#say(new this.room.protocol.Contest(null), "asks");
  }

  async #about(key: string, make: (id: Bytes) => Body, clock: Clock): Promise<void> {
    const target = this.items.find((item) => item.key === key);
    const id = target !== undefined && "id" in target ? target.id : null;
    if (id === null || id === undefined) throw refusal("target_unknown");
    await this.#say(make(fromHex(id)), clock);
  }

  async #say(body: Body, clock: Clock): Promise<void> {
    this.#permit();
    this.#stored(await this.room.post(body, clock, fromHex(newRequestId()), this.around.deliver));
  }

  safetyNumbers(): Promise<SafetyView[]> {
    return this.around.safetyNumbers(this.room.reader, this.#names);
  }

  async compared(fingerprint: string, equal: boolean): Promise<void> {
    if (!equal) return this.alarm({ code: "not_equal", position: null, about: fingerprint });
    await this.around.keepVerified(this.room.reader, fingerprint);
    if (this.around.mayAsk) this.agencyConfirmed = true;
    this.#watch.verified(fingerprint);
  }

  async send(): Promise<void> {
    this.#permit();
    const text = checkedText(this.draft);
    this.draft = "";
    this.#lastSaidTyping = 0;
    await this.#post(newRequestId(), this.room.text(text), this.around.mayAsk ? "asks" : "answers", text);
  }

  needsNoAnswer = (): Promise<void> => this.#say(this.room.noAnswerNeeded(), "needs_no_answer");

  async retry(key: string): Promise<void> {
    this.#permit();
    const unsent = this.#unsent.find(({ view }) => view.key === key);
    if (unsent !== undefined) await this.#post(key, unsent.body, unsent.clock, unsent.view.text);
  }

  /** Called when the line is back, also after a new login: what got no answer goes out again. */
  async retryUnsent(): Promise<void> {
    if (this.blocked) return;
    for (const { view } of this.#unsent) if (WAITS.has(view.refusal?.code ?? "")) await this.retry(view.key);
  }

  sayTyping(): void {
    const now = Date.now();
    if (now - this.#lastSaidTyping < TYPING_EVERY_MS) return;
    this.#lastSaidTyping = now;
    this.around.say("typing", this.thread.room);
  }

  somebodyTypes(account: string): void {
    this.#typists.types(account);
  }

  presence(account: string, here: boolean): void {
    const name = this.#nameOfAccount(account);
    this.othersPresent = [...this.othersPresent.filter((other) => other !== name), ...(here ? [name] : [])];
    if (!here) this.#typists.stops(account);
  }

  present(accounts: string[]): void {
    this.othersPresent = accounts.map((account) => this.#nameOfAccount(account));
  }

  /** A live chat begins with fresh keys. Should they not come about now, they do before the next message. */
  async beginLiveChat(): Promise<void> {
    await this.#change("begin");
    await this.room.settle().catch(() => undefined);
  }

  endLiveChat = (): Promise<void> => this.#change("end");

  close(): void {
    this.#readMarks.stop();
    this.#typists.stopAll();
    this.files.takeBack();
    this.around.say("leave", this.thread.room);
    this.around.closed(this);
  }

  async #change(what: "begin" | "end"): Promise<void> {
    const appointment = this.appointment;
    if (appointment === null) throw refusal("appointment_over");
    this.around.replaceAppointment(await post<wire.Appointment>(`/api/appointments/${appointment.id}/${what}`));
  }

  async #post(key: string, body: Body, clock: Clock, text: string): Promise<void> {
    const view = sendingView(key, text, this.around.myName, this.around.now());
    this.#keepUnsent({ body, clock, view });
    this.#show(view);
    try {
      this.#stored(await this.room.post(body, clock, fromHex(key), this.around.deliver));
      this.#sent(key);
    } catch (reason) {
      const code = (reason as Refusal).code ?? "internal";
      const failed: MessageView = { ...view, delivery: "not_sent", refusal: refusal(code) };
      this.#keepUnsent({ body, clock, view: failed });
      this.#show(failed);
      throw reason;
    }
  }

  #stored(posted: wire.MessagePosted): void {
    const waiting = posted.due_at === null ? null : (this.thread.waiting_since ?? posted.stored_at);
    this.learn({ ...this.thread, due_at: posted.due_at, waiting_since: waiting, last_stored_at: posted.stored_at });
  }

  #keepUnsent(unsent: Unsent): void {
    this.#sent(unsent.view.key);
    this.#unsent = [...this.#unsent, unsent];
  }

  #sent(key: string): void {
    this.#unsent = this.#unsent.filter(({ view }) => view.key !== key);
  }

  #show(view: MessageView): void {
    this.items = [...this.items.filter((item) => item.key !== view.key), view];
  }

  #nameOfAccount(account: string): string {
    if (account === this.thread.client) return this.thread.client_name;
    for (const member of this.room.reader.members) {
      if (member.userId !== null && toHex(member.userId) === account) return this.#names(toHex(member.fingerprint));
    }
    return this.thread.counsellor_name ?? this.thread.agency_name;
  }

  #accountOf(fingerprint: Bytes): string {
    const member = this.room.reader.members.find((one) => toHex(one.fingerprint) === toHex(fingerprint));
    return member?.userId ? toHex(member.userId) : this.thread.client;
  }

  readonly #names: Names = (fingerprint) => this.room.certifiedName(fingerprint) ?? this.thread.client_name;
}
