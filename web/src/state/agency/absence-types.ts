/** What the pages see of who is away. Wall times are text, "2026-11-24T09:00", as clocks in `zone` show them. */

export interface AbsenceView {
  id: number;
  account: string;
  name: string;
  mine: boolean;
  begins: string;
  /** Null while nobody knows. */
  ends: string | null;
  now: boolean;
  substitute: string | null;
  substituteName: string | null;
  /** Who answers then, if it is one person. */
  standsInName: string | null;
}

export interface AbsencesView {
  away: boolean;
  /** What clocks show. */
  wall: string;
  zone: string;
  coordinates: boolean;
  /** Nobody who could open a new enquiry is there. */
  everybodyAway: boolean;
  absences: AbsenceView[];
  colleagues: { account: string; name: string; duty: boolean }[];
}

export interface AbsenceWish {
  /** Null: one's own. */
  account: string | null;
  /** Null: from now on. */
  begins: string | null;
  ends: string | null;
  substitute: string | null;
}

/** What an absence would mean. */
export interface OutlookView {
  appointments: { id: string; startsAt: Date }[];
  waiting: number;
  standsInName: string | null;
  everybodyAway: boolean;
}

/** Hours of a promise of 48. */
export interface LadderView {
  remind: number;
  escalate: number;
  warn: number;
}

/** Who is away at the agency of whoever is signed in. All getters are reactive. */
export interface Absences {
  /** Null until it has been read. */
  readonly view: AbsencesView | null;
  readonly ladder: LadderView | null;
  load(): Promise<void>;
  /** As `load`, in silence. */
  ask(): Promise<void>;
  /** `changed`: the absence that gets other times. */
  outlook(wish: AbsenceWish, changed: number | null): Promise<OutlookView>;
  /** Safe to call again after a failure, with the same wish. */
  enter(wish: AbsenceWish): Promise<void>;
  change(id: number, wish: AbsenceWish): Promise<void>;
  end(id: number): Promise<void>;
  /** From now on, until further notice. */
  leaveNow(): Promise<void>;
  /** Ends every absence of one's own that goes on. */
  comeBack(): Promise<void>;
  loadLadder(): Promise<void>;
  keepLadder(ladder: LadderView): Promise<void>;
}
