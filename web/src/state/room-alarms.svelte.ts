import { blocks, withAlarms } from "./alarms.js";
import type { AlarmCode, AlarmView } from "./thread-types.js";

/** What has been found out about a room, and whether the person goes on all the same. Nothing here resets by itself. */
export class RoomAlarms {
  all: readonly AlarmView[] = $state.raw([]);
  #wentOn = $state(false);

  get blocked(): boolean {
    return !this.#wentOn && this.all.some(blocks);
  }

  goOn(): void {
    this.#wentOn = true;
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
