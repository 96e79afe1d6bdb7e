import { readChange, type Change } from "./changes.js";
import { Checks } from "./checks.js";
import { each, fields, readU64, sized, type Bytes } from "./encoding.js";
import { malformed } from "./errors.js";
import { type EpochTerms } from "./epoch.js";
import { readSigned } from "./identity.js";
import { checkSize, envelopeAsync } from "./items.js";
import { labels } from "./labels.js";
import { checkMemberList, membersHash, mostMembers, readMember, type Member } from "./members.js";
import { hash } from "./symmetric.js";
import { wrapLength } from "./wrapping.js";

const mostChanges = 64;

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
  readonly body: Bytes;
  readonly signature: Bytes;
  /** Suites, keys and statements of the members listed; the signer's signature needs the log. */
  readonly checks: Checks;
}

/** Size and structure only: `judgeCommitPublicly` does the rest. Raises `envelope_too_large`, `envelope_broken`. */
export async function readCommit(item: Bytes): Promise<Commit> {
  checkSize(item, "commit");
  return envelopeAsync(() => parse(item, new Checks()));
}

async function parse(item: Bytes, checks: Checks): Promise<Commit> {
  const { body, signature, part } = readSigned(item, labels.commit, 13);
  checks.suite(readU64(part[0]));
  const changes = each(part[9], (raw) => readChange(raw, checks), mostChanges);
  const members = await Promise.all(each(part[10], (raw) => readMember(raw, checks), mostMembers));
  const wraps = each(part[12], (wrap) => sized(wrap, wrapLength), mostMembers);
  checkMemberList(members);
  if (changes.length === 0 || members.length === 0 || wraps.length !== members.length) malformed();
  return {
    kind: "commit",
    item,
    id: await hash(labels.entryId, item),
    room: sized(part[1], 16),
    epoch: readU64(part[2]),
    logPrev: sized(part[3], 32),
    seenPos: readU64(part[4]),
    seenTh: sized(part[5], 32),
    createdAt: readU64(part[6]),
    signer: sized(part[7], 32),
    rosters: each(part[8], readNamedRoster, mostMembers),
    ...{ changes, members, wraps, body, signature, checks },
    membersHash: await membersHash(members),
    kc: sized(part[11], 32),
  };
}

function readNamedRoster(raw: Bytes): NamedRoster {
  const [root, number, rosterHash] = fields(raw, 3);
  return { root: sized(root, 32), number: readU64(number), hash: sized(rosterHash, 32) };
}
