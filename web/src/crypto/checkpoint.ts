import { type Chain } from "./chains.js";
import { ascending, each, fields, flag, labelled, lp, readFlag, readU64, sized, u64, type Bytes } from "./encoding.js";
import { codeOf, CryptoRefusal, malformed } from "./errors.js";
import { labels } from "./labels.js";
import { checkSuite, suiteId } from "./wrapping.js";

export const mostChains = 16;
const mostBarred = 1024;

/** The state of a room that a vault keeps, so that a later reader notices a rollback and need not read everything. */
export interface Checkpoint {
  readonly room: Bytes;
  readonly position: number;
  readonly th: Bytes;
  readonly logPrev: Bytes;
  readonly logPosition: number;
  readonly epoch: number;
  readonly membersHash: Bytes;
  readonly rosterNumber: number;
  readonly waiting: boolean;
  readonly closed: boolean;
  readonly confirmed: number;
  readonly barred: readonly Bytes[];
  /** The sessions last heard, oldest first. */
  readonly chains: readonly Chain[];
}

export function writeCheckpoint(one: Checkpoint): Bytes {
  const chains = one.chains.map(({ sender, session, counter, id, seenPos }) =>
    lp(sender, session, u64(counter), id, u64(seenPos)),
  );
  const head = [u64(suiteId), one.room, u64(one.position), one.th] as const;
  const log = [one.logPrev, u64(one.logPosition), u64(one.epoch), one.membersHash, u64(one.rosterNumber)] as const;
  const clock = [flag(one.waiting), flag(one.closed), u64(one.confirmed)] as const;
  return lp(labels.checkpoint, ...head, ...log, ...clock, lp(...one.barred), lp(...chains));
}

/** Raises `checkpoint_invalid`. */
export function readCheckpoint(raw: Bytes): Checkpoint {
  try {
    return parse(raw);
  } catch (failure) {
    throw codeOf(failure) === null ? failure : new CryptoRefusal("checkpoint_invalid");
  }
}

function parse(raw: Bytes): Checkpoint {
  const part = labelled(raw, labels.checkpoint, 14);
  checkSuite(readU64(part[0]));
  const barred = each(part[12], (one) => sized(one, 32), mostBarred);
  if (!ascending(barred)) malformed();
  return {
    room: sized(part[1], 16),
    position: readU64(part[2]),
    th: sized(part[3], 32),
    logPrev: sized(part[4], 32),
    logPosition: readU64(part[5]),
    epoch: readU64(part[6]),
    membersHash: sized(part[7], 32),
    rosterNumber: readU64(part[8]),
    waiting: readFlag(part[9]),
    closed: readFlag(part[10]),
    confirmed: readU64(part[11]),
    barred,
    chains: each(part[13], readChain, mostChains),
  };
}

function readChain(raw: Bytes): Chain {
  const [sender, session, counter, id, seenPos] = fields(raw, 5);
  const link = { sender: sized(sender, 32), session: sized(session, 16), counter: readU64(counter) };
  return { ...link, id: sized(id, 32), seenPos: readU64(seenPos) };
}
