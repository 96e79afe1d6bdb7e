import type * as wire from "../wire.gen.js";
import { get, post } from "../net/api.js";
import { newRequestId } from "../net/request-id.js";
import type { Lists } from "./lists.svelte.js";
import type { AppointmentView, SlotsView, SlotView } from "./types.js";
import { appointmentView, slotsView } from "./views.js";

/** Times for a live chat: which are free, and whose they become. */
export class Bookings {
  constructor(
    private readonly lists: Lists,
    private readonly watch: <Result>(step: Promise<Result>) => Promise<Result>,
  ) {}

  async slots(room: string): Promise<SlotsView> {
    return slotsView(await this.watch(get<wire.Slots>(`/api/threads/${room}/slots`, { kind: "chat" })));
  }

  async book(room: string, slot: SlotView): Promise<AppointmentView> {
    const starts_at = slot.startsAt.toISOString();
    const held = await this.watch(
      post<wire.SlotHeld>(`/api/threads/${room}/holds`, { kind: "chat", starts_at, request_id: newRequestId() }),
    );
    const booked = await this.watch(
      post<wire.Appointment>(`/api/threads/${room}/appointments`, { hold: held.hold, request_id: newRequestId() }),
    );
    this.lists.replaceAppointment(booked);
    return appointmentView(booked);
  }

  async cancel(id: string): Promise<void> {
    this.lists.replaceAppointment(await this.watch(post<wire.Appointment>(`/api/appointments/${id}/cancel`)));
  }
}
