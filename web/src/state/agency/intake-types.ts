/** Enquiries that arrive far above usual. */
export interface IntakeView {
  /** The begin of the hour that raised the alarm; null while there is none. */
  alarmSince: Date | null;
  /** In the last hour. */
  came: number;
  /** Set aside now. */
  aside: number;
}

export interface Intake {
  readonly view: IntakeView | null;
  load(): Promise<void>;
  /** New enquiries between the two, from accounts that are no older; how many. */
  setAside(since: Date, until: Date): Promise<number>;
  takeBack(): Promise<number>;
}
