import type * as wire from "../wire.gen.js";
import { post, stepUpBy } from "../net/api.js";
import { Refused } from "../net/refused.js";
import { fetchLine, Line } from "../net/socket.js";
import { OwnBookings } from "./bookings.js";
import type { Conversations } from "./conversations.js";
import { deleteAccount, deleteThread } from "./deletion.js";
import { EnquiryDraft } from "./enquiry.svelte.js";
import { AtProvider } from "./at-provider.js";
import { asked, steppedUp } from "./factors/asked.svelte.js";
import { OwnNeighbours } from "./neighbours.svelte.js";
import { Lists } from "./lists.svelte.js";
import { OwnAccountState } from "./own-account.svelte.js";
import { expectPassword } from "./passwords/stretching.js";
import { weakness } from "./passwords/weakness.js";
import { checkedText } from "./message-text.js";
import { ProofState } from "./proof/proof.svelte.js";
import { protocol } from "./protocol.js";
import * as reception from "./reception.js";
import { Rounds } from "./rounds.js";
import { serverTime } from "./server-time.svelte.js";
import type { AgencyDesk } from "./agency/desk.svelte.js";
import type { Founding, Joining } from "./agency/types.js";
import type {
  AgencyView,
  AlarmView,
  App,
  Connection,
  DeletionView,
  OpenThread,
  OwnConsent,
  ReferralReason,
  Refusal,
  SiteView,
  Ways,
} from "./types.js";
import type { OwnFactors } from "./factors/own-factors.svelte.js";
import type { OwnSessions } from "./factors/own-sessions.svelte.js";
import { Unlocked } from "./unlocked.js";
import { VaultStopped } from "./vault-stopped.js";

/** Rooms, and what reads and writes them: nobody needs it before somebody is signed in. */
const fetchConversations = () => import("./conversations.js");
type StepIn = (person: Unlocked, room: string, decided: readonly AlarmView[]) => Promise<unknown>;

