import { readChange, type Change } from "./changes.js";
import { each, eachAsync, fields, readU64, sized, type Bytes } from "./encoding.js";
import { malformed } from "./errors.js";
import { type EpochTerms } from "./epoch.js";
import { readSigned } from "./identity.js";
import { checkKind, envelopeAsync } from "./items.js";
import { labels } from "./labels.js";
import { checkMemberList, membersHash, mostMembers, readMember, type Member } from "./members.js";
import { hash } from "./symmetric.js";
import { checkSuite, wrapLength } from "./wrapping.js";

const mostChanges = 64;
const mostRosters = 64;

/** A roster that a commit is judged by. */
export interface NamedRoster {
  readonly root: Bytes;
  readonly number: number;
  readonly hash: Bytes;
}

/** The one way to change who reads a room, and with which keys. */
export interface Commit extends EpochTerms {
  readonly kind: "commit";
  readonly item: Bytes;
  readonly id: Bytes;
  readonly seenPos: number;
  readonly seenTh: Bytes;
  readonly createdAt: number;
  readonly signer: Bytes;
  readonly rosters: readonly NamedRoster[];
  readonly changes: readonly Change[];
  readonly members: readonly Member[];
  readonly kc: Bytes;
  readonly wraps: readonly Bytes[];
  /** The signature is judged against the log, which knows the signer. */
  readonly body: Bytes;
  readonly signature: Bytes;
}

/** Raises `envelope_too_large`, `envelope_broken`, `suite_unknown`, `key_invalid`, `signature_invalid` (of a statement). */
export async function readCommit(item: Bytes): Promise<Commit> {
  checkKind(item, "commit");
  return envelopeAsync(() => parse(item));
}

async function parse(item: Bytes): Promise<Commit> {
  const { body, signature, part } = readSigned(item, labels.commit, 13);
  const place = {
    room: sized(part[1], 16),
    epoch: readU64(part[2]),
    logPrev: sized(part[3], 32),
    seenPos: readU64(part[4]),
    seenTh: sized(part[5], 32),
    createdAt: readU64(part[6]),
    signer: sized(part[7], 32),
  };
  const rosters = each(part[8], readNamedRoster, mostRosters);
  const changes = each(part[9], readChange, mostChanges);
  const kc = sized(part[11], 32);
  const wraps = each(part[12], (wrap) => sized(wrap, wrapLength), mostMembers);
  const listed = each(part[10], (raw) => raw, mostMembers);
  if (changes.length === 0 || rosters.length === 0 || wraps.length !== listed.length) malformed();
  checkSuite(readU64(part[0]));
  const members = await eachAsync(part[10], readMember, mostMembers);
  checkMemberList(members);
  const names = { id: await hash(labels.entryId, item), membersHash: await membersHash(members) };
  return { kind: "commit", item, ...names, ...place, rosters, changes, members, kc, wraps, body, signature };
}

function readNamedRoster(raw: Bytes): NamedRoster {
  const [root, number, rosterHash] = fields(raw, 3);
  return { root: sized(root, 32), number: readU64(number), hash: sized(rosterHash, 32) };
}
