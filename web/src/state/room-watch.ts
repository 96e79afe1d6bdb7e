import { alarmsIn, FINGERPRINT_DIGITS } from "./alarms.js";
import type { Names } from "./items.js";
import { Namesakes } from "./namesakes.js";
import type { Reader, Verdict } from "./protocol.js";
import type { Surroundings } from "./surroundings.js";
import type { AlarmView } from "./types.js";

/** Looks at everything that is read of a room for what must not be passed over, and raises it. */
export class RoomWatch {
  readonly #namesakes = new Namesakes();

  constructor(
    private readonly around: Surroundings,
    private readonly reader: () => Reader,
    private readonly names: Names,
  ) {}

  heard(verdict: Verdict): void {
    const { position } = verdict;
    const same = this.#namesakes.in(verdict, this.names);
    this.raise(...alarmsIn(verdict), ...same.map((about) => ({ code: "same_name", position, about }) as const));
    if (!this.around.alarms.blocked) this.around.moved(this.reader());
  }

  /** Those who can read are compared with what is known of them as often as they change (T13). */
  async compareMembers(): Promise<void> {
    const strangers = await this.around.meet(this.reader());
    this.raise(...strangers.map((about) => ({ code: "keys_contradict", position: null, about }) as const));
    const unequal = this.around.unequal(this.reader());
    this.raise(...unequal.map((about) => ({ code: "not_equal", position: null, about }) as const));
  }

  raise(...found: AlarmView[]): void {
    const { alarms } = this.around;
    const standing = found.filter((one) => !this.#isSettled(one)).map((one) => this.#withName(one));
    if (alarms.raise(standing)) this.around.distrust(this.reader());
    if (alarms.blocked) this.around.hold(this.reader());
  }

  /** The person has read what stands there, and goes on all the same. */
  goOn(): void {
    this.around.alarms.goOn();
    this.around.moved(this.reader());
  }

  /** Two people have compared, and the numbers were equal. */
  verified(fingerprint: string): void {
    this.around.alarms.settle(fingerprint, "new_identity", "same_name", "not_equal");
    if (!this.around.alarms.blocked) this.around.moved(this.reader());
  }

  /** New keys of one's own, or of somebody with whom the numbers have been compared since. */
  #isSettled({ code, about = "" }: AlarmView): boolean {
    if (code !== "new_identity" && code !== "same_name") return false;
    return this.around.mine.has(about) || this.around.isVerified(this.reader(), about);
  }

  #withName(alarm: AlarmView): AlarmView {
    return alarm.about?.length === FINGERPRINT_DIGITS ? { ...alarm, name: this.names(alarm.about) } : alarm;
  }
}