class AppState implements App {
  site: SiteView | null = $state.raw(null);
  connection: Connection = $state("connected");
  sessionExpired = $state(false);
  desk: AgencyDesk | null = $state.raw(null);
  stopped: Refusal | null = $state.raw(null);
  readonly account = new OwnAccountState({
    person: () => this.#signedInPerson(),
    signedIn: (person) => this.#signedIn(person),
    watch: (step) => this.#watch(step),
    keyRenewed: async () => {
      this.#conversations?.clear();
      const { announceKemKey } = await import("./own-rooms.js");
      await announceKemKey(this.#signedInPerson());
    },
  });
  readonly atProvider = new AtProvider((opening) => this.#enter(opening));
  readonly proof = new ProofState((step) => this.#watch(step));
  readonly enquiry = new EnquiryDraft(this.proof);
  readonly #lists = new Lists();
  readonly #line = new Line((state) => this.#connectionIs(state));
  #conversations: Conversations | null = $state.raw(null);
  #person: Unlocked | null = $state.raw(null);
  readonly neighbours = new OwnNeighbours(this.enquiry, (step) => this.#watch(step));
  readonly bookings = new OwnBookings(this.#lists, (step) => this.#watch(step));
  readonly #rounds = new Rounds(() => void this.#askAgain(true));
  #ownDevice = $state(false);

  constructor() {
    stepUpBy(steppedUp);
    for (const event of ["enquiry_came", "enquiry_gone", "clock", "notice", "thread_deleted"])
      this.#line.on(event, () => this.#refreshSoon());
    for (const list of ["absences", "imports"] as const) this.#line.on(list, () => void this.desk?.[list].ask());
    this.#line.on("hours", () => void this.desk?.calendar.ask());
    this.#line.on("roster_changed", () => void this.#rosterChanged());
    this.#line.on("appointment", ({ appointment }: wire.AppointmentChanged) => {
      this.#lists.replaceAppointment(appointment);
      this.#refreshSoon();
    });
  }

  get me(): App["me"] {
    const me = this.#person?.me;
    return me === undefined ? null : { accountId: me.account_id, name: me.name, role: me.role };
  }

  get factorQuestion() {
    return asked.it;
  }

  get threads() {
    return this.#lists.threads;
  }

  get inbox() {
    return this.#lists.inbox;
  }

  get appointments() {
    return this.#lists.appointments;
  }

  get notices() {
    return this.#lists.notices;
  }

  get unsentAtRisk() {
    return this.#conversations?.mailing.atRisk ?? 0;
  }

  get clocksApart() {
    return serverTime.apart;
  }

  now = (): Date => serverTime.now();

  async start(): Promise<void> {
    this.site = await reception.site();
  }

  topics = reception.topics;
  nearby = reception.nearby;
  freeNames = reception.freeNames;
  weakness = weakness;
  findAgency = (topic: string, postalCode: string): Promise<AgencyView> => this.enquiry.find(topic, postalCode);
  chooseAgency = (id: string): Promise<AgencyView> => this.enquiry.choose(id);

  async sendEnquiry(name: string, password: string): Promise<{ room: string; dueAt: Date }> {
    const person = this.#person ?? (await this.enquiry.register(name, password));
    await this.#signedIn(person);
    const sent = await this.#watch(this.enquiry.send(person));
    return { room: sent.room, dueAt: new Date(sent.due_at) };
  }

  expectPassword(): void {
    expectPassword();
    for (const part of [protocol(), fetchLine(), fetchConversations()]) part.catch(() => undefined);
  }

  logIn = (name: string, password: string, ownDevice: boolean): Promise<void> =>
    this.#enter(Unlocked.logIn(name, password), ownDevice);

  async #enter(opening: Promise<Unlocked>, ownDevice = false): Promise<void> {
    const fresh = await this.#watch(opening);
    const person = this.#person?.me.account_id === fresh.me.account_id ? this.#person : fresh;
    if (person === fresh) this.#conversations?.clear();
    else await this.#watch(person.renew(fresh));
    this.#ownDevice = ownDevice;
    await this.#signedIn(person);
  }

  async founding(token: string): Promise<Founding> {
    const { Founding } = await import("./agency/founding.js");
    return Founding.look(token, (person) => this.#signedIn(person));
  }

  async joining(secret: string): Promise<Joining> {
    const { Joining } = await import("./agency/joining.js");
    return Joining.look(secret, (person) => this.#signedIn(person));
  }

  readonly #watching = <Result>(step: Promise<Result>): Promise<Result> => this.#watch(step);

  async ways(): Promise<Ways> {
    const { OwnWays } = await import("./ways.svelte.js");
    return new OwnWays((step) => this.#watch(step), this.#isOwnDevice(this.#signedInPerson()));
  }

  consent = async (): Promise<OwnConsent> => new (await import("./consent.svelte.js")).OwnConsent(this.#watching);

  factors = async (): Promise<OwnFactors> =>
    new (await import("./factors/own-factors.svelte.js")).OwnFactors(this.#watching);

  sessions = async (): Promise<OwnSessions> =>
    new (await import("./factors/own-sessions.svelte.js")).OwnSessions(this.#watching);

  get sharedComputer(): boolean {
    return this.#person !== null && !this.#isOwnDevice(this.#person);
  }

  /** Whoever works at an agency does so at a computer of theirs; a client may sit anywhere. */
  #isOwnDevice = (person: Unlocked): boolean => this.#ownDevice || person.me.role !== "client";

  async logOut(): Promise<void> {
    try {
      await post("/api/logout");
    } finally {
      this.forget();
    }
  }

  forget(): void {
    this.#rounds.end();
    this.#conversations?.forget();
    this.#ownDevice = false;
    this.#lists.clear();
    this.#line.close();
    this.enquiry.clear();
    asked.it?.leave();
    this.account.forget();
    this.desk = null;
    this.#person?.forget();
    this.#person = null;
    this.sessionExpired = false;
    this.stopped = null;
  }

  loadThreads = (): Promise<void> => this.#watch(this.#lists.loadThreads());
  loadInbox = (): Promise<void> => this.#watch(this.#lists.loadInbox());
  loadAppointments = (): Promise<void> => this.#watch(this.#lists.loadAppointments());
  get knowsAppointments() {
    return this.#lists.knowsAppointments;
  }

  seeNotices = (): Promise<void> => this.#watch(this.#lists.seeNotices());
  loadNotices = (): Promise<void> => this.#watch(this.#lists.loadNotices());

  async openThread(room: string): Promise<OpenThread> {
    return this.#watch((await this.#conversing()).open(this.#signedInPerson(), room));
  }

  async tell(room: string, text: string, clock: "asks" | "answers" | "none"): Promise<void> {
    this.#signedInPerson();
    await (await this.#conversing()).mailing.write(room, checkedText(text), clock);
  }

  declineEnquiry: App["declineEnquiry"] = async (room, reason) => {
    await this.#watch(post<wire.Declined>(`/api/enquiries/${room}/decline`, { reason }));
    await this.loadInbox();
  };

  async proposeElsewhere(room: string, reason: ReferralReason): Promise<void> {
    await this.#watch(post<wire.Proposed>(`/api/threads/${room}/propose`, { reason }));
  }

  async takeEnquiry(room: string, decided: readonly AlarmView[] = []): Promise<void> {
    await this.#stepIn((await import("./duty.js")).takeEnquiry, room, decided);
  }

  async takeOver(room: string, decided: readonly AlarmView[] = []): Promise<void> {
    await this.#stepIn((await import("./duty.js")).takeOver, room, decided);
  }

  async #stepIn(step: StepIn, room: string, decided: readonly AlarmView[]): Promise<void> {
    const person = this.#signedInPerson();
    await this.#watch(step(person, room, decided));
    (await this.#conversing()).decided(person, room, decided);
    this.#refreshSoon();
  }

  async deleteThread(room: string, password: string): Promise<DeletionView> {
    const gone = await this.#watch(deleteThread(this.#signedInPerson(), room, password));
    await this.#lists.load("client");
    return gone;
  }

  async renewIdentity(present: string, next: string): Promise<void> {
    const before = this.#signedInPerson();
    const { renewIdentity } = await import("./new-identity.js");
    const person = await this.#watch(renewIdentity(before, present, next));
    this.#conversations?.forget();
    before.forget();
    await this.#signedIn(person);
  }

  async deleteAccount(password: string): Promise<DeletionView> {
    const gone = await this.#watch(deleteAccount(this.#signedInPerson(), password));
    this.forget();
    return gone;
  }

  cancelAppointment = (id: string): Promise<void> => this.bookings.cancel(id);

  async #signedIn(person: Unlocked): Promise<void> {
    const conversations = await this.#conversing();
    // First what was made on this page: whoever is signed in then decides which page is shown.
    await this.account.belongsTo(person);
    this.#person = person;
    this.sessionExpired = false;
    serverTime.learn(person.me.server_time);
    await conversations.mailing.signedIn(person, this.#isOwnDevice(person));
    this.#line.close();
    await this.#line.open();
    this.#rounds.begin();
    await this.#openDesk(person);
    if (this.#waits) return;
    this.proof.signedIn(person);
    await this.#watch(this.#lists.load(person.me.role));
    void this.desk?.tidyUp().catch(() => undefined);
  }

  /** Those of this page, whoever is signed in. */
  async #conversing(): Promise<Conversations> {
    const { Conversations } = await fetchConversations();
    const watch = <Result>(step: Promise<Result>) => this.#watch(step);
    return (this.#conversations ??= new Conversations(this.#line, this.#lists, this.proof, watch));
  }

  /** Whoever works at an agency sees who else does. What is wrong with the list is said on its page, not at the log-in. */
  async #openDesk(person: Unlocked): Promise<void> {
    this.desk = null;
    if (person.me.role === "client") return;
    const { AgencyDesk } = await import("./agency/desk.svelte.js");
    this.desk = new AgencyDesk(person, (step) => this.#watch(step));
    await this.desk.load().catch(() => undefined);
  }

  /** Accepted, but not certified yet: nothing but the roster can be asked for. */
  get #waits(): boolean {
    return this.desk !== null && this.desk.waiting !== null;
  }

  /** Errors are not shown: the team's page says them, and the next round asks again. */
  async #rosterChanged(): Promise<void> {
    await this.desk?.load().catch(() => undefined);
    if (!this.#waits) this.#refreshSoon();
  }

  #connectionIs(state: Connection): void {
    this.connection = state;
    if (state === "connected") void this.#askAgain(false);
  }

  /** What cannot be had is said by what lacks it, and asked for in the next round. */
  async #askAgain(entered: boolean): Promise<void> {
    if (this.#person === null || this.sessionExpired || this.stopped !== null) return;
    if (this.#waits) return this.#rosterChanged();
    await this.#conversations?.catchUp(entered);
    await this.#conversations?.mailing.round();
    void this.desk?.absences.ask();
    void this.desk?.board.ask();
    void this.desk?.intake.ask();
    this.#refreshSoon();
  }

  #refreshSoon(): void {
    if (this.#person !== null) this.#lists.refreshSoon(this.#person.me.role);
  }

  async #watch<Result>(step: Promise<Result>): Promise<Result> {
    try {
      return await step;
    } catch (reason) {
      if (reason instanceof Refused && reason.code === "session_expired") this.sessionExpired = true;
      if (reason instanceof VaultStopped) this.stopped = { code: reason.code };
      throw reason;
    }
  }

  #signedInPerson(): Unlocked {
    if (this.#person === null) throw new Refused("session_expired");
    return this.#person;
  }
}

export const app: App = new AppState();
