"""Rooms, and what a room accepts. The server sees headers and hashes only; each rule here needs no secret (T38)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from crypto import Genesis, Header, RoomLog, check_header, check_seen, item_id, th_start, th_step
from crypto.errors import DutyOutdated

MemberRole = Literal["client", "counsellor"]
ItemKind = Literal["genesis", "commit", "message"]
FIRST_EPOCH: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """`log_head`: id of the newest log entry, at `log_position`. `th`: the hash over all items up to the last."""

    id: str
    agency_id: str
    client_id: str
    epoch: int
    kc: bytes
    log_head: bytes
    log_position: int
    duty_generation: int
    standby: bool
    last_position: int
    last_stored_at: datetime
    created_at: datetime
    th: bytes


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends an item: the account, and the fingerprint under which the protocol knows them."""

    account_id: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Seat:
    """A room as one of its members reaches it."""

    room: Room
    sender: Sender
    role: MemberRole


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """An item that was accepted and has no place yet. `clock` is none for log entries."""

    item_id: bytes
    kind: ItemKind
    sender_id: str
    epoch: int
    clock: str
    envelope: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """An item at its place; `th` is the transcript hash up to and including it."""

    room: str
    position: int
    item_id: bytes
    kind: ItemKind
    sender_id: str
    epoch: int
    clock: str
    th: bytes
    envelope: bytes
    stored_at: datetime


def first_th(room_id: str) -> bytes:
    """The transcript hash of a room in which nothing has been stored."""
    return th_start(bytes.fromhex(room_id))


def place(room_id: str, last: int, th: bytes, items: Iterable[NewItem], stored_at: datetime) -> list[StoredItem]:
    """Gives each item the next position and chains it on (T18, T20): no gap, no choice."""
    placed = []
    for position, item in enumerate(items, start=last + 1):
        th = th_step(th, position, item.item_id)
        placed.append(
            StoredItem(
                room=room_id,
                position=position,
                item_id=item.item_id,
                kind=item.kind,
                sender_id=item.sender_id,
                epoch=item.epoch,
                clock=item.clock,
                th=th,
                envelope=item.envelope,
                stored_at=stored_at,
            )
        )
    return placed


def new_entry(kind: ItemKind, sender_id: str, epoch: int, envelope: bytes) -> NewItem:
    """An accepted log entry that has no place yet; it moves no clock. `epoch`: the one that begins with it."""
    return NewItem(
        item_id=item_id(envelope), kind=kind, sender_id=sender_id, epoch=epoch, clock="none", envelope=envelope
    )


def new_message(sender_id: str, header: Header, item: bytes, envelope: bytes) -> NewItem:
    """A message that has no place yet; `item` is its id."""
    return NewItem(
        item_id=item,
        kind="message",
        sender_id=sender_id,
        epoch=header.epoch,
        clock=header.clock,
        envelope=envelope,
    )


def room_at_genesis(genesis: Genesis, agency_id: str, client_id: str, opening: StoredItem) -> Room:
    """The room as its genesis makes it: the client, and the agency's duty key on standby."""
    return Room(
        id=opening.room,
        agency_id=agency_id,
        client_id=client_id,
        epoch=FIRST_EPOCH,
        kc=genesis.epoch.kc,
        log_head=opening.item_id,
        log_position=opening.position,
        duty_generation=genesis.duty_generation,
        standby=True,
        last_position=opening.position,
        last_stored_at=opening.stored_at,
        created_at=opening.stored_at,
        th=opening.th,
    )


def check_message(header: Header, seat: Seat, *, seen_th: bytes | None, newest_generation: int) -> None:
    """Whether the member may place this message now. `seen_th`: the true hash at the position that the sender names.

    Raises WrongRoom, EpochOver, SenderNotMember, ClockNotAllowed, DutyOutdated, TranscriptMismatch and their kin.
    """
    room = seat.room
    check_header(
        header,
        room=bytes.fromhex(room.id),
        epoch=room.epoch,
        kc=room.kc,
        sender=seat.sender.fingerprint,
        role=seat.role,
    )
    if room.standby and room.duty_generation != newest_generation:
        # A former holder keeps the old seed: nothing new may be sealed to it (T41).
        raise DutyOutdated
    check_seen(
        header,
        log_position=room.log_position,
        last_position=room.last_position,
        th_at=lambda _: seen_th,
    )


def after_commit(room: Room, log: RoomLog, entry: StoredItem) -> Room:
    """The room once a log entry has been stored: from its position on the new epoch holds."""
    return replace(
        room,
        epoch=log.epoch,
        kc=log.kc,
        log_head=entry.item_id,
        log_position=entry.position,
        duty_generation=log.duty_generation or room.duty_generation,
        standby=log.standby,
        last_position=entry.position,
        last_stored_at=entry.stored_at,
        th=entry.th,
    )


def people_in(log: RoomLog) -> dict[str, MemberRole]:
    """The members who have accounts: everybody but the duty key. The ids are those of their accounts."""
    return {
        one.user_id.hex(): "client" if one.role == "client" else "counsellor"
        for one in log.members.values()
        if one.user_id is not None
    }
