import { Refused } from "../../net/refused.js";
import type { AgencyRoot, Bytes, Protocol } from "../protocol.js";
import { publish, type OwnAgency } from "./own-agency.js";
import { inGroups, readPaperKey } from "./paper.js";
import { hasLeft, signNext } from "./rosters.js";
import { span } from "./spans.js";
import type { FoundingPages, Succession } from "./types.js";

const FIRST_SEQ = 1;

/**
 * The successor's key, typed from paper, and the next successor, drawn here. Both live in this page's memory only; nothing
 * is sent before `sign`, and whoever closes the page has changed nothing.
 */
export class RootSuccession implements Succession {
  private constructor(
    private readonly protocol: Protocol,
    private readonly root: Bytes,
    private readonly successor: Bytes,
    private readonly reason: "lost" | "stolen",
    readonly pages: FoundingPages,
    readonly signers: readonly string[],
    private readonly carryOut: (sign: (agency: OwnAgency) => Promise<void>) => Promise<void>,
  ) {}

  /** Throws `paper_key_invalid`, and `successor_key_other` for a key that the present root has not named. */
  static async begin(
    agency: OwnAgency,
    typed: string,
    reason: "lost" | "stolen",
    carryOut: (sign: (agency: OwnAgency) => Promise<void>) => Promise<void>,
  ): Promise<RootSuccession> {
    const { protocol } = agency.person;
    const root = readPaperKey(typed);
    const successor = crypto.getRandomValues(new Uint8Array(32));
    try {
      const next = await succeeding(agency, root, successor, reason);
      const pages = {
        fingerprint: inGroups(next.ownFingerprint),
        root: inGroups(root),
        successor: inGroups(successor),
      };
      return new RootSuccession(protocol, root, successor, reason, pages, signersAfter(agency), carryOut);
    } catch (failure) {
      protocol.forget(root, successor);
      throw failure;
    }
  }

  /** The new root certifies who signs rosters, and the roster says how it came after the old one. */
  async sign(): Promise<void> {
    await this.carryOut(async (agency) => {
      const { protocol, open } = agency.person;
      const rosterSeed = open.rosterKey(agency.roster.rootFingerprint);
      if (rosterSeed === null) throw new Refused("not_certified");
      const now = Date.now();
      const root = await succeeding(agency, this.root, this.successor, this.reason);
      const rosterKeys = await protocol.signRosterKeys(this.root, root, FIRST_SEQ, keysAfter(agency, rosterSeed, now));
      const signer = { protocol, roster: agency.roster, rosterSeed };
      await publish(agency, await signNext(signer, { root, rosterKeys }, now));
    });
    this.forget();
  }

  forget(): void {
    this.protocol.forget(this.root, this.successor);
  }
}

async function succeeding(
  { person, roster }: OwnAgency,
  root: Bytes,
  successor: Bytes,
  reason: "lost" | "stolen",
): Promise<AgencyRoot> {
  const { protocol } = person;
  try {
    return await protocol.succeedRoot(roster.root, root, successor, reason, Date.now());
  } catch (failure) {
    if (failure instanceof protocol.CryptoRefusal) throw new Refused("successor_key_other");
    throw failure;
  }
}

/** The keys of those who work here still, this person's for another year. */
function keysAfter({ person, roster }: OwnAgency, rosterSeed: Bytes, now: number) {
  const own = { pk: person.protocol.signingPublicKey(rosterSeed), holder: person.identity.fingerprint, ...span(now) };
  return [...othersKeys({ person, roster }, now), own];
}

function othersKeys({ person, roster }: Pick<OwnAgency, "person" | "roster">, now: number) {
  const mine = person.protocol.toHex(person.identity.fingerprint);
  return roster.rosterKeys.keys.filter(
    ({ holder, notAfter }) => notAfter > now && !hasLeft(roster, holder) && person.protocol.toHex(holder) !== mine,
  );
}

/** By name, this person first: who could sign with the root that is replaced is told before anything is signed. */
function signersAfter(agency: OwnAgency): string[] {
  const { toHex } = agency.person.protocol;
  const names = new Map(agency.roster.certificates.map((one) => [toHex(one.fingerprint), one.displayName]));
  const holders = [agency.person.identity.fingerprint, ...othersKeys(agency, Date.now()).map(({ holder }) => holder)];
  return holders.map((holder) => names.get(toHex(holder)) ?? "?");
}
