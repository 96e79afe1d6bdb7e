import { fromHex } from "../crypto/text-forms.js";
import { Refused } from "../net/refused.js";
import { meet, unequalAmong } from "./acquaintances.js";
import { alarmsIn, blocks, FINGERPRINT_DIGITS, nameOf, withAlarms } from "./alarms.js";
import { Namesakes } from "./namesakes.js";
import type { Reader, RosterBook, Verdict } from "./protocol.js";
import type { AlarmView } from "./thread-types.js";
import type { Unlocked } from "./unlocked.js";

/** Something was found out about a room before somebody stepped in: they read it, and decide. */
export class RoomSuspected extends Refused {
  constructor(readonly alarms: readonly AlarmView[]) {
    super("room_blocked");
  }
}

/** Collects what a room tells about itself while somebody who is not in it reads it. */
export class Suspicions {
  #found: readonly AlarmView[] = [];
  readonly #namesakes = new Namesakes();

  constructor(private readonly book: RosterBook) {}

  heard(verdict: Verdict): void {
    const { position } = verdict;
    const names = (fingerprint: string) => this.#nameOf(fingerprint) ?? fingerprint;
    const same = this.#namesakes.in(verdict, names).map((about) => ({ code: "same_name", position, about }) as const);
    this.#found = withAlarms(this.#found, [...alarmsIn(verdict), ...same]);
  }

  /** Throws `RoomSuspected` for what the person has not been told and decided about (T13, T14, T18). */
  async check(person: Unlocked, reader: Reader, decided: readonly AlarmView[]): Promise<void> {
    const strangers = await meet(person, reader.members);
    const keys = strangers.map((about) => ({ code: "keys_contradict", position: null, about }) as const);
    const unequal = unequalAmong(person, reader.members);
    const numbers = unequal.map((about) => ({ code: "not_equal", position: null, about }) as const);
    const known = new Set(decided.map(nameOf));
    const standing = withAlarms(this.#found, [...keys, ...numbers]).filter(blocks);
    if (standing.every((one) => known.has(nameOf(one)))) return;
    throw new RoomSuspected(standing.map((one) => this.#withName(one)));
  }

  #withName(alarm: AlarmView): AlarmView {
    const name = alarm.about === undefined ? undefined : this.#nameOf(alarm.about);
    return name === undefined ? alarm : { ...alarm, name };
  }

  #nameOf(fingerprint: string): string | undefined {
    if (fingerprint.length !== FINGERPRINT_DIGITS) return undefined;
    return this.book.nameOf(fromHex(fingerprint)) ?? undefined;
  }
}
