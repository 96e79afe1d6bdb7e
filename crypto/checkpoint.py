"""A room's state in a few hundred bytes: against rollback, and to go on from. docs/protocol.md section 11."""

from dataclasses import dataclass
from typing import Final

from crypto import labels
from crypto.chains import Link, read_link
from crypto.commit import RosterRef, read_commit
from crypto.encoding import ascending, each, flag, labelled, lp, read_flag, read_u64, sized, u64
from crypto.errors import CheckpointInvalid, CryptoRefusal, SuiteUnknown
from crypto.genesis import Genesis, read_genesis
from crypto.hashing import SUITE
from crypto.room_log import RoomLog

MOST_LINKS: Final = 16
_MOST_BARRED: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What is remembered of a room after `position`."""

    room: bytes
    position: int
    th: bytes
    log_prev: bytes
    log_position: int
    epoch: int
    members_hash: bytes
    roster_number: int
    waiting: bool
    closed: bool
    confirmed: int
    barred: tuple[bytes, ...]
    links: tuple[Link, ...]

    @property
    def raw(self) -> bytes:
        return lp(
            labels.CHECKPOINT,
            u64(SUITE),
            self.room,
            u64(self.position),
            self.th,
            self.log_prev,
            u64(self.log_position),
            u64(self.epoch),
            self.members_hash,
            u64(self.roster_number),
            flag(self.waiting),
            flag(self.closed),
            u64(self.confirmed),
            lp(*self.barred),
            lp(*(link.raw for link in self.links)),
        )


def read_checkpoint(raw: bytes) -> Checkpoint:
    """Raises CheckpointInvalid."""
    try:
        return _read(raw)
    except CryptoRefusal:
        raise CheckpointInvalid from None


def _read(raw: bytes) -> Checkpoint:
    found = labelled(raw, labels.CHECKPOINT, 14)
    if read_u64(found[0]) != SUITE:
        raise SuiteUnknown
    barred = each(found[12], lambda one: sized(one, 32), _MOST_BARRED)
    if not ascending(barred):
        raise CheckpointInvalid
    return Checkpoint(
        room=sized(found[1], 16),
        position=read_u64(found[2]),
        th=sized(found[3], 32),
        log_prev=sized(found[4], 32),
        log_position=read_u64(found[5]),
        epoch=read_u64(found[6]),
        members_hash=sized(found[7], 32),
        roster_number=read_u64(found[8]),
        waiting=read_flag(found[9]),
        closed=read_flag(found[10]),
        confirmed=read_u64(found[11]),
        barred=barred,
        links=each(found[13], read_link, MOST_LINKS),
    )


def _genesis_log(genesis: Genesis, checkpoint: Checkpoint) -> RoomLog:
    return RoomLog(
        room=genesis.room,
        root_fingerprint=genesis.root_fingerprint,
        helper_roots=genesis.helper_roots,
        members={member.fingerprint: member for member in genesis.members},
        current=genesis.epoch,
        log_prev=genesis.id,
        rosters={
            genesis.root_fingerprint: RosterRef(genesis.root_fingerprint, genesis.roster_number, genesis.roster_hash)
        },
        barred=frozenset(checkpoint.barred),
        waiting=checkpoint.waiting,
        closed=checkpoint.closed,
    )


def log_at(checkpoint: Checkpoint, genesis_item: bytes, entry_item: bytes | None) -> tuple[RoomLog, tuple[bytes, ...]]:
    """The log at a checkpoint and the wraps of its epoch, from two stored items that prove themselves by their hashes.

    Raises CheckpointInvalid, and what reading raises.
    """
    genesis = read_genesis(genesis_item)
    log, wraps = _genesis_log(genesis, checkpoint), genesis.wraps
    if genesis.room != checkpoint.room:
        raise CheckpointInvalid
    if entry_item is not None and checkpoint.log_prev != genesis.id:
        commit = read_commit(entry_item)
        log = RoomLog(
            room=log.room,
            root_fingerprint=log.root_fingerprint,
            helper_roots=log.helper_roots,
            members={member.fingerprint: member for member in commit.members},
            current=commit.begins(checkpoint.log_position),
            log_prev=commit.id,
            rosters={ref.root: ref for ref in commit.rosters},
            barred=log.barred,
            waiting=log.waiting,
            closed=log.closed,
        )
        wraps = commit.wraps
    if (log.log_prev, log.epoch, log.members_hash) != (
        checkpoint.log_prev,
        checkpoint.epoch,
        checkpoint.members_hash,
    ) or log.log_position != checkpoint.log_position:
        raise CheckpointInvalid
    return log, wraps
