import type * as wire from "../wire.gen.js";
import { fromHex, toHex } from "../crypto/text-forms.js";
import { post } from "../net/api.js";
import { newRequestId } from "../net/request-id.js";
import { CallSignals } from "./call/signals.svelte.js";
import { Company } from "./company.svelte.js";
import { Files } from "./attachments/files.svelte.js";
import { itemViews } from "./items.js";
import { LiveChat } from "./live-chat.js";
import { LogView } from "./log-view.js";
import { checkedText, refusal, unsentView } from "./message-text.js";
import type { WaiverReason } from "./agency/waiver-types.js";
import type { Body, Verdict } from "./protocol.js";
import type { Writing } from "./outbox/writing.js";
import type { Clock, Deliver, Kept, Room } from "./room.js";
import type { Told } from "./room-reading.js";
import { propose, stay } from "./referrals.js";
import { Remarks } from "./remarks.js";
import { RoomReadership } from "./readership.svelte.js";
import { ReadMarks } from "./read-marks.js";
import { RoomWatch } from "./room-watch.js";
import type { Surroundings } from "./surroundings.js";
import { ThreadNames } from "./thread-names.js";
import type {
  AlarmView,
  AppointmentView,
  ItemView,
  OpenThread,
  ReceiptView,
  Refusal,
  SafetyView,
  ThreadSummary,
} from "./types.js";
import type { Unlocked } from "./unlocked.js";
import { threadSummary } from "./views.js";

export class ThreadState implements OpenThread {
  agencyConfirmed = $state(false);
  summary: ThreadSummary = $state.raw({} as ThreadSummary);
  items: ItemView[] = $state.raw([]);
  readonly readership: RoomReadership;
  confirmedUpTo = $state(0);
  readUpTo = $state(0);
  #draft = $state("");
  deleted = $state(false);
  behind: Refusal | null = $state.raw(null);
  readonly company: Company;
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

