import { type Chains } from "./chains.js";
import { mostChains, writeCheckpoint, type Checkpoint } from "./checkpoint.js";
import { readCommit, type Commit } from "./commit.js";
import { compare, equal, type Bytes } from "./encoding.js";
import { codeOf, CryptoRefusal } from "./errors.js";
import { readGenesis, type Genesis } from "./genesis.js";
import { itemKind } from "./items.js";
import { logAfterGenesis, roomLog, type RoomLog } from "./log.js";
import { byFingerprint } from "./members.js";
import { fromHex, toHex } from "./text-forms.js";
import { type Transcript } from "./transcript.js";

export function checkpointOf(log: RoomLog, transcript: Transcript, confirmed: number, chains: Chains): Bytes {
  return writeCheckpoint({
    ...{ room: log.room, position: transcript.position, th: transcript.th },
    ...{ logPrev: log.logPrev, logPosition: log.logPosition, epoch: log.epoch, membersHash: log.membersHash },
    rosterNumber: log.rosters.get(toHex(log.rootFingerprint))?.number ?? 0,
    ...{ waiting: log.waiting, closed: log.closed, confirmed },
    barred: [...log.barred].map(fromHex).sort(compare),
    chains: chains.lastHeard(mostChains),
  });
}

/**
 * The room as a checkpoint of the own vault says. The vault vouches for the hashes, so genesis and entry are compared
 * with them and not judged again. Raises `checkpoint_invalid`.
 */
export async function logFromCheckpoint(
  state: Checkpoint,
  genesisItem: Bytes,
  entryItem: Bytes,
): Promise<{ log: RoomLog; last: Genesis | Commit }> {
  try {
    const genesis = await readGenesis(genesisItem);
    const last = itemKind(entryItem) === "genesis" ? await readGenesis(entryItem) : await readCommit(entryItem);
    const log = last.kind === "genesis" ? logAfterGenesis(last) : logAfterCommit(genesis, last, state);
    if (fits(state, genesis, last, log)) return { log: withState(log, state), last };
  } catch (failure) {
    if (codeOf(failure) === null) throw failure;
  }
  throw new CryptoRefusal("checkpoint_invalid");
}

function fits(state: Checkpoint, genesis: Genesis, last: Genesis | Commit, log: RoomLog): boolean {
  const hashes = equal(genesis.room, state.room) && equal(last.room, state.room) && equal(last.id, state.logPrev);
  const number = log.rosters.get(toHex(log.rootFingerprint))?.number;
  const order = last.kind !== "genesis" || state.logPosition === 1;
  const numbers = log.epoch === state.epoch && number === state.rosterNumber && order;
  return hashes && numbers && equal(log.membersHash, state.membersHash) && state.logPosition <= state.position;
}

function withState(log: RoomLog, { logPosition, waiting, closed, barred }: Checkpoint): RoomLog {
  return { ...log, logPosition, waiting, closed, barred: new Set(barred.map(toHex)) };
}

function logAfterCommit(genesis: Genesis, commit: Commit, { logPosition }: Checkpoint): RoomLog {
  const { room, epoch, logPrev, membersHash } = commit;
  return roomLog({
    ...logAfterGenesis(genesis),
    terms: { room, epoch, logPrev, membersHash },
    ...{ kc: commit.kc, logPrev: commit.id, logPosition, members: byFingerprint(commit.members) },
    rosters: new Map(commit.rosters.map((named) => [toHex(named.root), named])),
  });
}
