import { blocks, contradicts, isDeed, nameOf, withAlarms } from "./alarms.js";
import type { AlarmCode, AlarmView } from "./thread-types.js";

/**
 * What has been found out about a room, and what the person has decided about it. Nothing here resets by itself: it
 * outlives the page of the conversation, and ends with the log-in.
 */
export class RoomAlarms {
  all: readonly AlarmView[] = $state.raw([]);
  /** What the person has read and goes on with all the same; whatever is found out later blocks again. */
  #decided: readonly string[] = $state.raw([]);

  /** `decidedUpTo`: the checkpoint of the vault, which stands still before what nobody has decided about. */
  constructor(private readonly decidedUpTo: number) {}

  get blocked(): boolean {
    return this.all.some((one) => blocks(one) && !this.#decided.includes(nameOf(one)));
  }

  goOn(): void {
    this.decide(this.all);
  }

  /** True when something among it forbids to take what the room shows now for what it was. */
  raise(found: readonly AlarmView[]): boolean {
    this.all = withAlarms(this.all, found);
    this.decide(found.filter((one) => isDeed(one) && one.position !== null && one.position <= this.decidedUpTo));
    return found.some(contradicts);
  }

  /** What two people have found out by comparing settles these. */
  settle(about: string, ...codes: AlarmCode[]): void {
    this.all = this.all.filter((one) => one.about !== about || !codes.includes(one.code));
  }

  /** Goes on with these all the same, wherever they were read. */
  decide(alarms: readonly AlarmView[]): void {
    if (alarms.length > 0) this.#decided = [...this.#decided, ...alarms.map(nameOf)];
  }
}
