import { equal } from "../../crypto/encoding.js";
import { Refused } from "../../net/refused.js";
import type { AgencyRoot, Bytes, NewCertificate, Protocol, Revocation, Roster } from "../protocol.js";
import { PROLONG_BEFORE, span } from "./spans.js";

/** What `seq` rises by when a root is replaced: below it is the number that the root itself counts. */
const SUCCESSION = 2 ** 32;

/** Who signs: the newest roster, and the coordinator's key of that agency. */
export interface Signer {
  readonly protocol: Protocol;
  readonly roster: Roster;
  readonly rosterSeed: Bytes;
}

/** What is to change. Nothing: the same list, for another 35 days. */
export interface Changes {
  readonly certify?: readonly NewCertificate[];
  readonly revoke?: readonly Revocation[];
  /** The root that comes after the present one; `rosterKeys` are signed by it. */
  readonly root?: AgencyRoot;
  /** As the root signed them. */
  readonly rosterKeys?: Bytes;
  readonly duty?: { generation: number; kemPk: Bytes };
}

/** The next roster, signed and read again as anybody else will read it. */
export async function signNext(signer: Signer, changes: Changes, now: number): Promise<Roster> {
  const { protocol, roster, rosterSeed } = signer;
  const certificates = await listWith(protocol, roster, changes.certify ?? [], now);
  const raw = await protocol.signRoster(rosterSeed, {
    root: changes.root ?? roster.root,
    rosterKeys: changes.rosterKeys ?? roster.rosterKeys.raw,
    number: roster.number + 1,
    previous: roster.hash,
    issuedAt: now,
    agencyName: roster.agencyName,
    dutyGeneration: changes.duty?.generation ?? roster.dutyGeneration,
    dutyKemPk: changes.duty?.kemPk ?? roster.dutyKemPk,
    certificates,
    revocations: [...roster.revocations, ...(changes.revoke ?? [])],
  });
  return protocol.readRoster(raw, roster.rootFingerprint);
}

/** Everybody stays on the list: who has left is revoked, and old conversations still need their name. */
async function listWith(protocol: Protocol, roster: Roster, added: readonly NewCertificate[], now: number) {
  const replaced = await Promise.all(added.map((one) => protocol.fingerprintOf(one.edPk)));
  const kept = roster.certificates
    .filter(({ fingerprint }) => !replaced.some((other) => equal(other, fingerprint)))
    .map((one) => prolonged(roster, one, now));
  return [...kept, ...added];
}

function prolonged(roster: Roster, one: Roster["certificates"][number], now: number): NewCertificate {
  const same = { ...one, capabilities: [...one.capabilities] };
  if (hasLeft(roster, one.fingerprint) || one.notAfter - now > PROLONG_BEFORE) return same;
  return { ...same, ...span(now) };
}

export const hasLeft = (roster: Roster, fingerprint: Bytes): boolean =>
  roster.revocations.some((one) => equal(one.fingerprint, fingerprint));

/** The root's key as typed from paper, if it is this agency's; `paper_key_other` if it is not. To be wiped after use. */
export function checkRootKey(protocol: Protocol, roster: Roster, seed: Bytes): void {
  if (!equal(protocol.signingPublicKey(seed), roster.root.rootPk)) throw new Refused("paper_key_other");
}

/** The roster keys with one more, or without those of somebody; at most three, so that few can certify. */
export async function changeRosterKeys(
  protocol: Protocol,
  roster: Roster,
  rootSeed: Bytes,
  change: { add?: { pk: Bytes; holder: Bytes } | undefined; drop?: Bytes | undefined },
  now: number,
): Promise<Bytes> {
  checkRootKey(protocol, roster, rootSeed);
  const gone = [change.add?.holder, change.drop];
  const kept = roster.rosterKeys.keys.filter(
    (key) => key.notAfter > now && !gone.some((one) => one !== undefined && equal(one, key.holder)),
  );
  const added = change.add === undefined ? [] : [{ ...change.add, ...span(now) }];
  if (kept.length + added.length > 3) throw new Refused("roster_keys_full");
  return protocol.signRosterKeys(rootSeed, roster.root, (roster.rosterKeys.seq % SUCCESSION) + 1, [...kept, ...added]);
}
