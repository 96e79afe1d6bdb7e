import { equal } from "../../crypto/encoding.js";
import { toBase64url, toHex } from "../../crypto/text-forms.js";
import type { Roster } from "../protocol.js";
import { dutyHolders } from "./duty-seeds.js";
import { signingKeyOf, type OwnAgency } from "./own-agency.js";
import { hasLeft } from "./rosters.js";
import type { ColleagueView, InvitationView, TeamView } from "./types.js";

type Certificate = Roster["certificates"][number];

/** What a page shows of an agency: from the verified roster alone. `marked`: fingerprints to be shown as new. */
export function teamView(
  agency: OwnAgency,
  invitations: InvitationView[],
  marked: readonly string[],
  origin: string,
): TeamView {
  const { roster } = agency;
  const everybody = roster.certificates.map((one) => colleagueView(agency, one, marked)).sort(byName);
  const signsUntil = signingKeyOf(agency)?.until ?? null;
  return {
    agencyName: roster.agencyName,
    colleagues: everybody.filter(({ left }) => !left),
    former: everybody.filter(({ left }) => left),
    invitations,
    expiresAt: new Date(roster.expiresAt),
    signsUntil: signsUntil === null ? null : new Date(signsUntil),
    onDuty: dutyHolders(agency).length,
    // A root that came after another is named by its own fingerprint: who has the stolen one cannot meet it.
    clientLink: `${origin}/#root=${toBase64url(roster.root.ownFingerprint)}`,
  };
}

function colleagueView({ person, roster }: OwnAgency, one: Certificate, marked: readonly string[]): ColleagueView {
  const name = toHex(one.fingerprint);
  return {
    account: toHex(one.userId),
    name: one.displayName,
    capabilities: [...one.capabilities].sort(),
    me: equal(one.fingerprint, person.identity.fingerprint),
    isNew: marked.includes(name),
    left: hasLeft(roster, one.fingerprint),
    signs: roster.rosterKeys.keys.some((key) => equal(key.holder, one.fingerprint)),
  };
}

const byName = (one: ColleagueView, other: ColleagueView): number => one.name.localeCompare(other.name);

/** Certificates that this person has never been shown. Who looks for the first time has met everybody at once (T50). */
export function newCertificates({ person, roster }: OwnAgency): string[] {
  const root = roster.rootFingerprint;
  if (!person.open.hasMetColleagues(root)) return [];
  return roster.certificates
    .filter(
      (one) =>
        !person.open.knowsColleague(root, one) &&
        !equal(one.fingerprint, person.identity.fingerprint) &&
        !hasLeft(roster, one.fingerprint),
    )
    .map((one) => toHex(one.fingerprint));
}
