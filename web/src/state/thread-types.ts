import type { Call } from "./call/call.svelte.js";
import type { ProofAlarmCode, ReceiptView } from "./proof/types.js";
import type { WaiverReason } from "./agency/waiver-types.js";
import type { AppointmentView, ReferralReason, Refusal, TakeoverReason, ThreadSummary } from "./types.js";

/** What the pages see of one conversation. */

/** `waiting`: for the network, and tried again by itself; `not_sent`: only when the person wants it. */
export type Delivery = "sending" | "waiting" | "stored" | "not_sent";

/** What is odd about a message that could be verified. */
export type NoteCode = "rolled_back" | "gap_before" | "forked" | "clock_wrong" | "from_removed";

export interface MessageView {
  kind: "message";
  key: string;
  /** What edits and deletions refer to; null before it is stored. */
  id: string | null;
  position: number | null;
  mine: boolean;
  authorName: string;
  at: Date;
  text: string;
  file?: FileView;
  delivery: Delivery;
  /** Why a message of one's own could not be sent; it can be tried again. */
  refusal: Refusal | null;
  /** Not stored yet, but it outlives this page on this device. */
  onDevice?: boolean;
  /** Its author has changed or deleted it since. */
  changed: "no" | "edited" | "deleted";
  notes: NoteCode[];
}

/** A file that a message names; `name` is its sender's word and may be anything (T33). */
export interface FileView {
  readonly name: string;
  readonly size: number;
}

/** A file that was chosen and is not sent yet. `share`: how much of it has arrived, from 0 to 1. */
export interface ChosenFile {
  readonly name: string;
  readonly size: number;
  readonly phase: "looking" | "chosen" | "sending" | "failed";
  /** It is a picture, and what it says about place, device and time will not go out. */
  readonly stripped: boolean;
  readonly share: number;
  readonly waits: "offline" | "session_expired" | null;
  readonly refusal: Refusal | null;
  readonly caption: string;
}

export interface ThreadFiles {
  readonly chosen: ChosenFile | null;
  choose(file: File): void;
  /** Not that one; what has been uploaded of it is removed. */
  takeBack(): void;
  /** Also after a failure. How it ends stands in `chosen`, which is null once the message is stored. */
  send(caption: string): Promise<void>;
  fetch(file: FileView, tell: (progress: Pick<ChosenFile, "share" | "waits">) => void): FetchingFile;
}

/** Throws a Refusal. A picture may be shown from its blob; anything else is saved. */
export interface FetchingFile {
  readonly result: Promise<{ blob: Blob; picture: boolean }>;
  stop(): void;
}

export type EventKind =
  | "opened"
  | "joined"
  | "joined_with_history"
  | "taken_over"
  | "left"
  | "stepped_out"
  | "standby_off"
  | "standby_on"
  | "history_granted"
  | "key_changed"
  | "new_identity"
  | "keys_changed"
  | "closed"
  | "no_answer_needed"
  | "asks_again"
  | "contested"
  | "clock_mismatch";

/** Something that changed who can read along, or how; or what somebody said without words. */
export interface EventView {
  kind: EventKind;
  key: string;
  position: number;
  at: Date;
  names: string[];
  /** Of what claimed to be an answer: its message, which can be contested. */
  id?: string;
  /** Who did it, where that is somebody else. */
  by?: string;
  /** Of a takeover: why, and in whose place. */
  reason?: TakeoverReason;
  others?: string[];
}

/** What the page knows of the room as a whole that must not be passed over. */
export type AlarmCode =
  | "forked"
  | "rolled_back"
  | "conflict"
  | "gap_before"
  | "missing"
  | "commitment_failed"
  | "roster_outdated"
  | "roster_forked"
  | "change_refused"
  | "new_identity"
  | "same_name"
  | "keys_contradict"
  | "other_room"
  | "not_equal"
  | ProofAlarmCode;

export interface AlarmView {
  code: AlarmCode;
  position: number | null;
  /** Whom or what it is about: a fingerprint, or a place. The same code about something else is another alarm. */
  about?: string;
  /** The name of whom it is about, where that is a person. */
  name?: string;
}

/** What two people compare: 60 digits, and the same as a code for a camera. */
export interface SafetyView {
  fingerprint: string;
  name: string;
  groups: string[];
  code: string;
  verified: boolean;
}

/** Shown, never hidden: what could not be verified, and the reader's reason. */
export interface BrokenView {
  kind: "broken";
  key: string;
  position: number;
  at: Date | null;
  reason: string;
}

export type ItemView = MessageView | EventView | BrokenView;

/** Somebody who can read a conversation right now, by the name that the agency certifies or the client goes by. */
export interface ReaderView {
  fingerprint: string;
  name: string;
  counsels: boolean;
  me: boolean;
  /** The safety numbers were compared. */
  verified: boolean;
}

