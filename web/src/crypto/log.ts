import { type NamedRoster } from "./commit.js";
import { equal, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { type EpochTerms } from "./epoch.js";
import { genesisTerms, type Genesis } from "./genesis.js";
import { byFingerprint, isHelper, type Member } from "./members.js";
import { type RosterBook } from "./roster-book.js";
import { checkGoodAt, type Roster } from "./roster.js";
import { toHex } from "./text-forms.js";

/** What a step of the log decides; everything else follows from it. */
export interface LogState {
  readonly rootFingerprint: Bytes;
  /** Other agencies that may help, chosen by the client. */
  readonly helperRoots: readonly Bytes[];
  /** What the current epoch's key commits to. */
  readonly terms: EpochTerms;
  readonly kc: Bytes;
  /** Id and position of the newest valid log entry: the next one names it. */
  readonly logPrev: Bytes;
  readonly logPosition: number;
  /** By hex fingerprint, in order of fingerprints. */
  readonly members: ReadonlyMap<string, Member>;
  /** By hex root fingerprint: the newest that the log named; numbers never fall. */
  readonly rosters: ReadonlyMap<string, NamedRoster>;
  /** A client's message asks for an answer that has not come. */
  readonly waiting: boolean;
  readonly closed: boolean;
  /** Hex fingerprints of those whom the client removed. */
  readonly barred: ReadonlySet<string>;
}

/** A room as its log says: who is in it and what holds. Every step makes a new one; nobody changes one. */
export interface RoomLog extends LogState {
  readonly room: Bytes;
  readonly epoch: number;
  readonly membersHash: Bytes;
  readonly client: Member | undefined;
  readonly counsellors: readonly Member[];
  /** The agency's duty key, or undefined when the client has switched the standby off. */
  readonly duty: Member | undefined;
  readonly standby: boolean;
  readonly dutyGeneration: number;
}

export function roomLog(state: LogState): RoomLog {
  const members = [...state.members.values()];
  const duty = members.find(({ role }) => role === "duty");
  return {
    ...state,
    ...{ room: state.terms.room, epoch: state.terms.epoch, membersHash: state.terms.membersHash },
    client: members.find(({ role }) => role === "client"),
    counsellors: members.filter(isHelper),
    ...{ duty, standby: duty !== undefined, dutyGeneration: duty?.generation ?? 0 },
  };
}

/**
 * The room as its genesis opens it, judged by the roster that it names. Raises `roster_forked`, `roster_expired`,
 * `duty_outdated`.
 */
export function judgeGenesisPublicly(genesis: Genesis, roster: Roster): RoomLog {
  const named = genesis.rosterNumber === roster.number && equal(genesis.rosterHash, roster.hash);
  if (!named || !equal(genesis.rootFingerprint, roster.rootFingerprint)) throw new CryptoRefusal("roster_forked");
  checkGoodAt(roster, genesis.createdAt);
  checkDutyKey(genesis.duty, roster);
  return logAfterGenesis(genesis);
}

export function logAfterGenesis(genesis: Genesis): RoomLog {
  const root = genesis.rootFingerprint;
  const roster = { root, number: genesis.rosterNumber, hash: genesis.rosterHash };
  return roomLog({
    rootFingerprint: genesis.rootFingerprint,
    helperRoots: genesis.helperRoots,
    terms: genesisTerms(genesis.room, genesis.membersHash),
    kc: genesis.kc,
    logPrev: genesis.id,
    logPosition: 1,
    members: byFingerprint(genesis.members),
    rosters: new Map([[toHex(root), roster]]),
    ...{ waiting: false, closed: false, barred: new Set<string>() },
  });
}

/** The listed duty key is the one of the roster, else `duty_outdated` (T41). */
export function checkDutyKey(duty: Member, roster: Roster): void {
  const current = duty.generation === roster.dutyGeneration && equal(duty.kemPk, roster.dutyKemPk);
  if (!current || !equal(duty.root, roster.rootFingerprint)) throw new CryptoRefusal("duty_outdated");
}

/** Raises `roster_missing`, `roster_forked`. */
export function rosterOfGenesis(genesis: Genesis, book: RosterBook): Roster {
  return book.find(genesis.rootFingerprint, genesis.rosterNumber, genesis.rosterHash);
}

export function memberOf(log: Pick<LogState, "members">, fingerprint: Bytes): Member | undefined {
  return log.members.get(toHex(fingerprint));
}

/** `waiting` and `closed` after a message of a member in the current epoch: `close` is judged by it. */
export function heard(log: RoomLog, sender: Member, clock: string): RoomLog {
  if (sender.role === "client" && clock === "asks") return { ...log, waiting: true, closed: false };
  const settles = sender.role === "client" ? clock === "needs_no_answer" : clock === "answers";
  return settles ? { ...log, waiting: false } : log;
}
