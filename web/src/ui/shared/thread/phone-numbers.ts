import { holdsPhone } from "../../../state/needs.js";
import type { App, ItemView, MessageView } from "../../../state/types.js";

/** A call may take longer than it was booked for. */
const LINGERS_MS = 60 * 60_000;

/** Whether a telephone number in this conversation may still be needed: a call is to come, or was just now. */
export function numbersNeeded(app: Pick<App, "appointments" | "knowsAppointments" | "now">, room: string): boolean {
  if (!app.knowsAppointments) return true;
  const now = app.now().getTime();
  return app.appointments.some(
    (one) =>
      one.room === room && one.kind === "phone" && one.state !== "cancelled" && one.endsAt.getTime() + LINGERS_MS > now,
  );
}

/** One's own messages of the fixed form that still hold a number. */
export const ownNumbers = (items: readonly ItemView[]): MessageView[] =>
  items.filter(
    (item): item is MessageView =>
      item.kind === "message" && item.mine && item.id !== null && item.changed === "no" && holdsPhone(item.text),
  );
