import { Asking } from "../shared/asking.svelte.js";
import type { App, AppointmentView, HoldView, Kind, WaitView } from "../../state/types.js";

/** What the client waits for in one conversation, and what has become free for them. */
export class Waiting {
  all: WaitView[] = $state.raw([]);
  readonly asking = new Asking();

  constructor(
    private readonly app: App,
    private readonly room: string,
  ) {}

  /** What is kept for this person right now. */
  get offers(): HoldView[] {
    return this.all.flatMap(({ offer }) => (offer !== null && offer.expiresAt > this.app.now() ? [offer] : []));
  }

  waitsFor(kind: Kind): WaitView | undefined {
    return this.all.find((one) => one.kind === kind);
  }

  /** Of that kind, still to come, in this conversation: somebody who waits for an earlier time usually has a later one. */
  appointment(kind: Kind): AppointmentView | undefined {
    const now = this.app.now();
    return this.app.appointments.find(
      (one) => one.room === this.room && one.kind === kind && one.state === "booked" && one.startsAt > now,
    );
  }

  /** Errors are not shown: the page says enough without it, and asks again with the next notice. */
  async load(): Promise<void> {
    this.all = await this.app.bookings.waits(this.room).catch(() => this.all);
  }

  join = (kind: Kind): Promise<boolean> =>
    this.asking.run(async () => {
      this.all = await this.app.bookings.wait(this.room, kind, this.appointment(kind)?.startsAt ?? null);
    });

  leave = (): Promise<boolean> =>
    this.asking.run(async () => {
      await this.app.bookings.stopWaiting(this.room);
      this.all = [];
    });

  /** In place of the appointment that there is, where that may still be changed; else as another one. */
  async take(offer: HoldView): Promise<AppointmentView> {
    const before = this.appointment(offer.kind);
    if (before === undefined || before.cancelUntil <= this.app.now()) return this.app.bookings.book(offer);
    return this.app.bookings.move(before.id, offer.startsAt);
  }

  async pass(offer: HoldView): Promise<void> {
    await this.app.bookings.letGo(offer);
    await this.load();
  }
}
