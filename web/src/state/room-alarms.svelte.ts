import { blocks, withAlarms } from "./alarms.js";
import type { AlarmCode, AlarmView } from "./thread-types.js";

/** What has been found out about a room, and whether the person goes on all the same. Nothing here resets by itself. */
export class RoomAlarms {
  all: readonly AlarmView[] = $state.raw([]);
  /** What the person has read and goes on with all the same; whatever is found out later blocks again. */
  #accepted: readonly AlarmCode[] = $state.raw([]);

  get blocked(): boolean {
    return this.all.some((one) => blocks(one) && !this.#accepted.includes(one.code));
  }

  goOn(): void {
    this.#accepted = this.all.map(({ code }) => code);
  }

  /** True when something among it forbids to trust what the room shows now. */
  raise(found: readonly AlarmView[]): boolean {
    this.all = withAlarms(this.all, found);
    return found.some(blocks);
  }

  /** What two people have found out by comparing settles these. */
  settle(...codes: AlarmCode[]): void {
    this.all = this.all.filter(({ code }) => !codes.includes(code));
  }
}
