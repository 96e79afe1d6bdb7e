import { toHex } from "../crypto/text-forms.js";
import type { Names } from "./items.js";
import type { Verdict } from "./protocol.js";

/** Whoever comes under the name of somebody who is or was here has other keys, or passes for them (T13, T50). */
export class Namesakes {
  readonly #bearers = new Map<string, Set<string>>();

  /** Those whom this entry brings in although their name is taken, by their fingerprints. */
  in({ entry }: Verdict, names: Names): string[] {
    if (entry === null) return [];
    const renewed = new Set(
      entry.kind === "commit" ? entry.changes.flatMap((one) => (one.kind === "rekey" ? [one.edPk.join()] : [])) : [],
    );
    return entry.members.flatMap((member) => {
      if (member.role === "duty") return [];
      const fingerprint = toHex(member.fingerprint);
      return this.#bears(names(fingerprint), fingerprint) || renewed.has(member.edPk.join()) ? [] : [fingerprint];
    });
  }

  /** True when nobody else has borne this name here, or this one has before. */
  #bears(name: string, fingerprint: string): boolean {
    const known = name.normalize("NFKC").trim().toLowerCase();
    const bearers = this.#bearers.get(known) ?? new Set<string>();
    const fine = bearers.size === 0 || bearers.has(fingerprint);
    this.#bearers.set(known, bearers.add(fingerprint));
    return fine;
  }
}