/** A colleague of the agency who is not in the conversation. */
export interface Colleague {
  fingerprint: string;
  name: string;
}

/** Who can read a conversation, and what one may do about it. All fields are reactive; every method may throw a Refusal. */
export type DeclineReason = "topic" | "conflict" | "capacity";

export interface Readership {
  readonly people: ReaderView[];
  /** A colleague of the agency can step in. */
  readonly standby: boolean;
  /** The client waits for an answer. */
  readonly waiting: boolean;
  readonly closed: boolean;
  /** This person is not in it any more. */
  readonly left: boolean;
  /** The agency's list of its people has run out: nobody can join, those who are here go on. */
  readonly rosterExpired: boolean;
  /** The agency's root was replaced not long ago, by the key that it had named for that. */
  readonly rootReplaced: { reason: "lost" | "stolen"; at: Date } | null;
  /** Who could be brought in. */
  readonly colleagues: Colleague[];
  remove(fingerprint: string): Promise<void>;
  stepOut(): Promise<void>;
  /** For the last counsellor: the colleagues on duty find it again; the client is not told why. */
  giveBack(reason: DeclineReason): Promise<void>;
  /** For the client: all who counsel go, and this colleague comes; null: whoever of the agency takes it. */
  goOnWith(fingerprint: string | null, history: boolean): Promise<void>;
  switchStandby(on: boolean): Promise<void>;
  add(fingerprint: string, history: boolean): Promise<void>;
  closeConversation(): Promise<void>;
}

/** Voice and video in this conversation. The code for it comes when somebody goes there. */
export interface ThreadCalls {
  /** Somebody else is in the call already. */
  readonly somebodyWaits: boolean;
  begin(): Promise<Call>;
}

/** One open conversation, alive while its page is shown. All fields are reactive. */
export interface OpenThread {
  readonly summary: ThreadSummary;
  readonly items: ItemView[];
  readonly readership: Readership;
  readonly agencyConfirmed: boolean;
  readonly alarms: readonly AlarmView[];
  /** The server's word on its promises here, the newest first. */
  readonly receipts: readonly ReceiptView[];
  /** An alarm stands that keeps this page from writing, until the person has read it and goes on. */
  readonly blocked: boolean;
  /** The person has read what the alarms say, and writes all the same. */
  goOn(): void;
  /** Up to this position somebody else has shown that they have the same history. */
  readonly confirmedUpTo: number;
  /** Up to this position somebody else has read. */
  readonly readUpTo: number;
  /** The page shows everything that is there: the others learn that it was read. */
  markRead(): void;
  /** Nobody looks at the page any more, or at its end: what they had no time to read is not said to be read. */
  lookAway(): void;
  edit(key: string, text: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** "This did not answer me", of a message or of what only claimed to be an answer (T47): the promise starts again. */
  contest(key: string): Promise<void>;
  /** Takes "needs no answer" back: the promise starts again. */
  asksAgain(): Promise<void>;
  safetyNumbers(): Promise<SafetyView[]>;
  /** After two people have compared: equal, and the person is verified; not equal, and that is an alarm. */
  compared(fingerprint: string, equal: boolean): Promise<void>;
  readonly appointment: AppointmentView | null;
  /** The client has deleted the thread: there is nothing left to read, and nobody to write to. */
  readonly deleted: boolean;
  /** Why something new in the room could not be read just now; it is tried again with the next round. */
  readonly behind: Refusal | null;
  /** The other side has the room open right now. */
  readonly othersPresent: string[];
  readonly typing: string[];
  /** What is typed and not yet sent; survives errors, navigation and an expired session. */
  draft: string;
  readonly files: ThreadFiles;
  send(): Promise<void>;
  retry(key: string): Promise<void>;
  /** Of a message that is not stored: it never goes out from here. Its text is the draft again, where there is none. */
  withdraw(key: string): Promise<void>;
  sayTyping(): void;
  needsNoAnswer(): Promise<void>;
  /** For a counsellor: the running promise ends without an answer. `block`: the client may write no more. */
  waive(reason: WaiverReason, block: boolean): Promise<void>;
  /** For a counsellor: everybody at the agency is called, or the danger is over. */
  markDanger(there: boolean): Promise<void>;
  /** For a counsellor: another agency would be better for the client, who decides. */
  propose(reason: ReferralReason): Promise<void>;
  /** For the client: they do not want to go elsewhere. */
  stay(): Promise<void>;
  beginLiveChat(): Promise<void>;
  endLiveChat(): Promise<void>;
  readonly calls: ThreadCalls;
  close(): void;
}
