import { chance, type Chance } from "./chance.js";
import { writeChange, type Change } from "./changes.js";
import { readCommit } from "./commit.js";
import { compare, equal, lp, u64, utf8, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { epochKey, wrapForAll } from "./epoch.js";
import { signed, type Identity } from "./identity.js";
import { judgeCommitPublicly } from "./judging.js";
import { labels } from "./labels.js";
import { type RoomLog } from "./log.js";
import {
  certifiedMember,
  clientMember,
  dutyMember,
  isHelper,
  membersHash,
  readMember,
  sortMembers,
  type Member,
} from "./members.js";
import { type RosterBook } from "./roster-book.js";
import { certified, type Roster } from "./roster.js";
import { fromHex, toHex } from "./text-forms.js";
import { suiteId } from "./wrapping.js";

export interface MadeCommit {
  readonly item: Bytes;
  readonly id: Bytes;
  readonly epoch: number;
  readonly secret: Bytes;
  /** The room after it, if the server takes it. */
  readonly log: RoomLog;
}

export interface CommitTerms {
  readonly seenPos: number;
  readonly seenTh: Bytes;
  /** Milliseconds UTC. */
  readonly createdAt: number;
  /** The member entries of those who join. */
  readonly joining?: readonly Member[];
}

/**
 * A change of members or keys under a fresh secret, judged by the newest rosters in `book`. Raises what the others
 * would say about it; the one who loses the race (`commit_outdated`) makes another.
 */
export async function makeCommit(
  log: RoomLog,
  signer: Identity,
  changes: readonly Change[],
  book: RosterBook,
  roomShare: Bytes,
  given: CommitTerms,
  draw: Chance = chance,
): Promise<MadeCommit> {
  const own = newestOf(book, log.rootFingerprint);
  const members = await membersAfter(log, signer, changes, own, given.joining ?? []);
  const terms = { room: log.room, epoch: log.epoch + 1, logPrev: log.logPrev, membersHash: await membersHash(members) };
  const secret = draw(32);
  const { kc } = await epochKey(secret, terms, roomShare);
  const wraps = await wrapForAll(secret, members, terms, kc);
  const place = [u64(suiteId), log.room, u64(terms.epoch), log.logPrev, u64(given.seenPos), given.seenTh] as const;
  const named = rostersFor(log, members, book, own).map(({ rootFingerprint, number, hash }) =>
    lp(rootFingerprint, u64(number), hash),
  );
  const lists = [lp(...named), lp(...changes.map(writeChange)), lp(...members.map(({ raw }) => raw))] as const;
  const body = lp(labels.commit, ...place, u64(given.createdAt), signer.fingerprint, ...lists, kc, lp(...wraps));
  const item = await signed(signer.edSeed, body);
  const commit = await readCommit(item);
  const after = await judgeCommitPublicly(log, commit, book, given.seenPos + 1);
  return { item, id: commit.id, epoch: commit.epoch, secret, log: after };
}

/** A duty holder joins: takes a new enquiry, or with a `reason` takes over for a colleague who is away. */
export async function takeUp(
  log: RoomLog,
  me: Identity,
  book: RosterBook,
  roomShare: Bytes,
  seenPos: number,
  seenTh: Bytes,
  createdAt: number,
  reason?: string,
): Promise<MadeCommit> {
  const own = newestOf(book, log.rootFingerprint);
  const certificate = certified(own, me.fingerprint, createdAt, "counsel");
  const joining = [await certifiedMember(certificate, log.rootFingerprint)];
  const { fingerprint } = me;
  const changes: Change[] = [
    reason === undefined ? { kind: "add", fingerprint } : { kind: "takeover", fingerprint, reason },
  ];
  // Somebody left with the old duty seed: from here on it opens nothing (T41).
  if (own.dutyGeneration > log.dutyGeneration) changes.unshift({ kind: "duty_change", generation: own.dutyGeneration });
  return makeCommit(log, me, changes, book, roomShare, { seenPos, seenTh, createdAt, joining });
}

function newestOf(book: RosterBook, root: Bytes): Roster {
  const roster = book.newest(root);
  if (roster === null) throw new CryptoRefusal("roster_missing");
  return roster;
}

function rostersFor(log: RoomLog, members: readonly Member[], book: RosterBook, own: Roster): Roster[] {
  const helpers = members.filter(isHelper).map(({ root }) => toHex(root));
  const others = [...new Set(helpers)].filter((root) => root !== toHex(log.rootFingerprint)).map(fromHex);
  return [own, ...others.sort(compare).map((root) => newestOf(book, root))];
}

async function membersAfter(
  log: RoomLog,
  signer: Identity,
  changes: readonly Change[],
  own: Roster,
  joining: readonly Member[],
): Promise<Member[]> {
  const members = new Map(log.members);
  const put = (member: Member) => members.set(toHex(member.fingerprint), member);
  for (const change of changes) {
    if (change.kind === "add" || change.kind === "takeover") put(joiningMember(joining, change.fingerprint));
    else if (change.kind === "remove") members.delete(toHex(change.fingerprint));
    else if (change.kind === "key_change") put(await withStatement(members.get(toHex(change.fingerprint)), signer));
    else if (change.kind === "rekey") {
      members.delete(toHex(change.fingerprint));
      joining.filter(({ edPk }) => equal(edPk, change.edPk)).forEach(put);
    } else if (change.kind !== "rotate" && change.kind !== "close" && change.kind !== "history_grant") {
      if (log.duty !== undefined) members.delete(toHex(log.duty.fingerprint));
      if (change.kind !== "standby_off") put(await dutyMember(own, log.rootFingerprint));
    }
  }
  return sortMembers(members.values());
}

function joiningMember(joining: readonly Member[], fingerprint: Bytes): Member {
  const member = joining.find((one) => equal(one.fingerprint, fingerprint));
  if (member === undefined) throw new CryptoRefusal("commit_inconsistent");
  return member;
}

/** The same member with the newest KEM statement of the person who signs. */
async function withStatement(member: Member | undefined, me: Identity): Promise<Member> {
  if (!isHelper(member)) return clientMember(me);
  return readMember(lp(utf8(member.role), me.edPk, member.root, me.kemStatement));
}
