import type * as wire from "../wire.gen.js";
import { get, post } from "../net/api.js";
import { newRequestId } from "../net/request-id.js";
import type { PlaceView, SlotView } from "./booking-types.js";
import { placeView } from "./views.js";

/** What is the same of a group for everybody. */
export interface LedGroup {
  id: string;
  title: string;
  rules: string;
  cancelled: boolean;
  startsAt: Date;
  endsAt: Date;
  zone: string;
  place: PlaceView | null;
  seats: number;
  /** Of those who come; for those only, and for the counsellor. */
  names: readonly string[];
}

/** As a client sees it. `ownName`: under which they sit there, null without a seat. */
export interface GroupView extends LedGroup {
  agencyName: string;
  counsellorName: string;
  leaveUntil: Date;
  free: number;
  ownName: string | null;
}

/** What stands in the form of a group that is to be announced. */
export interface GroupForm {
  title: string;
  rules: string;
  place: string;
  seats: number;
  minutes: number;
}

export const ledGroup = (one: wire.Group | wire.OwnGroup): LedGroup => ({
  id: one.id,
  title: one.title,
  rules: one.rules,
  cancelled: one.state === "cancelled",
  startsAt: new Date(one.starts_at),
  endsAt: new Date(one.ends_at),
  zone: one.zone,
  place: one.place === null ? null : placeView(one.place),
  seats: one.seats,
  names: one.names,
});

export const groupView = (one: wire.Group): GroupView => ({
  ...ledGroup(one),
  agencyName: one.agency_name,
  counsellorName: one.counsellor_name,
  leaveUntil: new Date(one.leave_until),
  free: one.free,
  ownName: one.own_name,
});

/** When a group could be, there and for so long. */
export async function groupTimes({ place, minutes }: GroupForm): Promise<{ zone: string; slots: SlotView[] }> {
  const asked = { place, minutes: String(minutes) };
  const { zone, slots } = await get<wire.GroupTimes>("/api/calendar/groups/times", asked);
  const views = slots.map((one) => ({ startsAt: new Date(one.starts_at), endsAt: new Date(one.ends_at) }));
  return { zone, slots: views };
}

/** What failed on a bad line is not announced twice when it is tried again. */
export class Announcing {
  readonly #requests = new Map<string, string>();

  async announce(form: GroupForm, startsAt: Date): Promise<void> {
    const wish = { ...form, starts_at: startsAt.toISOString() };
    const wanted = JSON.stringify(wish);
    const request_id = this.#requests.get(wanted) ?? newRequestId();
    this.#requests.set(wanted, request_id);
    await post<wire.OwnGroup>("/api/calendar/groups", { ...wish, request_id });
    // The same may be announced again later, after it was called off: that is another wish.
    this.#requests.delete(wanted);
  }
}
