/** What the pages of an agency's own people see. */

import type { Intake } from "./intake-types.js";
import type { Imports } from "./import-types.js";
import type { OwnCalendar } from "../calendar/types.js";
import type { Absences } from "./absence-types.js";
import type { Procedure, Waivers } from "./waiver-types.js";
import type { Board } from "./board-types.js";

export type Capability = "coordinate" | "counsel" | "duty";

/** An agency as it was planned on the command line, before anybody has founded it. */
export interface PlannedAgency {
  name: string;
  about: { de: string; en: string };
  address: string;
  phone: string;
  zone: string;
  topics: string[];
  /** Postal codes as "48143-48167". */
  areas: string[];
  fallback: boolean;
  expiresAt: Date;
}

/** What is printed, in groups of four. */
export interface FoundingPages {
  fingerprint: string[];
  root: string[];
  successor: string[];
}

/** With what somebody who works here logs in. */
export interface StaffLogin {
  name: string;
  password: string;
}

export interface Founder extends StaffLogin {
  displayName: string;
  counsels: boolean;
}

/** An agency that does not exist yet. Nothing of it is sent before `found`. */
export interface Founding {
  readonly plan: PlannedAgency;
  /** Draws the keys; asked again, it shows the same ones. */
  pages(): Promise<FoundingPages>;
  /** Everything is stored at once, or nothing; whoever founds is logged in then. */
  found(founder: Founder): Promise<void>;
  /** Wipes the keys. */
  forget(): void;
}

/** An invitation in the eyes of the invited: the roster it shows is that of the link's root. */
export interface Joining {
  readonly agencyName: string;
  readonly displayName: string;
  readonly capabilities: Capability[];
  readonly expiresAt: Date;
  /** Account and proof are stored at once, or nothing; who has accepted is logged in then, and waits. */
  accept(login: StaffLogin): Promise<void>;
}

export interface ColleagueView {
  account: string;
  name: string;
  capabilities: Capability[];
  me: boolean;
  /** The certificate was not there when this person last looked (T50). */
  isNew: boolean;
  left: boolean;
  /** Holds a key that signs the agency's roster. */
  signs: boolean;
}

/** `elsewhere`: only the browser that invited can tell. `false`: not made by whoever has the link (T14, T50). */
export type Proof = "right" | "false" | "elsewhere";

export interface InvitationView {
  id: string;
  name: string;
  capabilities: Capability[];
  expiresAt: Date;
  invitedBy: string;
  accepted: { proof: Proof; number: string } | null;
  /** The colleague who gets new keys by it. */
  renews: string | null;
}

export interface TeamView {
  agencyName: string;
  colleagues: ColleagueView[];
  former: ColleagueView[];
  invitations: InvitationView[];
  expiresAt: Date;
  /** Until when this person's own key signs rosters; null: it does not. */
  signsUntil: Date | null;
  onDuty: number;
  /** Where clients come in with the agency's fingerprint. */
  clientLink: string;
}

export interface ThreadToHand {
  room: string;
  topic: string;
  dueAt: Date | null;
  /** Whether a colleague may step in; if not, only the client can bring somebody in again. */
  standby: boolean;
}

/** What became of a colleague's conversations when the new keys took the place of the old. */
export interface RenewalView {
  handed: number;
  /** Those that only the client can open again. */
  unreachable: number;
}

/** What would have to be done if somebody left now. */
export interface DepartureView {
  name: string;
  threads: ThreadToHand[];
  /** Who can take over. */
  heirs: { account: string; name: string }[];
  /** How many appointments would be cancelled. */
  appointments: number;
  needsRoot: boolean;
  duty: boolean;
}

/** A root that was lost or stolen, and the one that takes its place. Nothing is sent before `sign`. */
export interface Succession {
  readonly pages: FoundingPages;
  /** Who signs the list of colleagues afterwards. */
  readonly signers: readonly string[];
  sign(): Promise<void>;
  /** Wipes the keys. */
  forget(): void;
}

/** The agency of whoever is signed in. All getters are reactive. */
export interface Desk {
  /** Who is away. */
  readonly absences: Absences;
  readonly calendar: OwnCalendar;
  readonly intake: Intake;
  readonly waivers: Waivers;
  readonly procedure: Procedure;
  /** Whether promises are kept; for coordinators. */
  readonly board: Board;
  /** What a counsellor's other calendars say. */
  readonly imports: Imports;
  /** Null until the roster has been read, and while it cannot be trusted. */
  readonly team: TeamView | null;
  /** Accepted, but no roster names this person yet: they can do nothing here, and compare this number. */
  readonly waiting: { agencyName: string; number: string } | null;
  /** New certificates that this person has not been shown yet. */
  readonly unseen: number;
  load(): Promise<void>;
  /** The list as it stands now has been looked at. */
  noteShown(): Promise<void>;
  /** The link, which is told only now. */
  invite(name: string, capabilities: Capability[]): Promise<{ link: string; expiresAt: Date }>;
  withdraw(id: string): Promise<void>;
  /** `rootKey`: as typed from paper; needed for somebody who is to coordinate. */
  certify(id: string, rootKey: string): Promise<void>;
  /** The same list for another 35 days; with the root's key, this person's own key for another year as well. */
  renew(rootKey?: string): Promise<void>;
  /** `successorKey`: as typed from the second sheet, which is the root from then on. */
  replaceRoot(successorKey: string, reason: "lost" | "stolen"): Promise<Succession>;
  departure(account: string): Promise<DepartureView>;
  /** A link by which a colleague gets new keys, for the same tasks. */
  inviteAnew(account: string): Promise<{ link: string; expiresAt: Date }>;
  /** The keys that came by such a link take the place of the old ones. `rootKey`: for somebody who coordinates. */
  renewColleague(id: string, rootKey: string): Promise<RenewalView>;
  letGo(account: string, handOver: { room: string; to: string }[], rootKey: string): Promise<void>;
}
