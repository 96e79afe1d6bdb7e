import type * as wire from "../../wire.gen.js";
import { equal } from "../../crypto/encoding.js";
import { toBase64url, toHex } from "../../crypto/text-forms.js";
import { post } from "../../net/api.js";
import { Refused } from "../../net/refused.js";
import type { NewCertificate, Protocol } from "../protocol.js";
import { keepPin } from "../roster-shelf.js";
import { certificateOf, newDutyKey } from "./departure.js";
import { dutyHolders, type DutyHolder } from "./duty-seeds.js";
import type { Invitations } from "./invitations.js";
import { signingKeyOf, type OwnAgency } from "./own-agency.js";
import { signNext } from "./rosters.js";
import type { RenewalView } from "./types.js";

/**
 * A colleague's new keys take the place of the old ones in one roster: certified and revoked at one instant, with a duty
 * key that the old ones do not open. One request, so that nothing is half done.
 */
export async function renewColleague(
  agency: OwnAgency,
  invitations: Invitations,
  id: string,
  rootKey: string,
): Promise<RenewalView & { fingerprint: string }> {
  const { person, roster } = agency;
  const { protocol } = person;
  const key = signingKeyOf(agency);
  if (key === null) throw new Refused("not_certified");
  const old = certificateOf(agency, invitations.renews(id) ?? "");
  const now = Date.now();
  const { newcomer, rosterKeys } = await invitations.takeIn(agency, id, rootKey, now, old.fingerprint);
  const fresh = await holderOf(protocol, newcomer);
  const stay = dutyHolders(agency).filter((one) => !equal(one.fingerprint, old.fingerprint));
  const duty = old.capabilities.has("duty") ? await newDutyKey(agency, [...stay, fresh]) : null;
  const next = await signNext(
    { protocol, roster, rosterSeed: key.seed },
    {
      certify: [newcomer],
      revoke: [{ fingerprint: old.fingerprint, revokedAt: now, reason: "renewed" }],
      rosterKeys,
      ...(duty === null ? {} : { duty: duty.key }),
    },
    now,
  );
  const done = await post<wire.Renewed>("/api/agency/renewals", {
    account: toHex(old.userId),
    renewed_as: toHex(fresh.userId),
    roster: toBase64url(next.raw),
    duty_seeds: duty?.seeds ?? [],
  } satisfies wire.RenewColleague);
  await keepPin(person, next, "first_contact");
  await invitations.forget(id);
  return { handed: done.handed, unreachable: done.unreachable, fingerprint: toHex(fresh.fingerprint) };
}

async function holderOf(protocol: Protocol, { edPk, kemStatement }: NewCertificate): Promise<DutyHolder> {
  const { kemPk, userId } = await protocol.readKemStatement(kemStatement, edPk);
  return { fingerprint: await protocol.fingerprintOf(edPk), kemPk, userId };
}
