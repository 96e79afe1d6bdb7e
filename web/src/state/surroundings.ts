import type * as wire from "../wire.gen.js";
import type { Names } from "./items.js";
import type { ThreadState } from "./open-thread.svelte.js";
import type { Entry } from "./outbox/writing.js";
import type { Proof } from "./proof/types.js";
import type { Reader } from "./protocol.js";
import type { Deliver } from "./room.js";
import type { AppointmentView, SafetyView } from "./types.js";
import type { RoomAlarms } from "./room-alarms.svelte.js";
import type { Unlocked } from "./unlocked.js";

/** The outbox, as far as one room is concerned. */
export interface Unsent {
  write(text: string): Promise<void>;
  retry(uid: string): void;
  /** Gives its text; null when it has been sent by then. */
  withdraw(uid: string): Promise<string | null>;
  all(): Entry[];
  /** What stands in the field and is not sent. */
  noteDraft(text: string): void;
}

/** What an open thread needs from the page around it. */
export interface Surroundings {
  readonly person: Unlocked;
  readonly now: () => Date;
  readonly myName: string;
  /** Every fingerprint that this person has had. */
  readonly mine: ReadonlySet<string>;
  readonly mayAsk: boolean;
  readonly appointments: () => AppointmentView[];
  readonly deliver: Deliver;
  readonly unsent: Unsent;
  readonly proof: Proof;
  /** Passes a sealed signal of a call on to the room's other pages, now or never. */
  readonly signal: (room: string, signal: string) => Promise<unknown>;
  readonly say: (event: "typing" | "leave", room: string) => void;
  readonly replaceAppointment: (appointment: wire.Appointment) => void;
  /** Asks the server anew what it knows of the thread. */
  readonly refresh: (thread: ThreadState) => Promise<void>;
  readonly closed: (thread: ThreadState) => void;
  readonly safetyNumbers: (reader: Reader, names: Names) => Promise<SafetyView[]>;
  /** Marks somebody in the room as verified. */
  readonly keepVerified: (reader: Reader, fingerprint: string) => Promise<void>;
  /** The numbers were not equal. */
  readonly keepUnequal: (reader: Reader, fingerprint: string) => Promise<void>;
  /** Those in the room with whom they were not equal the last time. */
  readonly unequal: (reader: Reader) => string[];
  readonly isVerified: (reader: Reader, fingerprint: string) => boolean;
  /** Pins everybody who is here; gives those whose keys contradict what was known of them (T13). */
  readonly meet: (reader: Reader) => Promise<string[]>;
  /** What has been found out about this room since the log-in. */
  readonly alarms: RoomAlarms;
  /** Something new has been read; the checkpoint in the vault may be raised. */
  readonly moved: (reader: Reader) => void;
  /** What has been read last becomes no checkpoint before the person has decided about it. */
  readonly hold: (reader: Reader) => void;
  /** Nothing of what the room shows now may become a checkpoint. */
  readonly distrust: (reader: Reader) => void;
}
