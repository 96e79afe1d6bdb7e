import type * as wire from "../../wire.gen.js";
import { equal } from "../../crypto/encoding.js";
import { toBase64url, toHex } from "../../crypto/text-forms.js";
import { get, post } from "../../net/api.js";
import { Refused } from "../../net/refused.js";
import type { Bytes } from "../protocol.js";
import { keepPin } from "../roster-shelf.js";
import { dutyHolders, sealTo, type DutyHolder } from "./duty-seeds.js";
import { signingKeyOf, type OwnAgency } from "./own-agency.js";
import { readPaperKey } from "./paper.js";
import { changeRosterKeys, hasLeft, signNext } from "./rosters.js";
import type { DepartureView } from "./types.js";

/** What would have to be handed over, and to whom it could go. Throws `not_found` for somebody who does not work here. */
export async function lookAtDeparture(agency: OwnAgency, account: string): Promise<DepartureView> {
  const leaver = certificateOf(agency, account);
  const departure = await get<wire.Departure>(`/api/agency/departures/${account}`);
  return {
    name: leaver.displayName,
    threads: departure.threads.map(({ room, topic, due_at, standby }) => ({
      room,
      topic,
      standby,
      dueAt: due_at === null ? null : new Date(due_at),
    })),
    heirs: heirsOf(agency, account).map((one) => ({ account: toHex(one.userId), name: one.displayName })),
    appointments: departure.appointments.length,
    needsRoot: holdsRosterKey(agency, leaver.fingerprint),
    duty: leaver.capabilities.has("duty"),
  };
}

/** Revokes, makes a new duty key for those who stay, and hands over: one request, so that nothing is half done. */
export async function letGo(
  agency: OwnAgency,
  account: string,
  handOver: { room: string; to: string }[],
  rootKey: string,
): Promise<void> {
  const { person, roster } = agency;
  const key = signingKeyOf(agency);
  if (key === null) throw new Refused("not_certified");
  const now = Date.now();
  const leaver = certificateOf(agency, account);
  const stay = dutyHolders(agency).filter((one) => toHex(one.userId) !== account);
  const duty = leaver.capabilities.has("duty") ? await newDutyKey(agency, stay) : null;
  const next = await signNext(
    { protocol: person.protocol, roster, rosterSeed: key.seed },
    {
      revoke: [{ fingerprint: leaver.fingerprint, revokedAt: now, reason: "left" }],
      ...(duty === null ? {} : { duty: duty.key }),
      ...(holdsRosterKey(agency, leaver.fingerprint)
        ? { rosterKeys: await withoutKeyOf(agency, leaver.fingerprint, rootKey, now) }
        : {}),
    },
    now,
  );
  await post<wire.Departed>("/api/agency/departures", {
    account,
    roster: toBase64url(next.raw),
    duty_seeds: duty?.seeds ?? [],
    hand_over: handOver,
  });
  await keepPin(person, next, "first_contact");
}

export function certificateOf({ roster }: OwnAgency, account: string): OwnAgency["roster"]["certificates"][number] {
  const found = roster.certificates.find((one) => toHex(one.userId) === account);
  if (found === undefined || hasLeft(roster, found.fingerprint)) throw new Refused("not_found");
  return found;
}

const heirsOf = (agency: OwnAgency, account: string) =>
  dutyHolders(agency).filter((one) => toHex(one.userId) !== account && one.capabilities.has("counsel"));

const holdsRosterKey = ({ roster }: OwnAgency, fingerprint: Bytes): boolean =>
  roster.rosterKeys.keys.some((key) => equal(key.holder, fingerprint));

/** Whoever goes has the present key; only those who stay, or come in their place, get the next one (T41). */
export async function newDutyKey(agency: OwnAgency, holders: readonly DutyHolder[]) {
  const { protocol } = agency.person;
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const generation = agency.roster.dutyGeneration + 1;
  const seeds = await Promise.all(holders.map((holder) => sealTo(agency, { seed, generation }, holder)));
  const key = { generation, kemPk: await protocol.kemPublicKey(seed) };
  protocol.forget(seed);
  return { key, seeds };
}

async function withoutKeyOf(agency: OwnAgency, holder: Bytes, rootKey: string, now: number): Promise<Bytes> {
  const { protocol } = agency.person;
  const rootSeed = readPaperKey(rootKey);
  try {
    return await changeRosterKeys(protocol, agency.roster, rootSeed, { drop: holder }, now);
  } finally {
    protocol.forget(rootSeed);
  }
}
