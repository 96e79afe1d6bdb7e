import type * as wire from "../wire.gen.js";
import { get, post } from "../net/api.js";
import { serverTime } from "./server-time.svelte.js";
import type { AppointmentView, InboxLine, NoticeView, Role, ThreadSummary } from "./types.js";
import { appointmentView, inboxLine, noticeView, threadSummary } from "./views.js";

const GATHER_MS = 200;

/** What stands in a signed-in person's lists, as last told by the server. */
export class Lists {
  threads: ThreadSummary[] = $state.raw([]);
  inbox: InboxLine[] = $state.raw([]);
  appointments: AppointmentView[] = $state.raw([]);
  notices: NoticeView[] = $state.raw([]);
  /** Nothing may follow from a list that is empty only because nobody has asked yet. */
  knowsAppointments = $state(false);
  /** How many changes of appointments were told one by one. */
  #told = 0;
  #refreshing: ReturnType<typeof setTimeout> | null = null;
  #loading: Promise<void> = Promise.resolve();

  async loadThreads(): Promise<void> {
    const answer = await get<wire.Threads>("/api/threads");
    serverTime.learn(answer.server_time);
    this.threads = answer.threads.map(threadSummary);
  }

  async loadInbox(): Promise<void> {
    const answer = await get<wire.Inbox>("/api/inbox");
    serverTime.learn(answer.server_time);
    this.inbox = answer.lines.map(inboxLine);
  }

  /** An answer that was on its way while a push told of a change is older than the push: it is asked for again. */
  async loadAppointments(): Promise<void> {
    const told = this.#told;
    const answer = await get<wire.Appointments>("/api/appointments");
    if (told !== this.#told) return this.loadAppointments();
    serverTime.learn(answer.server_time);
    this.appointments = answer.appointments.map(appointmentView);
    this.knowsAppointments = true;
  }

  async loadNotices(): Promise<void> {
    this.notices = (await get<wire.Notices>("/api/notices")).notices.map(noticeView);
  }

  /** Those that this page has shown; what has come since is new. */
  async seeNotices(): Promise<void> {
    const upTo = Math.max(0, ...this.notices.map(({ id }) => id));
    await post<wire.NoticesSeen>("/api/notices/seen", { up_to: upTo });
    this.notices = this.notices.map((one) => (one.id <= upTo ? { ...one, seen: true } : one));
  }

  replaceAppointment(appointment: wire.Appointment): void {
    this.#told += 1;
    const others = this.appointments.filter((one) => one.id !== appointment.id);
    const all = [...others, appointmentView(appointment)];
    this.appointments = all.sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  }

  async load(role: Role): Promise<void> {
    const lists = [this.loadThreads(), this.loadAppointments(), this.loadNotices()];
    if (role !== "client") lists.push(this.loadInbox());
    await Promise.all(lists);
  }

  /** Many pushes in a row become one refresh, one after the other. One that fails is made good by the next. */
  refreshSoon(role: Role): void {
    if (this.#refreshing !== null) return;
    const timer = setTimeout(() => void this.#refresh(role, timer), GATHER_MS);
    this.#refreshing = timer;
  }

  async #refresh(role: Role, timer: ReturnType<typeof setTimeout>): Promise<void> {
    await this.#loading;
    // Somebody has logged out meanwhile.
    if (this.#refreshing !== timer) return;
    this.#refreshing = null;
    this.#loading = this.load(role).catch(() => undefined);
  }

  clear(): void {
    if (this.#refreshing !== null) clearTimeout(this.#refreshing);
    this.#refreshing = null;
    this.threads = [];
    this.inbox = [];
    this.appointments = [];
    this.knowsAppointments = false;
    this.notices = [];
  }
}
