import { chance, type Chance } from "./chance.js";
import { Checks } from "./checks.js";
import {
  ascending,
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
import { checkSize, envelopeAsync } from "./items.js";
import { labels } from "./labels.js";
import { clientMember, dutyMember, membersHash, readMember, sortMembers, type Member } from "./members.js";
import { type Roster } from "./roster.js";
import { hash } from "./symmetric.js";
import { suiteId, wrapLength } from "./wrapping.js";

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
  const roots = lp(...helperRoots);
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
  checkSize(item, "genesis");
  const checks = new Checks();
  const genesis = await envelopeAsync(() => parse(item, checks));
  await checks.settle();
  return genesis;
}

async function parse(item: Bytes, checks: Checks): Promise<Genesis> {
  const { body, signature, part: outer } = readSigned(item, labels.genesis, 3);
  const [core, kc, wrapList] = outer;
  const part = labelled(core, labels.genesisCore, 11);
  checks.suite(readU64(part[0]));
  const rootFingerprint = sized(part[3], 32);
  const [dutyGeneration, dutyKemPk] = [readU64(part[7]), part[8]];
  const client = await readMember(lp(utf8("client"), part[1], empty, part[2]), checks);
  const duty = await readMember(lp(utf8("duty"), part[7], rootFingerprint, dutyKemPk), checks);
  const members = sortMembers([client, duty]);
  const wraps = each(wrapList, (wrap) => sized(wrap, wrapLength), members.length);
  if (wraps.length !== members.length) malformed();
  sized(part[10], 32);
  checks.signature(client.edPk, signature, body);
  return {
    kind: "genesis",
    item,
    id: await hash(labels.entryId, item),
    room: await roomOf(core),
    ...{ client, duty, members, rootFingerprint, dutyGeneration, dutyKemPk, wraps },
    membersHash: await membersHash(members),
    clientFingerprint: client.fingerprint,
    clientUserId: client.userId ?? empty,
    helperRoots: readHelperRoots(part[4], rootFingerprint),
    rosterNumber: readU64(part[5]),
    rosterHash: sized(part[6], 32),
    createdAt: readU64(part[9]),
    kc: sized(kc, 32),
  };
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
