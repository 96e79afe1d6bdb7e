import { type Chains } from "./chains.js";
import { mostChains, writeCheckpoint, type Checkpoint } from "./checkpoint.js";
import { readCommit, type Commit } from "./commit.js";
import { compare, equal, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { readGenesis, type Genesis } from "./genesis.js";
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
 * The room as a checkpoint of the own vault says. The vault vouches for the hashes, so genesis and entry prove
 * themselves by them and are not judged again. Raises `checkpoint_invalid`, and what reading the two raises.
 */
export async function logFromCheckpoint(
  state: Checkpoint,
  genesisItem: Bytes,
  entryItem: Bytes | null,
): Promise<{ log: RoomLog; last: Genesis | Commit }> {
  const genesis = await readGenesis(genesisItem);
  if (!equal(genesis.room, state.room)) throw new CryptoRefusal("checkpoint_invalid");
  const isGenesis = entryItem === null || equal(genesis.id, state.logPrev);
  const last = isGenesis ? genesis : await readCommit(entryItem);
  const log = last.kind === "genesis" ? logAfterGenesis(last) : logAfterCommit(genesis, last, state);
  const hashes = equal(log.logPrev, state.logPrev) && equal(log.membersHash, state.membersHash);
  if (!hashes || log.epoch !== state.epoch || log.logPosition !== state.logPosition) {
    throw new CryptoRefusal("checkpoint_invalid");
  }
  const { waiting, closed } = state;
  return { log: { ...log, waiting, closed, barred: new Set(state.barred.map(toHex)) }, last };
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
