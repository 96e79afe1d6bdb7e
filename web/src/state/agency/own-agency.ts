import type * as wire from "../../wire.gen.js";
import { equal } from "../../crypto/encoding.js";
import { fromBase64url } from "../../crypto/text-forms.js";
import { get, post } from "../../net/api.js";
import { Refused } from "../../net/refused.js";
import type { Bytes, Roster } from "../protocol.js";
import { keepPin, pinOf } from "../roster-shelf.js";
import type { Unlocked } from "../unlocked.js";

/** The agency that somebody works at, as its newest roster proves it. */
export interface OwnAgency {
  readonly person: Unlocked;
  readonly id: string;
  readonly certified: boolean;
  readonly roster: Roster;
}

/** Throws `root_mismatch` when this person has never pinned the root shown (T13), and what pins say (T11, T40). */
export async function readOwnAgency(person: Unlocked): Promise<OwnAgency> {
  const { agency } = await get<wire.OwnAgency>("/api/agency");
  const root = fromBase64url(agency.root_fingerprint);
  if (pinOf(person, root) === null) throw new Refused("root_mismatch");
  const roster = await person.protocol.readRoster(fromBase64url(agency.roster), root);
  await keepPin(person, roster, "first_contact");
  return { person, id: agency.id, certified: isCertified(person, roster), roster };
}

/** By the roster, whatever the server says. */
function isCertified(person: Unlocked, roster: Roster): boolean {
  try {
    person.protocol.certified(roster, person.identity.fingerprint, Date.now());
    return true;
  } catch {
    return false;
  }
}

/** The key with which this person signs rosters; null when the root has certified none, or its year is over. */
export function signingKeyOf({ person, roster }: OwnAgency): { seed: Bytes; until: number } | null {
  const seed = person.open.rosterKey(roster.rootFingerprint);
  if (seed === null) return null;
  const pk = person.protocol.signingPublicKey(seed);
  const now = Date.now();
  const key = roster.rosterKeys.keys.find((one) => equal(one.pk, pk) && one.notBefore <= now && now <= one.notAfter);
  return key === undefined ? null : { seed, until: key.notAfter };
}

/** Publishes the roster that follows; the pin moves with it. Throws `Refused`: roster_inconsistent, roster_stale … */
export async function publish(agency: OwnAgency, next: Roster, seeds: wire.SealedSeed[] = []): Promise<void> {
  const { toBase64url } = agency.person.protocol;
  await post<wire.RosterPublished>("/api/agency/rosters", { roster: toBase64url(next.raw), duty_seeds: seeds });
  await keepPin(agency.person, next, "first_contact");
}
