/** Another calendar of somebody's. `host`: where it is read; empty for a file. `times`: in how many spans one is busy. */
export interface ImportView {
  id: string;
  host: string;
  madeAt: Date;
  readAt: Date | null;
  failure: { code: string; at: Date } | null;
  times: number;
  leftOut: number;
}

/** An appointment at a time at which one is busy elsewhere. */
export interface MeetingView {
  appointment: string;
  room: string;
  startsAt: Date;
}

export interface ImportsView {
  imports: ImportView[];
  meetings: MeetingView[];
  full: boolean;
}

/** One's own other calendars. Throws `Refused`. */
export interface Imports {
  /** Null until it was loaded. */
  readonly view: ImportsView | null;
  load(): Promise<void>;
  subscribe(address: string): Promise<void>;
  importFile(file: File): Promise<void>;
  readNow(id: string): Promise<void>;
  drop(id: string): Promise<void>;
}
