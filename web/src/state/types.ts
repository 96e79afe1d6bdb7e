import type { AlarmView, DeclineReason, OpenThread } from "./thread-types.js";
import type { OwnConsent } from "./consent-types.js";
import type { Bookings, Kind, PlaceView } from "./booking-types.js";
import type { FactorQuestion, OwnFactors, OwnSessions } from "./factors/types.js";
import type { Proof } from "./proof/types.js";
import type { Desk, Founding, Joining } from "./agency/types.js";

export type * from "./booking-types.js";
export type * from "./consent-types.js";
export type * from "./thread-types.js";
export type * from "./factors/types.js";
export type * from "./proof/types.js";

/** What the pages see. Keys, envelopes and sockets stay below this line. */

export type Role = "client" | "counsellor" | "coordinator" | "administrator";

/** A refusal by server or protocol: `code` is stable, the page has a sentence for each. */
export interface Refusal {
  code: string;
  field?: string;
  /** Of `room_blocked` before somebody steps in: what they have to decide about. */
  alarms?: readonly AlarmView[];
}

export interface ThreadSummary {
  room: string;
  topic: string;
  agency: string;
  agencyName: string;
  clientName: string;
  counsellorName: string | null;
  state: "new" | "open" | "closed";
  lastStoredAt: Date;
  waitingSince: Date | null;
  dueAt: Date | null;
  breached: boolean;
  /** Nobody answers what the client wrote last. */
  waived: boolean;
  /** The client may write no more here. */
  blocked: boolean;
  /** A counsellor has said that a life is in danger; never to the client. */
  danger: boolean;
  /** Why a counsellor has proposed to go on at another agency; the client has not decided. */
  proposed: ReferralReason | null;
  /** The agency at which the client goes on, and (for the client only) in which conversation. */
  onward: string | null;
  onwardRoom: string | null;
  /** For the client: other agencies can be asked before the promise is broken. */
  helpOffered: boolean;
}

/** `due`: the hour has come. `agencies`: those that are asked, or would be; `ready`: they can answer in time. */
export interface HelpView {
  wished: boolean;
  due: boolean;
  agencies: (AgencyView & { ready: boolean })[];
}

/** Somebody at another agency waits, and may come here: nothing else of them is known. */
export interface HelpCallView {
  id: string;
  topic: string;
  dueAt: Date;
  ready: boolean;
}

/** Other agencies of the region, asked before a promise is broken. */
export interface Neighbours {
  read(room: string): Promise<HelpView>;
  wish(room: string, wished: boolean): Promise<HelpView>;
  /** The enquiry that is being made goes to this one of those last read. */
  choose(id: string): Promise<void>;
  /** For those on duty: what their own agency is asked. */
  readonly calls: HelpCallView[];
  loadCalls(): Promise<void>;
  sayReady(id: string): Promise<void>;
}

export type ReferralReason = "topic" | "place" | "language" | "capacity";

export type TakeoverReason = "absent" | "left" | "asked" | "late";

export interface LeftBehind {
  room: string;
  agency: string;
  agencyName: string;
  dueAt: Date | null;
}

export interface InboxLine {
  room: string;
  topic: string;
  isNew: boolean;
  /** This person was asked to take it. */
  asked: boolean;
  /** Why this person may answer in the place of `counsellorName`; null when that is not asked for. */
  takeover: TakeoverReason | null;
  counsellorName: string | null;
  clientName: string | null;
  openedAt: Date;
  lastStoredAt: Date;
  waitingSince: Date | null;
  dueAt: Date | null;
  breached: boolean;
  /** The client waits because the last answer was none for them. */
  contested: boolean;
  danger: boolean;
  /** This person has counselled the client before. */
  known: boolean;
  /** A colleague has, and is asked first until then; whoever takes it before does nothing wrong. */
  wasWith: string | null;
  firstUntil: Date | null;
}

export interface AgencyView {
  id: string;
  name: string;
  about: { de: string; en: string };
  address: string;
  phone: string;
  fallback: boolean;
  /** When an answer comes at the latest, if one writes now. */
  dueAt: Date;
  /** When somebody is there, by the wall clock; 0 is Monday. */
  weekly: { weekday: number; begins: string; ends: string }[];
  /** Days of the next weeks on which nobody is, "2026-12-24", in order. */
  closed: string[];
  /** Nor on public holidays. */
  holidays: boolean;
  /** ISO 639. */
  languages: string[];
}

export interface TopicView {
  code: string;
  young: boolean;
  de: { name: string; line: string };
  en: { name: string; line: string };
}

