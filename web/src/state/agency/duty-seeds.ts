import type * as wire from "../../wire.gen.js";
import { equal } from "../../crypto/encoding.js";
import { toBase64url, toHex } from "../../crypto/text-forms.js";
import { get, post } from "../../net/api.js";
import { dutySeeds } from "../duty.js";
import type { DutySeed } from "../protocol.js";
import type { OwnAgency } from "./own-agency.js";
import { hasLeft } from "./rosters.js";

type Certificate = OwnAgency["roster"]["certificates"][number];

/** To whom a duty seed can be sealed. */
export type DutyHolder = Pick<Certificate, "fingerprint" | "kemPk" | "userId">;

/** Whoever holds the duty key by the roster, now. Keys come from the roster, never from the server's list (T14). */
export function dutyHolders({ roster }: OwnAgency, now = Date.now()): Certificate[] {
  return roster.certificates.filter(
    (one) =>
      one.capabilities.has("duty") && one.notBefore <= now && now <= one.notAfter && !hasLeft(roster, one.fingerprint),
  );
}

/** Every generation that this person can open: sealed to them, or kept until somebody is there who counsels. */
export async function seedsHeld({ person, id, roster }: OwnAgency): Promise<DutySeed[]> {
  const root = roster.rootFingerprint;
  const kept = (await person.open.dutySeeds()).filter((one) => equal(one.rootFingerprint, root));
  const sealed = await dutySeeds(person, id, root);
  return [...sealed, ...kept.filter((one) => !sealed.some(({ generation }) => generation === one.generation))];
}

export async function sealTo(
  { person, roster }: OwnAgency,
  { seed, generation }: Pick<DutySeed, "seed" | "generation">,
  holder: DutyHolder,
): Promise<wire.SealedSeed> {
  const { fingerprint, kemPk, userId } = holder;
  const sealed = await person.protocol.sealDutySeed(seed, roster.rootFingerprint, generation, fingerprint, kemPk);
  return { holder: toHex(userId), generation, sealed: toBase64url(sealed) };
}

/** Seals to each colleague on duty what nobody has sealed to them yet. True when something was sealed. */
export async function sealMissingSeeds(agency: OwnAgency): Promise<boolean> {
  const { people } = await get<wire.Staff>("/api/agency/staff");
  const lacking = new Map(people.map((one) => [one.account_id, one.lacks]));
  const holders = dutyHolders(agency).filter((one) => (lacking.get(toHex(one.userId)) ?? []).length > 0);
  if (holders.length === 0) return false;
  const held = await seedsHeld(agency);
  const wanted = holders.flatMap((holder) =>
    held
      .filter(({ generation }) => lacking.get(toHex(holder.userId))?.includes(generation))
      .map((seed) => sealTo(agency, seed, holder)),
  );
  if (wanted.length === 0) return false;
  await post<wire.DutySeedsKept>("/api/duty-seeds", { seeds: await Promise.all(wanted) });
  return true;
}
