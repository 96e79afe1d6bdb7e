"""Reading a room: positions and items in, verdicts out; pure, mirrored in TypeScript. docs/protocol.md section 9."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from crypto.bodies import Body, Delete, Edit, File, Read, Text, fits_clock
from crypto.chains import Chains
from crypto.changes import Remove
from crypto.checkpoint import MOST_LINKS, Checkpoint, log_at, read_checkpoint
from crypto.commit import Commit, RosterRef, read_commit
from crypto.duty import DutySeed
from crypto.envelope import Opened, Place, open_message
from crypto.errors import (
    CheckpointInvalid,
    CommitOutdated,
    CryptoRefusal,
    EpochUnknown,
    RootMismatch,
    RosterMissing,
    SeenOutOfRange,
    TargetNotYours,
    TargetUnknown,
    TranscriptMismatch,
    WrongRoom,
)
from crypto.genesis import Genesis, read_genesis
from crypto.identity import Identity
from crypto.items import broken_id, item_form, item_id, item_kind, th_start, th_step
from crypto.judge import judge_commit_publicly
from crypto.key_finder import KeyFinder
from crypto.members import Member
from crypto.message import Header, check_header, read_header
from crypto.room_log import RoomLog, judge_genesis_publicly
from crypto.roster import DAY_MS, RosterBook
from crypto.verdicts import Message, Verdict


class Reader:
    """One person's view of one room. Holds secrets in memory only; the caller does all input and output."""

    def __init__(
        self,
        room: bytes,
        *,
        book: RosterBook,
        room_share: bytes,
        me: Identity | None = None,
        root_fingerprint: bytes | None = None,
        duty_seeds: Sequence[DutySeed] = (),
        earlier_kem_seeds: Sequence[bytes] = (),
        keyring_key: bytes | None = None,
        kept: Mapping[int, bytes] | None = None,
        secrets: Mapping[int, bytes] | None = None,
        checkpoint: bytes | None = None,
    ) -> None:
        self.room = room
        self.book = book
        self.keys = KeyFinder(
            room_share=room_share,
            me=me,
            earlier_kem_seeds=earlier_kem_seeds,
            duty_seeds=duty_seeds,
            keyring_key=keyring_key,
            kept=kept or {},
            secrets=dict(secrets or {}),
        )
        self.position = 0
        self.th = th_start(room)
        self.confirmed = 0
        self._log: RoomLog | None = None
        self._root = root_fingerprint
        self._pin = None if checkpoint is None else read_checkpoint(checkpoint)
        self._ids: dict[int, bytes] = {}
        self._ths: dict[int, bytes] = {}
        self._authors: dict[bytes, bytes] = {}
        self._uids: set[tuple[bytes, bytes]] = set()
        self._chains = Chains()
        self._of_epoch: list[tuple[int, bytes]] = []
        self._began_at = 0

    @classmethod
    def resume(cls, checkpoint: bytes, genesis: bytes, entry: bytes | None, **rest: Any) -> "Reader":
        """Goes on after a checkpoint; `entry` is the item that it calls `log_prev`, or None if that is the genesis.

        Raises CheckpointInvalid, and what reading the two items raises.
        """
        point = read_checkpoint(checkpoint)
        log, wraps = log_at(point, genesis, entry)
        reader = cls(point.room, **rest)
        reader.position, reader.th, reader.confirmed = point.position, point.th, point.confirmed
        reader._ths[point.position] = point.th
        reader._log, reader._chains, reader._began_at = log, Chains(point.links), point.position
        reader.keys.begin(log.current, tuple(log.members.values()), wraps)
        return reader

    @property
    def log(self) -> RoomLog:
        """Raises EpochUnknown before the genesis was read."""
        if self._log is None:
            raise EpochUnknown
        return self._log

    @property
    def epoch(self) -> int:
        return self.log.epoch

    @property
    def members(self) -> Mapping[bytes, Member]:
        return self.log.members

    @property
    def secrets(self) -> Mapping[int, bytes]:
        """Of the epochs that could be opened, history granted included; for reading once more from the start.

        What was given and failed its commitment is not among them.
        """
        return {number: secret for number, secret in self.keys.secrets.items() if number in self.keys.keys}

    def place(self) -> Place:
        """Where the next message goes; raises EpochUnknown without a key for the current epoch."""
        key = self.keys.keys.get(self.log.epoch)
        if key is None:
            raise EpochUnknown
        return Place(self.room, self.log.epoch, self.log.kc, key, self.position, self.th)

    def take_unsaved(self) -> list[tuple[int, bytes]]:
        """(epoch, sealed keyring entry) pairs to be stored."""
        return self.keys.take_unsaved()

    def kept_for(self, keyring_key: bytes, owner: bytes) -> list[tuple[int, bytes]]:
        """(epoch, sealed keyring entry) pairs of all that was opened, for the vault of one's new identity."""
        return self.keys.kept_for(keyring_key, owner)

    def make_checkpoint(self) -> bytes:
        """What the vault keeps of this room; raises CheckpointInvalid before a valid genesis."""
        if self._log is None:
            raise CheckpointInvalid
        log = self._log
        return Checkpoint(
            room=self.room,
            position=self.position,
            th=self.th,
            log_prev=log.log_prev,
            log_position=log.log_position,
            epoch=log.epoch,
            members_hash=log.members_hash,
            roster_number=log.rosters[log.root_fingerprint].number,
            waiting=log.waiting,
            closed=log.closed,
            confirmed=self.confirmed,
            barred=tuple(sorted(log.barred)),
            links=tuple(self._chains.newest(MOST_LINKS)),
        ).raw

    def push(self, position: int, item: bytes) -> Verdict:
        """Judges the next item; never raises for what the item holds."""
        identity = _id_of(item)
        if position > self.position + 1:
            return Verdict(kind="gap", position=position, id=identity)
        if position <= self.position:
            same = self._ids.get(position, identity) == identity
            return Verdict(kind="known" if same else "conflict", position=position, id=identity)
        try:
            verdict = self._judge(position, item, identity)
        except CryptoRefusal as refusal:
            verdict = Verdict(kind="broken", position=position, id=identity, reason=refusal.code)
        return verdict if verdict.kind == "roster_missing" else self._advance(verdict)

    def _advance(self, verdict: Verdict) -> Verdict:
        self.position = verdict.position
        self.th = th_step(self.th, verdict.position, verdict.id)
        self._ids[verdict.position], self._ths[verdict.position] = verdict.id, self.th
        pin = self._pin
        if pin is not None and pin.position == verdict.position and pin.th != self.th:
            return _marked(verdict, "rolled_back")
        return verdict

    def _judge(self, position: int, item: bytes, identity: bytes) -> Verdict:
        kind = item_kind(item)
        if kind == "message":
            return self._message(position, item, identity)
        entry = read_genesis(item) if kind == "genesis" else read_commit(item)
        try:
            return self._genesis(position, entry) if isinstance(entry, Genesis) else self._commit(position, entry)
        except RosterMissing:
            root, number, hashed = self._missing(entry)
            return Verdict(kind="roster_missing", position=position, id=identity, wants=(root, number, hashed))

    def _missing(self, entry: Genesis | Commit) -> tuple[bytes, int, bytes]:
        for ref in _named(entry):
            try:
                self.book.find(ref.root, ref.number, ref.hash)
            except RosterMissing:
                return ref.root, ref.number, ref.hash
        raise RosterMissing

    def _genesis(self, position: int, genesis: Genesis) -> Verdict:
        if position != 1:
            raise CommitOutdated
        if genesis.room != self.room:
            raise WrongRoom
        if self._root is not None and genesis.root_fingerprint != self._root:
            raise RootMismatch
        roster = self.book.find(genesis.root_fingerprint, genesis.roster_number, genesis.roster_hash)
        self._log = judge_genesis_publicly(genesis, roster)
        marks = self._begin(self._log, genesis.members, genesis.wraps)
        return Verdict(
            kind="genesis",
            position=position,
            id=genesis.id,
            marks=frozenset(marks),
            sender=genesis.client.fingerprint,
            entry=genesis,
        )

    def _begin(self, log: RoomLog, members: Sequence[Member], wraps: Sequence[bytes]) -> set[str]:
        self._of_epoch = []
        return set() if self.keys.begin(log.current, members, wraps) else {"commitment_failed"}

    def _commit(self, position: int, commit: Commit) -> Verdict:
        if self._log is None:
            raise CommitOutdated
        after = judge_commit_publicly(self._log, commit, self.book, position=position)
        if self._ths.get(commit.seen_pos, commit.seen_th) != commit.seen_th:
            raise TranscriptMismatch
        gone = {change.fingerprint for change in commit.changes if isinstance(change, Remove)}
        late = tuple(at for at, sender in self._of_epoch if sender in gone and at > commit.seen_pos)
        self._log = after
        self._confirm(commit.signer, commit.seen_pos, commit.seen_th)
        marks = self._begin(after, commit.members, commit.wraps)
        if not self.keys.take_grants(commit):
            marks.add("commitment_failed")
        if self._outdated(commit):
            marks.add("roster_outdated")
        return Verdict(
            kind="commit",
            position=position,
            id=commit.id,
            marks=frozenset(marks),
            sender=commit.signer,
            entry=commit,
            late=late,
        )

    def _outdated(self, commit: Commit) -> bool:
        """Whether a newer roster was there for a day already: a former colleague may name an old one (T41)."""
        for ref in commit.rosters:
            newest = self.book.newest(ref.root)
            if newest is not None and newest.number > ref.number and newest.issued_at + DAY_MS < commit.created_at:
                return True
        return False

    def _confirm(self, sender: bytes, seen_pos: int, seen_th: bytes) -> None:
        own = self.keys.me is not None and sender == self.keys.me.fingerprint
        if not own and self._ths.get(seen_pos) == seen_th:
            self.confirmed = max(self.confirmed, seen_pos)

    def _message(self, position: int, item: bytes, identity: bytes) -> Verdict:
        header = read_header(item)
        try:
            return self._placed(position, item, identity, header)
        except CryptoRefusal:
            self._chains.note_broken(header)
            raise

    def _placed(self, position: int, item: bytes, identity: bytes, header: Header) -> Verdict:
        if header.room != self.room:
            raise WrongRoom
        if self._log is None:
            raise EpochUnknown
        role = self._log.role_of(header.sender) or ""
        check_header(header, room=self.room, epoch=self._log.epoch, kc=self._log.kc, sender=header.sender, role=role)
        log = self._log
        self._log = log.heard(header.sender, header.clock)
        if not log.log_position <= header.seen_pos < position:
            raise SeenOutOfRange
        marks = {"gap_before"} if self._chains.check(header) else set()
        key = self.keys.keys.get(header.epoch)
        if key is None:
            self._move(position, identity, header)
            return Verdict(kind="sealed", position=position, id=identity, marks=frozenset(marks), sender=header.sender)
        with item_form():
            opened = open_message(item, key, log.members[header.sender].ed_pk)
        return self._opened(position, identity, header, opened, marks)

    def _opened(self, position: int, identity: bytes, header: Header, opened: Opened, marks: set[str]) -> Verdict:
        marks |= self._target_marks(opened.body, header)
        if self._ths.get(header.seen_pos, header.seen_th) != header.seen_th:
            marks.add("forked")
        if not fits_clock(opened.body, header.clock):
            marks.add("clock_mismatch")
        if (header.sender, opened.uid) in self._uids:
            marks.add("repeated")
        self._uids.add((header.sender, opened.uid))
        if isinstance(opened.body, Text | File):
            self._authors[identity] = header.sender
        self._move(position, identity, header)
        self._confirm(header.sender, header.seen_pos, header.seen_th)
        message = Message(
            uid=opened.uid,
            sent_at=opened.sent_at,
            body=opened.body,
            clock=header.clock,
            sender=header.sender,
            epoch=header.epoch,
            session=header.session,
            counter=header.counter,
        )
        return Verdict(
            kind="message",
            position=position,
            id=identity,
            marks=frozenset(marks),
            sender=header.sender,
            message=message,
        )

    def _move(self, position: int, identity: bytes, header: Header) -> None:
        self._chains.move(header, identity)
        self._of_epoch.append((position, header.sender))

    def _target_marks(self, body: Body, header: Header) -> set[str]:
        """Raises TargetUnknown, TargetNotYours (T28), SeenOutOfRange."""
        if isinstance(body, Read) and body.position > header.seen_pos:
            raise SeenOutOfRange
        if not isinstance(body, Edit | Delete):
            return set()
        author = self._authors.get(body.target)
        if author is None and (self._began_at or self._has_sealed_past()):
            return {"target_unseen"}
        if author is None:
            raise TargetUnknown
        if author != header.sender:
            raise TargetNotYours
        return set()

    def _has_sealed_past(self) -> bool:
        """Whether there were epochs that this reader cannot open: a target may lie there."""
        return any(number not in self.keys.keys for number in self.keys.epochs)


def _id_of(item: bytes) -> bytes:
    try:
        return item_id(item)
    except CryptoRefusal:
        return broken_id(item)


def _named(entry: Genesis | Commit) -> tuple[RosterRef, ...]:
    if isinstance(entry, Commit):
        return entry.rosters
    return (RosterRef(entry.root_fingerprint, entry.roster_number, entry.roster_hash),)


def _marked(verdict: Verdict, mark: str) -> Verdict:
    return replace(verdict, marks=verdict.marks | {mark})
