import type * as wire from "../wire.gen.js";
import { get } from "../net/api.js";
import { fromBase64url } from "../crypto/text-forms.js";
import { Refused } from "../net/refused.js";
import type { Bytes, Roster, RosterBook, RootPin } from "./protocol.js";
import type { Unlocked } from "./unlocked.js";

/** The rosters of one agency, fetched when an entry names one, judged against the root that this person has pinned. */
export class RosterShelf {
  private constructor(
    private readonly person: Unlocked,
    private readonly agency: string,
    readonly rootFingerprint: Bytes,
    readonly book: RosterBook,
  ) {}

  /** Throws when the newest roster is not the pinned root's, is older than one seen before, or contradicts it (T11, T39, T40). */
  static async open(person: Unlocked, agency: string, rootFingerprint: Bytes): Promise<RosterShelf> {
    const { RosterBook } = person.protocol;
    const shelf = new RosterShelf(person, agency, rootFingerprint, new RosterBook());
    await shelf.fetchNewest();
    return shelf;
  }

  get newest(): Roster | null {
    return this.book.newest(this.rootFingerprint);
  }

  /** The newest that the server has; raises the pin, and throws when it is older than one seen before (T11, T40). */
  async fetchNewest(): Promise<void> {
    await keepPin(this.person, await this.fetch(), "first_contact");
  }

  /** Brings the roster `number`, or the newest, into the book. */
  async fetch(number?: number): Promise<Roster> {
    const query: Record<string, number> = number === undefined ? {} : { number };
    const stored = await get<wire.StoredRoster>(`/api/agencies/${this.agency}/roster`, query);
    const roster = await this.person.protocol.readRoster(fromBase64url(stored.roster), this.rootFingerprint);
    this.book.add(roster);
    return roster;
  }
}

/** Raises this person's pin of the agency; writes the vault only when it has moved, or a link now vouches for it. */
export async function keepPin(person: Unlocked, roster: Roster, how: "link" | "first_contact"): Promise<void> {
  const known = pinOf(person, roster.rootFingerprint);
  const pin = person.protocol.checkPin(roster, known?.pin ?? null);
  const unmoved = known !== null && known.pin.number === pin.number && known.pin.keysSeq === pin.keysSeq;
  if (unmoved && (how === "first_contact" || known.how !== "first_contact")) return;
  await person.save((vault) => vault.pinRoot(roster.rootFingerprint, how, pin));
}

export function pinOf(person: Unlocked, rootFingerprint: Bytes): RootPin | null {
  return person.open.root(rootFingerprint);
}

/** The root that a room was opened under, from its genesis. Throws `root_mismatch` when this person has never pinned it (T13). */
export async function pinnedRoot(person: Unlocked, first: wire.RoomItem | undefined): Promise<Bytes> {
  if (first === undefined) throw new Refused("envelope_broken");
  const genesis = await person.protocol.readGenesis(fromBase64url(first.envelope));
  // Another browser of this person may have begun it: then the vault has the pin, and this page does not know yet.
  if (pinOf(person, genesis.rootFingerprint) === null) await person.catchUp();
  if (pinOf(person, genesis.rootFingerprint) === null) throw new Refused("root_mismatch");
  return genesis.rootFingerprint;
}