export interface AppointmentView {
  id: string;
  room: string;
  kind: Kind;
  state: "held" | "booked" | "cancelled" | "done";
  startsAt: Date;
  endsAt: Date;
  opensAt: Date;
  live: boolean;
  zone: string;
  clientName: string;
  counsellorName: string;
  /** The counsellor has recorded that the client did not come. */
  missed: boolean;
  /** Nobody was there for the client. */
  counsellorMissed: boolean;
  /** Until then the client may call it off or move it. */
  cancelUntil: Date;
  place: PlaceView | null;
}

export interface NoticeView {
  id: number;
  kind: string;
  room: string | null;
  at: Date;
  seen: boolean;
  /** For coordinators, who see nothing else of it: what it was about, and by when, while somebody waits. */
  topic: string | null;
  dueAt: Date | null;
}

/** The server's signed word that something is gone: anybody can check `certificate` with `key`, both base64url. */
export interface DeletionView {
  kind: "room" | "user";
  subject: string;
  deletedAt: Date;
  finalAt: Date;
  certificate: string;
  key: string;
}

/** What the device takes for now, and what the server does. */
export interface ClocksApart {
  device: Date;
  server: Date;
}

export type Connection = "connected" | "connecting" | "offline";

export interface SiteView {
  version: string;
  demo: boolean;
  /** Within which every agency answers; null where one of them counts working time. */
  promiseHours: number | null;
  /** By what those who work here may sign in, too. */
  provider: string | null;
  emergency: { number: string; de: string; en: string }[];
}

/** What stands between a forgotten password and losing everything. `unconfirmed`: made, and nobody has shown that they kept it. */
export type RecoveryStanding = "none" | "unconfirmed" | "confirmed";

/** One's own way in. All fields are reactive. */
export interface OwnAccount {
  /** The recovery code that this page has made, until it is confirmed or left aside: it can be shown at no other time. */
  readonly code: string | null;
  readonly recovery: RecoveryStanding;
  confirmCode(): Promise<void>;
  /** Goes on without having confirmed it; the account keeps saying so. */
  leaveCode(): void;

  /** The recovery code stays. Ends all other logins. */
  changePassword(present: string, next: string): Promise<void>;
  /** Somebody may know the present one: another password and another code, which `code` then shows. */
  passwordStolen(present: string, next: string): Promise<void>;
  /** Another code only; the password is asked for, so that a page left open does not suffice. */
  replaceCode(present: string): Promise<void>;

  /** For somebody who is not signed in. Opens, and changes nothing. */
  openByCode(name: string, code: string): Promise<void>;
  /** After `openByCode`: a new password, and a new code, which `code` then shows. Somebody is signed in afterwards. */
  recover(password: string): Promise<void>;
}

export type Language = "de" | "en";

/** How one is told outside of the page, and what is possible here. */
export interface WaysView {
  mailOffered: boolean;
  push: "not_offered" | "shared_device" | "not_here" | "possible";
  mail: { address: string; confirmed: boolean; failedAt: Date | null } | null;
  browsers: { id: string; here: boolean; since: Date; failed: boolean }[];
  /** Minutes after midnight, by the agency's clock. */
  quiet: { begins: number; ends: number } | null;
}

/** What the person can change about it. `shown` is reactive. */
export interface Ways {
  readonly shown: WaysView | null;
  load(): Promise<void>;
  /** A code goes there; another address is forgotten. */
  enterMail(address: string, language: Language): Promise<void>;
  confirmMail(code: string): Promise<void>;
  removeMail(): Promise<void>;
  /** In this browser, after it has asked its person. Throws `push_refused`. */
  tellHere(language: Language): Promise<void>;
  removeBrowser(id: string): Promise<void>;
  setQuiet(quiet: WaysView["quiet"]): Promise<void>;
}

/** The whole domain as the pages use it; made once by state/app.svelte.ts. All getters are reactive ($state). Every method may throw a Refusal. */
export interface App {
  readonly site: SiteView | null;
  readonly connection: Connection;
  readonly me: { accountId: string; name: string; role: Role } | null;
  readonly account: OwnAccount;
  /** For the page about it alone: nobody else fetches it. */
  ways(): Promise<Ways>;
  consent(): Promise<OwnConsent>;
  factors(): Promise<OwnFactors>;
  sessions(): Promise<OwnSessions>;
  /** Others use this computer, too, as far as is known: a client has not said that it is theirs. */
  readonly sharedComputer: boolean;
  /** A second factor is asked for: shown in the place of everything else, which goes on after it. */
  readonly factorQuestion: FactorQuestion | null;
  readonly proof: Proof;
  /** Why the vault cannot be used: nothing else is shown then, and nothing is reset. */
  readonly stopped: Refusal | null;
  /** The session ended while the page was open; typed text is kept until the next login. */
  readonly sessionExpired: boolean;
  readonly threads: ThreadSummary[];
  readonly inbox: InboxLine[];
  readonly appointments: AppointmentView[];
  readonly notices: NoticeView[];
  /** What is said of appointments is what the server says now; false until it has said something. */
  readonly knowsAppointments: boolean;
  /** All of them have been looked at. */
  seeNotices(): Promise<void>;

