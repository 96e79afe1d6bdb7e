import {
  kemPublicKey,
  makeRoot,
  newIdentity,
  openDutyKey,
  readRoster,
  RosterBook,
  signRoster,
  signRosterKeys,
  type AgencyRoot,
  type Bytes,
  type Capability,
  type DutySeed,
  type Identity,
  type Roster,
} from "../index.js";
import { signingPublicKey } from "../signing.js";

/** 24 November 2026, 12:00 UTC. */
export const noon = 1_795_521_600_000;
export const roomShare = new Uint8Array(32).fill(7);
const year = 365 * 24 * 60 * 60 * 1000;

/** One agency with its people, as the tests use it. */
export interface Agency {
  readonly root: AgencyRoot;
  readonly roster: Roster;
  readonly book: RosterBook;
  readonly duty: DutySeed;
  readonly berger: Identity;
  readonly yilmaz: Identity;
}

export async function anAgency(): Promise<Agency> {
  const [rootSeed, rosterSeed, dutySeed] = [seed(1), seed(2), seed(3)];
  const root = await makeRoot(rootSeed, seed(4));
  const [berger, yilmaz] = await Promise.all([newIdentity(), newIdentity()]);
  const key = { pk: signingPublicKey(rosterSeed), holder: berger.fingerprint, notBefore: noon, notAfter: noon + year };
  const raw = await signRoster(rosterSeed, {
    root,
    rosterKeys: await signRosterKeys(rootSeed, root, 1, [key]),
    number: 1,
    issuedAt: noon,
    agencyName: "Beratungsstelle am Hafen",
    dutyGeneration: 1,
    dutyKemPk: await kemPublicKey(dutySeed),
    certificates: [certificate(berger, "Frau Berger"), certificate(yilmaz, "Herr Yilmaz")],
  });
  const roster = await readRoster(raw, root.fingerprint);
  const duty = await openDutyKey(root.fingerprint, 1, dutySeed);
  return { root, roster, book: new RosterBook([roster]), duty, berger, yilmaz };
}

function certificate({ edPk, kemStatement }: Identity, displayName: string) {
  const capabilities: Capability[] = ["counsel", "duty"];
  return { edPk, kemStatement, displayName, capabilities, notBefore: noon, notAfter: noon + year };
}

function seed(number: number): Bytes {
  return new Uint8Array(32).fill(number);
}
