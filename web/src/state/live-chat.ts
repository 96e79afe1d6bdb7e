import type * as wire from "../wire.gen.js";
import { post } from "../net/api.js";
import { refusal } from "./message-text.js";
import type { Surroundings } from "./surroundings.js";
import type { AppointmentView } from "./types.js";

const LIVE_AFTER_END_MS = 30 * 60_000;

/** The appointment of a thread that comes next or is on, and the chat that it turns the room into. */
export class LiveChat {
  constructor(
    private readonly room: () => string,
    private readonly around: Surroundings,
  ) {}

  get appointment(): AppointmentView | null {
    const [room, now] = [this.room(), this.around.now().getTime()];
    const mine = this.around
      .appointments()
      .filter(
        (one) =>
          one.room === room && (one.state === "booked" || one.missed) && one.endsAt.getTime() + LIVE_AFTER_END_MS > now,
      );
    return mine.sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())[0] ?? null;
  }

  /** Since when a chat is on, if one is. */
  get since(): Date | null {
    return this.appointment?.live === true ? this.appointment.opensAt : null;
  }

  async turn(what: "begin" | "end"): Promise<void> {
    const { appointment } = this;
    if (appointment === null) throw refusal("appointment_over");
    this.around.replaceAppointment(await post<wire.Appointment>(`/api/appointments/${appointment.id}/${what}`));
  }
}
