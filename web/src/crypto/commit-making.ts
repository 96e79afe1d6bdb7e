import { chance, type Chance } from "./chance.js";
import { writeChange, type Change } from "./changes.js";
import { readCommit } from "./commit.js";
import { lp, u64, utf8, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { epochKey, wrapForAll } from "./epoch.js";
import { fingerprintOf, signed, type Identity } from "./identity.js";
import { judgeCommitPublicly } from "./judging.js";
import { labels } from "./labels.js";
import { type RoomLog } from "./log.js";
import {
  byFingerprint,
  certifiedMember,
  dutyMember,
  isHelper,
  membersHash,
  readMember,
  sortMembers,
  type Member,
} from "./members.js";
import { rekeyBody } from "./permissions.js";
import { type RosterBook } from "./roster-book.js";
import { certified, revokedAt, type Roster } from "./roster.js";
import { sign } from "./signing.js";
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
  const members = await membersAfter(log, changes, own, given.joining ?? []);
  const terms = { room: log.room, epoch: log.epoch + 1, logPrev: log.logPrev, membersHash: await membersHash(members) };
  const secret = draw(32);
  const { kc } = await epochKey(secret, terms, roomShare);
  const wraps = await wrapForAll(secret, members, terms, kc);
  const place = [u64(suiteId), log.room, u64(terms.epoch), log.logPrev, u64(given.seenPos), given.seenTh] as const;
  const named = rostersFor(log, members, book).map(({ rootFingerprint, number, hash }) =>
    lp(rootFingerprint, u64(number), hash),
  );
  const lists = [lp(...named), lp(...changes.map(writeChange)), lp(...members.map(({ raw }) => raw))] as const;
  const body = lp(labels.commit, ...place, u64(given.createdAt), signer.fingerprint, ...lists, kc, lp(...wraps));
  const item = await signed(signer.edSeed, body);
  const commit = await readCommit(item);
  const after = await judgeCommitPublicly(log, commit, book, given.seenPos + 1);
  return { item, id: commit.id, epoch: commit.epoch, secret, log: after };
}

/**
 * A duty holder joins: takes a new enquiry, or with a `reason` takes over for a colleague who is away. Whom the newest
 * roster revokes is left out and an outdated duty key replaced in the same commit (T10, T41).
 */
export async function takeUp(
  log: RoomLog,
  me: Identity,
  book: RosterBook,
  roomShare: Bytes,
  seenPos: number,
  seenTh: Bytes,
  createdAt: number,
  reason?: string,
  draw: Chance = chance,
): Promise<MadeCommit> {
  const own = newestOf(book, log.rootFingerprint);
  const line = await certifiedMember(certified(own, me.fingerprint, createdAt, "counsel"), log.rootFingerprint);
  const { fingerprint } = line;
  const first: Change = reason === undefined ? { kind: "add", fingerprint } : { kind: "takeover", fingerprint, reason };
  const changes = [first, ...overdueChanges(log, book, createdAt)];
  return makeCommit(log, me, changes, book, roomShare, { seenPos, seenTh, createdAt, joining: [line] }, draw);
}

/** What the newest rosters demand before anybody writes: revoked counsellors out, the current duty key in (T10, T41). */
export function overdueChanges(log: RoomLog, book: RosterBook, at: number): Change[] {
  const revoked = log.counsellors.filter(({ root, fingerprint }) => {
    const roster = book.newest(root);
    return roster !== null && revokedAt(roster, fingerprint, at);
  });
  const changes: Change[] = revoked.map(({ fingerprint }) => ({ kind: "remove", fingerprint }));
  const generation = book.newest(log.rootFingerprint)?.dutyGeneration ?? 0;
  if (log.standby && generation > log.dutyGeneration) changes.push({ kind: "duty_change", generation });
  return changes;
}

/** Due when the room still lists an earlier KEM key of this member; `line` is the entry with the present one (T13). */
export async function ownKeyChange(log: RoomLog, me: Identity): Promise<{ change: Change; line: Member } | null> {
  const before = log.members.get(toHex(me.fingerprint));
  if (before === undefined || before.kemSeq >= me.kemSeq) return null;
  const line = await readMember(lp(utf8(before.role), before.edPk, before.root, me.kemStatement));
  return { change: { kind: "key_change", fingerprint: me.fingerprint }, line };
}

/** The change that says: this person has a new identity now. The commit itself is signed by the old one. */
export async function signRekey(log: RoomLog, old: Identity, next: Identity): Promise<Change> {
  const place = { room: log.room, epoch: log.epoch + 1, logPrev: log.logPrev };
  const signature = await sign(next.edSeed, rekeyBody(place, old.fingerprint, next.edPk));
  return { kind: "rekey", fingerprint: old.fingerprint, edPk: next.edPk, signature };
}

function newestOf(book: RosterBook, root: Bytes): Roster {
  const roster = book.newest(root);
  if (roster === null) throw new CryptoRefusal("roster_missing");
  return roster;
}

function rostersFor(log: RoomLog, members: readonly Member[], book: RosterBook): Roster[] {
  const own = toHex(log.rootFingerprint);
  const others = new Set(members.filter(isHelper).map(({ root }) => toHex(root)));
  others.delete(own);
  return [own, ...[...others].sort()].map((root) => newestOf(book, fromHex(root)));
}

/** The list that the changes lead to; whether they are allowed is judged afterwards. */
async function membersAfter(
  log: RoomLog,
  changes: readonly Change[],
  own: Roster,
  joining: readonly Member[],
): Promise<Member[]> {
  const members = new Map(log.members);
  const newcomers = byFingerprint(joining);
  const put = (name: string) => members.set(name, newcomers.get(name) ?? inconsistent());
  for (const change of changes) {
    switch (change.kind) {
      case "add":
      case "takeover":
      case "key_change":
        put(toHex(change.fingerprint));
        break;
      case "remove":
        members.delete(toHex(change.fingerprint));
        break;
      case "rekey":
        members.delete(toHex(change.fingerprint));
        put(toHex(await fingerprintOf(change.edPk)));
        break;
      case "duty_change":
      case "standby_on":
      case "standby_off":
        replaceDuty(members, change.kind === "standby_off" ? null : await dutyMember(own, log.rootFingerprint));
        break;
    }
  }
  return sortMembers(members.values());
}

function replaceDuty(members: Map<string, Member>, next: Member | null): void {
  for (const [name, { role }] of members) if (role === "duty") members.delete(name);
  if (next !== null) members.set(toHex(next.fingerprint), next);
}

function inconsistent(): never {
  throw new CryptoRefusal("commit_inconsistent");
}