  readonly calls: CallSignals;
  readonly #who = new ThreadNames(
    () => this.thread,
    () => this.room,
  );
  readonly #remarks = new Remarks({
    room: () => this.room,
    items: () => this.items,
    say: (body, clock, contests) => this.#say(body, clock, contests),
    eraseFile: (file) => this.files.erase(file),
  });
  readonly #live: LiveChat;
  readonly #log = new LogView();
  readonly #readMarks = new ReadMarks((position) => this.#sayRead(position));
  readonly #watch: RoomWatch;

  constructor(
    private thread: wire.Thread,
    agencyConfirmed: boolean,
    private readonly around: Surroundings,
  ) {
    this.agencyConfirmed = agencyConfirmed;
    this.company = new Company(this.#who, () => around.say("typing", this.thread.room));
    this.calls = new CallSignals(() => this.room, around);
    this.#live = new LiveChat(() => this.thread.room, around);
    this.#watch = new RoomWatch(around, () => this.room.reader, this.#who.of);
    this.learn(thread);
    this.readership = new RoomReadership(
      around.person,
      () => this.room,
      this.#who.of,
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
    room.liveFrom = () => this.#live.since;
  }

  get alarms(): readonly AlarmView[] {
    return [...this.around.alarms.all, ...this.around.proof.alarmsOf(this.thread.room)];
  }

  get receipts(): readonly ReceiptView[] {
    return this.around.proof.receipts(this.thread.room);
  }

  get blocked(): boolean {
    return this.around.alarms.blocked;
  }

  goOn = (): void => this.#watch.goOn();

  get appointment(): AppointmentView | null {
    return this.#live.appointment;
  }

  get draft(): string {
    return this.#draft;
  }

  set draft(text: string) {
    this.#draft = text;
    this.around.unsent.noteDraft(text);
  }

  learn(thread: wire.Thread): void {
    this.thread = thread;
    this.summary = threadSummary(thread);
  }

  /** The client has deleted it: what this page still shows goes, too. */
  wasDeleted(): void {
    this.deleted = true;
    this.items = [];
    this.#log.forget();
    this.files.takeBack();
    this.draft = "";
  }

  learnClock(clock: wire.ClockChanged): void {
    const { waiting_since, due_at, breached } = clock;
    this.learn({ ...this.thread, waiting_since, due_at, breached, waived: this.thread.waived && due_at === null });
    // It may have ended without an answer, and the client may write again: nothing in the room says so.
    if (due_at === null) void this.around.refresh(this).catch(() => undefined);
  }

  /** One item of the room has been read: shown at its place, once. */
  told({ position, storedAt, verdict }: Told): void {
    const place = { position, storedAt };
    this.#watch.heard(verdict);
    this.readership.learn(this.room.reader.log);
    this.confirmedUpTo = this.room.reader.confirmed;
    const views = itemViews(verdict, place, this.#who.of, this.around.mine);
    this.#log.take(position, views, verdict);
    // Before everything has been read nothing is shown: a copy for each of 10,000 messages would take seconds.
    if (this.items.length > 0) this.showUnsent();
    this.#heard(verdict, position);
  }

  alarm = (...found: AlarmView[]): void => this.#watch.raise(...found);

  #permit(): void {
    if (this.blocked) throw refusal("room_blocked");
  }

  #heard(verdict: Verdict, position: number): void {
    if (verdict.sender === null) return;
    const mine = this.around.mine.has(toHex(verdict.sender));
    const read = this.#readMarks.heard(verdict, position, mine);
    if (read !== null) this.readUpTo = Math.max(this.readUpTo, read);
    // Who has sent a message has stopped typing it: nothing else would say so for six seconds.
    else if (!mine && verdict.message !== null) this.company.stopsTyping(this.#who.accountOf(verdict.sender));
  }

  markRead(): void {
    if (!this.deleted && !this.blocked) this.#readMarks.seen();
  }

  lookAway = (): void => this.#readMarks.stop();

  async #sayRead(position: number): Promise<void> {
    if (!this.deleted && !this.blocked) await this.#say(new this.room.protocol.Read(position), "none");
  }

  edit = (key: string, text: string): Promise<void> => this.#remarks.edit(key, text);
  contest = (key: string): Promise<void> => this.#remarks.contest(key);
  async remove(key: string): Promise<void> {
    this.#permit();
    await this.#remarks.remove(key);
  }

  asksAgain = (): Promise<void> => this.#say(new this.room.protocol.Contest(null), "asks");

  async #say(body: Body, clock: Clock, contests?: number): Promise<void> {
    this.#permit();
    const deliver: Deliver = (message) =>
      this.around.deliver(contests === undefined ? message : { ...message, contests });
    this.#stored(await this.room.post(body, clock, fromHex(newRequestId()), deliver));
  }

  safetyNumbers(): Promise<SafetyView[]> {
    return this.around.safetyNumbers(this.room.reader, this.#who.of);
  }

  async compared(fingerprint: string, equal: boolean): Promise<void> {
    if (!equal) {
      // Said before it is kept: the line may be gone.
      this.alarm({ code: "not_equal", position: null, about: fingerprint });
      return this.around.keepUnequal(this.room.reader, fingerprint);
    }
    await this.around.keepVerified(this.room.reader, fingerprint);
    if (this.around.mayAsk) this.agencyConfirmed = true;
    this.#watch.verified(fingerprint);
  }

  /** Resolves when the outbox has it; how it goes on is said at the message. */
  async send(): Promise<void> {
    this.#permit();
    const text = checkedText(this.draft);
    this.#draft = "";
    this.company.iSent();
    await this.around.unsent.write(text);
    // Only now: a page that is killed in between must leave one of the two.
    this.around.unsent.noteDraft(this.#draft);
  }

  retry(key: string): Promise<void> {
    this.#permit();
    this.around.unsent.retry(key);
    return Promise.resolve();
  }

  async withdraw(key: string): Promise<void> {
    const text = await this.around.unsent.withdraw(key);
    if (text !== null && this.draft === "") this.draft = text;
  }

  /** One text of the outbox: sealed and sent, until the server has acknowledged it. */
  async post({ uid, text, clock }: Writing, kept: Kept): Promise<void> {
    this.#stored(await this.room.post(this.room.text(text), clock, fromHex(uid), this.around.deliver, kept));
  }

  /** What lies in the outbox comes last. What has been stored meanwhile stands at its place already. */
  showUnsent(): void {
    const placed = this.#log.items;
    const unsent = this.around.unsent.all().filter(({ writing }) => !placed.some(({ key }) => key === writing.uid));
    this.items = [...placed, ...unsent.map((entry) => unsentView(entry, this.around.myName))];
  }

  needsNoAnswer = (): Promise<void> => this.#say(this.room.noAnswerNeeded(), "needs_no_answer");

  waive = (reason: WaiverReason, block: boolean): Promise<void> => this.#ask("waive", { reason, block });
  markDanger = (there: boolean): Promise<void> => this.#ask("danger", { there });

  async #ask(step: "waive" | "danger", body: object): Promise<void> {
    this.learn(await post<wire.Thread>(`/api/threads/${this.thread.room}/${step}`, body));
  }

  propose: OpenThread["propose"] = (reason) => propose(this.around, this, reason);
  stay = (): Promise<void> => stay(this.around, this);

  sayTyping = (): void => this.company.iType();

  get othersPresent(): string[] {
    return this.company.present;
  }
  get typing(): string[] {
    return this.company.typing;
  }

  /** A live chat begins with fresh keys. Should they not come about now, they do before the next message. */
  async beginLiveChat(): Promise<void> {
    await this.#live.turn("begin");
    await this.room.settle().catch(() => undefined);
  }

  endLiveChat = (): Promise<void> => this.#live.turn("end");

  close(): void {
    this.#readMarks.stop();
    this.company.leave();
    this.files.takeBack();
    this.around.say("leave", this.thread.room);
    this.around.closed(this);
  }

  #stored(posted: wire.MessagePosted): void {
    const waiting = posted.due_at === null ? null : (this.thread.waiting_since ?? posted.stored_at);
    this.learn({ ...this.thread, due_at: posted.due_at, waiting_since: waiting, last_stored_at: posted.stored_at });
  }
}
