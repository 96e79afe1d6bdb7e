import { type Commit, type NamedRoster } from "./commit.js";
import { ascending, equal, type Bytes } from "./encoding.js";
import { codeOf, CryptoRefusal } from "./errors.js";
import { type Genesis } from "./genesis.js";
import { checkDutyKey, memberOf, roomLog, type RoomLog } from "./log.js";
import { byFingerprint, isHelper } from "./members.js";
import { Bench, type Standing } from "./permissions.js";
import { type RosterBook } from "./roster-book.js";
import { certified, checkGoodAt, day, revokedAt, type Roster } from "./roster.js";
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
  const own = rosters.get(toHex(log.rootFingerprint)) ?? notAllowed();
  const [key, standing] = signerOf(log, commit, own);
  await verify(key, commit.signature, commit.body);
  const bench = new Bench(log, commit, rosters, standing);
  for (const change of commit.changes) await bench.apply(change);
  checkOutcome(bench, commit, own);
  return roomLog({
    ...log,
    terms: { room: commit.room, epoch: commit.epoch, logPrev: commit.logPrev, membersHash: commit.membersHash },
    ...{ kc: commit.kc, logPrev: commit.id, logPosition: position, members: byFingerprint(commit.members) },
    rosters: new Map([...log.rosters, ...commit.rosters.map((named) => [toHex(named.root), named] as const)]),
    ...{ closed: bench.closed, barred: bench.barred },
  });
}

/** The key to verify with and in what role, else `commit_not_allowed` (T42). */
function signerOf(log: RoomLog, { signer, createdAt }: Commit, own: Roster): [Bytes, Standing] {
  const member = memberOf(log, signer);
  if (member !== undefined && member.role !== "duty") return [member.edPk, member.role];
  if (!log.standby || log.barred.has(toHex(signer))) notAllowed();
  try {
    return [certified(own, signer, createdAt, "duty").edPk, "duty_holder"];
  } catch (failure) {
    if (codeOf(failure) === null) throw failure;
    return notAllowed();
  }
}

/** The rosters by which an entry is judged. */
export function rostersNamedBy(entry: Genesis | Commit): readonly NamedRoster[] {
  if (entry.kind === "commit") return entry.rosters;
  return [{ root: entry.rootFingerprint, number: entry.rosterNumber, hash: entry.rosterHash }];
}

/** A newer roster was there for a day when this was made: a former colleague may hold an old one (T41). */
export function isOutdated(commit: Commit, book: RosterBook): boolean {
  return commit.rosters.some(({ root, number }) => {
    const newest = book.newest(root);
    return newest !== null && newest.number > number && newest.issuedAt + day < commit.createdAt;
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

/** The old list with the changes applied is the new list, byte for byte, and as the rosters have it (T14, T41). */
function checkOutcome(bench: Bench, commit: Commit, own: Roster): void {
  const same = commit.members.every(({ fingerprint, raw }) => {
    const member = bench.members.get(toHex(fingerprint));
    return member !== undefined && equal(member.raw, raw);
  });
  if (!same || bench.members.size !== commit.members.length) throw new CryptoRefusal("commit_inconsistent");
  for (const member of commit.members) {
    if (member.role === "duty") checkDutyKey(member, own);
    const roster = bench.rosters.get(toHex(member.root));
    if (!isHelper(member) || roster === undefined) continue;
    if (revokedAt(roster, member.fingerprint, commit.createdAt)) throw new CryptoRefusal("member_revoked");
  }
}

function notAllowed(): never {
  throw new CryptoRefusal("commit_not_allowed");
}