  /** How many messages are lost when this page is closed now. */
  readonly unsentAtRisk: number;
  /** Device and server are more than a day apart: what is signed carries the device's time, and may be refused for it. */
  readonly clocksApart: ClocksApart | null;
  /** Server time now, as well as known; never the device's own. */
  now(): Date;
  start(): Promise<void>;
  topics(): Promise<TopicView[]>;
  findAgency(topic: string, postalCode: string): Promise<AgencyView>;
  /** Another one of those found. */
  chooseAgency(id: string): Promise<AgencyView>;
  /** The names of agencies that the first digits of a postal code lead to. */
  nearby(topic: string, begins: string): Promise<string[]>;
  freeNames(): Promise<string[]>;
  /** Null when strong enough; else words for what makes it weak. Loads zxcvbn on first use. */
  weakness(password: string, name: string): Promise<string | null>;

  /** What a first enquiry consists of before it is sent; page memory only. */
  readonly enquiry: {
    topic: TopicView | null;
    postalCode: string;
    agency: AgencyView | null;
    /** The others that are there as well. */
    readonly others: AgencyView[];
    text: string;
    /** Whoever of the agency counselled them before may be asked first. */
    sameCounsellor: boolean;
    /** The version of the words that were agreed to; empty as long as they were not. */
    consent: string;
    /** Whoever has agreed to them before is not asked once more. */
    consentNeeded: boolean;
    /** The conversation at another agency from which it comes, with what was promised there. */
    readonly from: LeftBehind | null;
    /** Goes on from a conversation, at an agency that is still to be chosen; null: it is an enquiry like any other. */
    comeFrom(thread: LeftBehind | null): void;
  };
  /** Makes the account (unless signed in), the room and the first message. Safe to call again after a failure. */
  sendEnquiry(name: string, password: string): Promise<{ room: string; dueAt: Date }>;

  /** Somebody is about to type a password: what that takes is fetched ahead. Never throws. */
  expectPassword(): void;
  /** `ownDevice`: what could not be sent yet may stay here, sealed, until the next log-in. Else it goes with the page. */
  logIn(name: string, password: string, ownDevice: boolean): Promise<void>;
  readonly atProvider: {
    /** Leaves this page for the identity provider's; `linking`: somebody who is signed in links an identity there. */
    setOut(linking: boolean): Promise<void>;
    /** Back from there: what opens the vault with its password; null: an identity is linked from now on. */
    comeBack(words: URLSearchParams): Promise<((password: string) => Promise<void>) | null>;
  };
  logOut(): Promise<void>;
  /** Wipes keys and memory at once, without waiting for the network. */
  forget(): void;

  /** The agency that the link's token stands for, before it exists. */
  founding(token: string): Promise<Founding>;
  /** An invitation, by the secret of its link; the root's fingerprint in it is enforced. */
  joining(secret: string): Promise<Joining>;
  /** The agency of whoever works at one; null for everybody else. */
  readonly desk: Desk | null;

  loadThreads(): Promise<void>;
  loadInbox(): Promise<void>;
  loadAppointments(): Promise<void>;
  loadNotices(): Promise<void>;
  openThread(room: string): Promise<OpenThread>;
  /** Writes in a conversation without opening it; it is sealed and sent as soon as that is possible. `none`: asks for no answer. */
  tell(room: string, text: string, clock: "asks" | "answers" | "none"): Promise<void>;
  /** `decided`: the alarms of an earlier refusal, `room_blocked`, that the person has read and goes on with. */
  takeEnquiry(room: string, decided?: readonly AlarmView[]): Promise<void>;
  /** It stays with the colleagues on duty; the coordinators hear of it. */
  declineEnquiry(room: string, reason: DeclineReason): Promise<void>;
  /** For those on duty: another agency would be better for the client, who decides. The enquiry stays where it is. */
  proposeElsewhere(room: string, reason: ReferralReason): Promise<void>;
  /** Answers in a colleague's place from now on. */
  takeOver(room: string, decided?: readonly AlarmView[]): Promise<void>;

  /** For everybody in it. Asks for the password once more. */
  deleteThread(room: string, password: string): Promise<DeletionView>;
  /**
   * New keys, vault and password under the same name, everywhere at once; other pages are cut off. `recoveryCode` is new, too.
   */
  renewIdentity(present: string, next: string): Promise<void>;
  /** With everything; nobody is signed in afterwards. */
  deleteAccount(password: string): Promise<DeletionView>;

  readonly neighbours: Neighbours;
  readonly bookings: Bookings;
  cancelAppointment(id: string): Promise<void>;
}
