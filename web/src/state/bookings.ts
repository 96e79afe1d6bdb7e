import type * as wire from "../wire.gen.js";
import { get, post } from "../net/api.js";
import { newRequestId } from "../net/request-id.js";
import type { Bookings, HoldView, Kind, SlotsView, SlotView, SlotWish, WaitView } from "./booking-types.js";
import type { Lists } from "./lists.svelte.js";
import { serverTime } from "./server-time.svelte.js";
import type { AppointmentView } from "./types.js";
import { appointmentView, slotsView } from "./views.js";

/** Two whole months of the small calendar; what a kind is not offered for yet, the server leaves out. */
const AHEAD_MS = 62 * 24 * 60 * 60_000;
const CHAT: SlotWish = { kind: "chat", place: null };

const at = (instant: string): Date => new Date(instant);

const holdView = (room: string, kind: Kind, held: wire.SlotHeld | wire.SlotOffered): HoldView => ({
  id: held.hold,
  room,
  kind,
  startsAt: at(held.starts_at),
  endsAt: at(held.ends_at),
  expiresAt: at(held.expires_at),
});

const waitViews = ({ room, waits }: wire.Line): WaitView[] =>
  waits.map(({ kind, earlier_than, offer }) => ({
    kind,
    earlierThan: earlier_than === null ? null : at(earlier_than),
    offer: offer === null ? null : holdView(room, kind, offer),
  }));

/** Times with a counsellor: which are free, and whose they become. */
export class OwnBookings implements Bookings {
  /** One for each thing that was wanted: what failed on a bad line is not done twice when it is tried again. */
  readonly #requests = new Map<string, string>();

  constructor(
    private readonly lists: Lists,
    private readonly watch: <Result>(step: Promise<Result>) => Promise<Result>,
  ) {}

  async slots(room: string, { kind, place }: SlotWish = CHAT): Promise<SlotsView> {
    const until = new Date(serverTime.now().getTime() + AHEAD_MS).toISOString();
    const asked = { kind, until, ...(place === null ? {} : { place }) };
    return slotsView(await this.watch(get<wire.Slots>(`/api/threads/${room}/slots`, asked)));
  }

  async hold(room: string, slot: SlotView, { kind, place }: SlotWish): Promise<HoldView> {
    const wish = { kind, place, starts_at: slot.startsAt.toISOString(), request_id: newRequestId() };
    return holdView(room, kind, await this.watch(post<wire.SlotHeld>(`/api/threads/${room}/holds`, wish)));
  }

  async extend(hold: HoldView): Promise<HoldView> {
    const path = `/api/threads/${hold.room}/holds/${hold.id}/extend`;
    return holdView(hold.room, hold.kind, await this.watch(post<wire.SlotHeld>(path)));
  }

  async letGo(hold: HoldView): Promise<void> {
    await this.watch(post(`/api/threads/${hold.room}/holds/${hold.id}/release`));
  }

  async book(hold: HoldView): Promise<AppointmentView> {
    const wish = { hold: hold.id, request_id: this.#requestFor(hold.id) };
    return this.#changed(await this.watch(post<wire.Appointment>(`/api/threads/${hold.room}/appointments`, wish)));
  }

  async move(appointment: string, startsAt: Date): Promise<AppointmentView> {
    const starts_at = startsAt.toISOString();
    const wanted = `${appointment} ${starts_at}`;
    const wish = { starts_at, request_id: this.#requestFor(wanted) };
    const moved = await this.watch(post<wire.Appointment>(`/api/appointments/${appointment}/move`, wish));
    // Somebody may come back to the same time later: that is another wish.
    this.#requests.delete(wanted);
    return this.#changed(moved);
  }

  async cancel(id: string): Promise<void> {
    this.#changed(await this.watch(post<wire.Appointment>(`/api/appointments/${id}/cancel`)));
  }

  async waits(room: string): Promise<WaitView[]> {
    return waitViews(await this.watch(get<wire.Line>(`/api/threads/${room}/waiting`)));
  }

  async wait(room: string, kind: Kind, earlierThan: Date | null): Promise<WaitView[]> {
    const wish = { kind, earlier_than: earlierThan?.toISOString() ?? null };
    return waitViews(await this.watch(post<wire.Line>(`/api/threads/${room}/waiting`, wish)));
  }

  async stopWaiting(room: string): Promise<void> {
    await this.watch(post(`/api/threads/${room}/waiting/leave`));
  }

  async lengthen(appointment: string, endsAt: Date): Promise<void> {
    await this.#say(appointment, "longer", { ends_at: endsAt.toISOString() });
  }

  recordMissed = (appointment: string, missed: boolean): Promise<void> => this.#say(appointment, "missed", { missed });
  nobodyCame = (appointment: string): Promise<void> => this.#say(appointment, "nobody-came");

  async #say(appointment: string, what: string, more: object = {}): Promise<void> {
    this.#changed(await this.watch(post<wire.Appointment>(`/api/appointments/${appointment}/${what}`, more)));
  }

  #changed(appointment: wire.Appointment): AppointmentView {
    this.lists.replaceAppointment(appointment);
    return appointmentView(appointment);
  }

  #requestFor(wanted: string): string {
    const known = this.#requests.get(wanted) ?? newRequestId();
    this.#requests.set(wanted, known);
    return known;
  }
}
