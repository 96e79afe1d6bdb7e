import { chance, type Chance } from "./chance.js";
import {
  ascending,
  compare,
  each,
  equal,
  labelled,
  lp,
  readU64,
  sized,
  u64,
  zero32,
  empty,
  utf8,
  type Bytes,
} from "./encoding.js";
import { malformed } from "./errors.js";
import { epochKey, wrapForAll, type EpochTerms } from "./epoch.js";
import { readSigned, signed, type Identity } from "./identity.js";
import { checkKind, envelopeAsync } from "./items.js";
import { labels } from "./labels.js";
import {
  checkMemberList,
  clientMember,
  dutyMember,
  membersHash,
  readMember,
  sortMembers,
  type Member,
} from "./members.js";
import { type Roster } from "./roster.js";
import { verify } from "./signing.js";
import { hash } from "./symmetric.js";
import { toHex } from "./text-forms.js";
import { checkSuite, suiteId, wrapLength } from "./wrapping.js";

const mostHelperRoots = 16;

/** The first entry of a room. Its own hash is the room's name, so it cannot be replayed as another room (T49). */
export interface Genesis {
  readonly kind: "genesis";
  readonly item: Bytes;
  readonly id: Bytes;
  readonly room: Bytes;
  readonly client: Member;
  readonly duty: Member;
  /** Client and duty key, by fingerprint. */
  readonly members: readonly Member[];
  readonly membersHash: Bytes;
  readonly clientFingerprint: Bytes;
  readonly clientUserId: Bytes;
  readonly rootFingerprint: Bytes;
  /** Other agencies that may help, chosen by the client. */
  readonly helperRoots: readonly Bytes[];
  readonly rosterNumber: number;
  readonly rosterHash: Bytes;
  readonly dutyGeneration: number;
  readonly dutyKemPk: Bytes;
  readonly createdAt: number;
  readonly kc: Bytes;
  readonly wraps: readonly Bytes[];
}

export interface MadeGenesis {
  readonly room: Bytes;
  readonly item: Bytes;
  readonly secret: Bytes;
}

/** A new room of this client with the agency of `roster`, which must be the newest. `createdAt` in milliseconds UTC. */
export async function makeGenesis(
  client: Identity,
  roster: Roster,
  roomShare: Bytes,
  createdAt: number,
  helperRoots: readonly Bytes[] = [],
  draw: Chance = chance,
): Promise<MadeGenesis> {
  const root = roster.rootFingerprint;
  const others = [...new Map(helperRoots.map((one) => [toHex(one), one])).values()].filter((one) => !equal(one, root));
  const roots = lp(...others.sort(compare));
  const named = [root, roots, u64(roster.number), roster.hash, u64(roster.dutyGeneration), roster.dutyKemPk] as const;
  const person = [client.edPk, client.kemStatement] as const;
  const core = lp(labels.genesisCore, u64(suiteId), ...person, ...named, u64(createdAt), draw(32));
  const room = await roomOf(core);
  const members = sortMembers([await clientMember(client), await dutyMember(roster, root)]);
  const terms = genesisTerms(room, await membersHash(members));
  const secret = draw(32);
  const { kc } = await epochKey(secret, terms, roomShare);
  const wraps = await wrapForAll(secret, members, terms, kc);
  return { room, secret, item: await signed(client.edSeed, lp(labels.genesis, core, kc, lp(...wraps))) };
}

/** Raises `envelope_too_large`, `envelope_broken`, `suite_unknown`, `key_invalid`, `signature_invalid`. */
export async function readGenesis(item: Bytes): Promise<Genesis> {
  checkKind(item, "genesis");
  return envelopeAsync(() => parse(item));
}

async function parse(item: Bytes): Promise<Genesis> {
  const { body, signature, part: outer } = readSigned(item, labels.genesis, 3);
  const [core, kc, wrapList] = outer;
  const part = labelled(core, labels.genesisCore, 11);
  const terms = readTerms(part);
  sized(kc, 32);
  const wraps = each(wrapList, (wrap) => sized(wrap, wrapLength), 2);
  if (wraps.length !== 2) malformed();
  checkSuite(readU64(part[0]));
  const client = await clientMember({ edPk: part[1], kemStatement: part[2] });
  const duty = await readMember(lp(utf8("duty"), part[7], part[3], part[8]));
  await verify(client.edPk, signature, body);
  const members = sortMembers([client, duty]);
  checkMemberList(members);
  const names = { id: await hash(labels.entryId, item), room: await roomOf(core) };
  const people = { client, duty, members, membersHash: await membersHash(members) };
  const clientNames = { clientFingerprint: client.fingerprint, clientUserId: client.userId ?? empty };
  const dutyNames = { dutyGeneration: duty.generation, dutyKemPk: duty.kemPk };
  return { kind: "genesis", item, ...names, ...people, ...clientNames, ...dutyNames, ...terms, kc, wraps };
}

function readTerms(part: Bytes[]) {
  const field = (index: number) => part[index] ?? malformed();
  sized(field(1), 32);
  sized(field(10), 32);
  const [rootFingerprint, rosterHash] = [sized(field(3), 32), sized(field(6), 32)];
  const helperRoots = readHelperRoots(field(4), rootFingerprint);
  const [rosterNumber, createdAt] = [readU64(field(5)), readU64(field(9))];
  readU64(field(7));
  return { rootFingerprint, helperRoots, rosterNumber, rosterHash, createdAt };
}

function readHelperRoots(list: Bytes, own: Bytes): Bytes[] {
  const roots = each(list, (root) => sized(root, 32), mostHelperRoots);
  if (!ascending(roots) || roots.some((root) => equal(root, own))) malformed();
  return roots;
}

async function roomOf(core: Bytes): Promise<Bytes> {
  return (await hash(labels.room, core)).slice(0, 16);
}

export function genesisTerms(room: Bytes, hashOfMembers: Bytes): EpochTerms {
  return { room, epoch: 1, logPrev: zero32, membersHash: hashOfMembers };
}
