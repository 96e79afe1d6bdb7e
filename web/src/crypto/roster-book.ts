import { equal, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { type Roster } from "./roster.js";
import { toHex } from "./text-forms.js";

/** The verified rosters at hand, of any number of agencies. */
export class RosterBook {
  readonly #rosters = new Map<string, Map<number, Roster>>();

  constructor(rosters: Iterable<Roster> = []) {
    for (const roster of rosters) this.add(roster);
  }

  /** Raises `roster_forked` for another roster of a number at hand, or one that does not join the chain (T40). */
  add(roster: Roster): void {
    const name = toHex(roster.rootFingerprint);
    const known = this.#rosters.get(name) ?? new Map<number, Roster>();
    const [same, before, after] = [0, -1, 1].map((step) => known.get(roster.number + step));
    const joins =
      (same === undefined || equal(same.hash, roster.hash)) &&
      (before === undefined || equal(roster.previous, before.hash)) &&
      (after === undefined || equal(after.previous, roster.hash));
    if (!joins) throw new CryptoRefusal("roster_forked");
    this.#rosters.set(name, known.set(roster.number, roster));
  }

  /** Raises `roster_missing`, `roster_forked`. */
  find(rootFingerprint: Bytes, number: number, hash: Bytes): Roster {
    const roster = this.#rosters.get(toHex(rootFingerprint))?.get(number);
    if (roster === undefined) throw new CryptoRefusal("roster_missing");
    if (!equal(roster.hash, hash)) throw new CryptoRefusal("roster_forked");
    return roster;
  }

  has(rootFingerprint: Bytes, number: number): boolean {
    return this.#rosters.get(toHex(rootFingerprint))?.has(number) ?? false;
  }

  /** The name that a roster at hand certifies for somebody, by the newest that does: who has left keeps a name. */
  nameOf(fingerprint: Bytes): string | null {
    const rosters = [...this.#rosters.values()].flatMap((known) => [...known.values()]);
    const certificates = rosters
      .sort((one, other) => other.number - one.number)
      .flatMap((roster) => roster.certificates.find((one) => equal(one.fingerprint, fingerprint)) ?? []);
    return certificates[0]?.displayName ?? null;
  }

  newest(rootFingerprint: Bytes): Roster | null {
    const known = this.#rosters.get(toHex(rootFingerprint));
    if (known === undefined) return null;
    return [...known.values()].reduce((newest, roster) => (roster.number > newest.number ? roster : newest));
  }
}
