import type { AppointmentView } from "./types.js";

/** What the pages see of times: free ones, kept ones, and those that somebody waits for. */

export type Kind = "chat" | "video" | "phone" | "on_site";

/** A room in which people meet. `addressTold`: it is told in the conversation, and stands nowhere else. */
export interface PlaceView {
  id: string;
  name: string;
  address: string;
  addressTold: boolean;
  stepFree: "yes" | "partly" | "no" | "unknown";
  wayIn: string;
}

/** What somebody looks for. `place`: only there, for what happens on site. */
export interface SlotWish {
  kind: Kind;
  place: string | null;
}

export interface SlotView {
  startsAt: Date;
  endsAt: Date;
}

export interface KindView {
  kind: Kind;
  minutes: number;
  /** Until how many minutes before the start a client may change it. */
  noticeMinutes: number;
}

export interface SlotsView {
  kind: Kind;
  minutes: number;
  zone: string;
  counsellorName: string;
  slots: SlotView[];
  otherwiseDueAt: Date;
  kinds: KindView[];
  places: PlaceView[];
  /** ISO 639. */
  languages: string[];
}

/** A time that is kept for this person until `expiresAt`. */
export interface HoldView extends SlotView {
  id: string;
  room: string;
  kind: Kind;
  expiresAt: Date;
}

/** Somebody's place in line. */
export interface WaitView {
  kind: Kind;
  earlierThan: Date | null;
  offer: HoldView | null;
}

/** Times with a counsellor: finding, keeping, booking and changing them. Every method may throw a Refusal. */
export interface Bookings {
  slots(room: string, wish?: SlotWish): Promise<SlotsView>;
  /** Keeps it for ten minutes; another one that was kept in that conversation is free again. */
  hold(room: string, slot: SlotView, wish: SlotWish): Promise<HoldView>;
  /** Ten minutes more, once. */
  extend(hold: HoldView): Promise<HoldView>;
  /** Also of an offer: then it goes to the next in line. */
  letGo(hold: HoldView): Promise<void>;
  book(hold: HoldView): Promise<AppointmentView>;
  /** In one step: the old time is free and the new one taken, or nothing has changed. */
  move(appointment: string, startsAt: Date): Promise<AppointmentView>;
  waits(room: string): Promise<WaitView[]>;
  wait(room: string, kind: Kind, earlierThan: Date | null): Promise<WaitView[]>;
  stopWaiting(room: string): Promise<void>;
  /** For a counsellor: it goes on until then, if the calendar allows. */
  lengthen(appointment: string, endsAt: Date): Promise<void>;
  /** For a counsellor: the client did not come, or did after all. */
  recordMissed(appointment: string, missed: boolean): Promise<void>;
  /** For a client: nobody came. */
  nobodyCame(appointment: string): Promise<void>;
}
