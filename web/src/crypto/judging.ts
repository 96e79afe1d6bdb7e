import { type Commit } from "./commit.js";
import { ascending, equal, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { checkDutyKey, roomLog, type RoomLog } from "./log.js";
import { byFingerprint, isHelper } from "./members.js";
import { Applying } from "./permissions.js";
import { type RosterBook } from "./roster-book.js";
import { checkGoodAt, revokedAt, type Roster } from "./roster.js";
import { verify } from "./signing.js";
import { toHex } from "./text-forms.js";

/**
 * The room after a commit, by everything that can be checked without a secret: keys, signature, order, rosters and the
 * table of who may do what. The caller compares `seenTh` with the transcript. Raises the codes of section 7.
 */
export async function judgeCommitPublicly(
  log: RoomLog,
  commit: Commit,
  book: RosterBook,
  position: number,
): Promise<RoomLog> {
  checkPlace(log, commit, position);
  const rosters = namedRosters(log, commit, book);
  const applying = new Applying(log, commit, rosters);
  const key = applying.signingKey();
  if (key === null) throw new CryptoRefusal("commit_not_allowed");
  await verify(key, commit.signature, commit.body);
  for (const change of commit.changes) await applying.apply(change);
  checkResult(applying, commit);
  checkStandby(log, commit, rosters);
  return roomLog({
    ...log,
    terms: { room: commit.room, epoch: commit.epoch, logPrev: commit.logPrev, membersHash: commit.membersHash },
    ...{ kc: commit.kc, logPrev: commit.id, logPosition: position },
    members: byFingerprint(commit.members),
    rosters: new Map(commit.rosters.map(({ root, number, hash }) => [toHex(root), { number, hash }])),
    ...{ clientFingerprint: applying.clientFingerprint, closed: applying.closed, barred: applying.barred },
  });
}

/** The commit is about this room and follows its newest entry; nobody can have seen more than there was. */
function checkPlace(log: RoomLog, commit: Commit, position: number): void {
  if (!equal(commit.room, log.room)) throw new CryptoRefusal("wrong_room");
  const current = commit.epoch === log.epoch + 1 && equal(commit.logPrev, log.logPrev);
  if (!current) throw new CryptoRefusal("commit_outdated");
  if (commit.seenPos < log.logPosition || commit.seenPos >= position) throw new CryptoRefusal("seen_out_of_range");
}

/** The room's own root, then every other root of a counsellor listed, ascending; none older than before (T11, T40). */
function namedRosters(log: RoomLog, commit: Commit, book: RosterBook): ReadonlyMap<string, Roster> {
  const [own, ...others] = commit.rosters.map(({ root }) => root);
  const needed = new Set(commit.members.filter(isHelper).map(({ root }) => toHex(root)));
  needed.delete(toHex(log.rootFingerprint));
  const named = new Set(others.map(toHex));
  const exact = own !== undefined && equal(own, log.rootFingerprint) && ascending(others);
  if (!exact || named.size !== needed.size || [...needed].some((root) => !named.has(root))) {
    throw new CryptoRefusal("commit_inconsistent");
  }
  return new Map(
    commit.rosters.map(({ root, number, hash }) => [toHex(root), rosterFor(log, commit, book, root, number, hash)]),
  );
}

function rosterFor(log: RoomLog, commit: Commit, book: RosterBook, root: Bytes, number: number, hash: Bytes): Roster {
  const before = log.rosters.get(toHex(root));
  if (before !== undefined && number < before.number) throw new CryptoRefusal("roster_stale");
  if (before !== undefined && number === before.number && !equal(hash, before.hash)) {
    throw new CryptoRefusal("roster_forked");
  }
  const roster = book.find(root, number, hash);
  checkGoodAt(roster, commit.createdAt);
  return roster;
}

/** The old list with the changes applied is the new list, byte for byte (T14). */
function checkResult(applying: Applying, commit: Commit): void {
  const same =
    applying.members.size === commit.members.length &&
    commit.members.every(({ fingerprint, raw }) => {
      const member = applying.members.get(toHex(fingerprint));
      return member !== undefined && equal(member.raw, raw);
    });
  if (!same) throw new CryptoRefusal("commit_inconsistent");
}

function checkStandby(log: RoomLog, commit: Commit, rosters: ReadonlyMap<string, Roster>): void {
  const own = rosters.get(toHex(log.rootFingerprint));
  const duty = commit.members.find(({ role }) => role === "duty");
  if (duty !== undefined && own !== undefined) checkDutyKey(duty, own);
  for (const { root, fingerprint } of commit.members.filter(isHelper)) {
    const roster = rosters.get(toHex(root));
    if (roster !== undefined && revokedAt(roster, fingerprint, commit.createdAt))
      throw new CryptoRefusal("member_revoked");
  }
}
