"""What is held about a person, kind by kind, and which columns of it are theirs to see.

Left out is what would let somebody else in (verifiers, hashes of tokens, sealed keys), what a browser has already (the
vault, the keyring: they open there), and other people's ids. Sealed messages and files are fetched by their rooms.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, ColumnElement, Table, select

from booking import tables as booking
from chatserver import tables as own

Ids = Collection[str]


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows of a table that are somebody's; `told` are the columns that they see."""

    name: str
    table: Table
    mine: Callable[[Ids], ColumnElement[bool]]
    told: tuple[str, ...]


def _by(column: Column[str]) -> Callable[[Ids], ColumnElement[bool]]:
    return column.in_


def _in_rooms(column: Column[str]) -> Callable[[Ids], ColumnElement[bool]]:
    """Of the rooms that they opened as a client."""
    return lambda ids: column.in_(select(own.rooms.c.id).where(own.rooms.c.client_id.in_(ids)))


def _with_seat(ids: Ids) -> ColumnElement[bool]:
    """Reservations in which they have a seat."""
    return booking.reservations.c.id.in_(select(booking.seats.c.reservation).where(booking.seats.c.client.in_(ids)))


_APPOINTMENT: Final = (
    *("id", "kind", "state", "appointment_starts_at", "appointment_ends_at", "zone", "cancel_until", "created_at"),
    *("booked_at", "cancelled_at", "cancelled_by", "done_at", "missed_at", "counsellor_missed_at"),
)
_TURN: Final = ("kind", "earlier_than", "created_at", "offered_starts_at", "offered_at")

OF_ANYBODY: Final = (
    Kind("account", own.accounts, _by(own.accounts.c.id), ("id", "name", "role", "created_at", "signing_key")),
    Kind("sessions", own.sessions, _by(own.sessions.c.account_id), ("created_at", "used_at", "expires_at", "ends_at")),
    Kind("consents", own.consents, _by(own.consents.c.account_id), ("version", "given_at", "withdrawn_at")),
    Kind("vault", own.vaults, _by(own.vaults.c.account_id), ("version", "vk_generation", "written_at")),
    Kind("keyring", own.keyring, _by(own.keyring.c.account_id), ("room", "epoch")),
    Kind(
        "ways",
        own.ways,
        _by(own.ways.c.account_id),
        ("kind", "address", "language", "created_at", "confirmed_at", "told_at", "failed_at"),
    ),
    Kind("quiet_hours", own.quiet_hours, _by(own.quiet_hours.c.account_id), ("begins", "ends")),
    Kind("codes_sent", own.codes_sent, _by(own.codes_sent.c.account_id), ("sent_at",)),
    Kind("notices", own.notices, _by(own.notices.c.account_id), ("kind", "room", "appointment", "at", "seen")),
    Kind(
        "files",
        own.attachments,
        _by(own.attachments.c.account_id),
        ("id", "room", "size", "created_at", "completed_at"),
    ),
    Kind(
        "written",
        own.room_items,
        _by(own.room_items.c.sender_id),
        ("room", "position", "kind", "epoch", "clock", "stored_at"),
    ),
    Kind("seats_in_rooms", own.room_members, _by(own.room_members.c.account_id), ("room", "role", "since_position")),
    Kind("barred_from", own.room_barred, _by(own.room_barred.c.account_id), ("room",)),
)

OF_CLIENTS: Final = (
    Kind(
        "conversations",
        own.threads,
        _by(own.threads.c.client_id),
        ("room", "agency_id", "topic", "state", "opened_at", "taken_at", "closed_at"),
    ),
    Kind(
        "rooms",
        own.rooms,
        _by(own.rooms.c.client_id),
        ("id", "agency_id", "epoch", "standby", "last_position", "last_stored_at", "created_at"),
    ),
    Kind(
        "promises",
        own.clocks,
        _in_rooms(own.clocks.c.room),
        ("room", "waiting_since", "due_at", "stopped_at", "stopped_because", "breached_at"),
    ),
    Kind("returning", own.returns, _in_rooms(own.returns.c.room), ("room", "first_until")),
    Kind("expiries", own.expiries, _in_rooms(own.expiries.c.room), ("room", "announced_at")),
    Kind("gone_on", own.referrals, _in_rooms(own.referrals.c.room), ("room", "to_room", "referred_at")),
    Kind("proposals", own.proposals, _in_rooms(own.proposals.c.room), ("room", "reason", "proposed_at")),
    Kind("help_wishes", own.help_wishes, _in_rooms(own.help_wishes.c.room), ("room", "wished_at")),
    Kind(
        "waivers",
        own.waivers,
        _by(own.waivers.c.client_id),
        ("room", "reason", "waived_at", "blocks", "put_back_at", "lifted_at"),
    ),
    Kind("appointments", booking.reservations, _with_seat, ("thread", *_APPOINTMENT)),
    Kind(
        "live_chats", own.live_chats, _in_rooms(own.live_chats.c.room), ("appointment", "room", "began_at", "ended_at")
    ),
    Kind("group_names", own.group_names, _in_rooms(own.group_names.c.room), ("appointment", "name")),
    Kind("waiting", booking.waiting, _by(booking.waiting.c.client), ("thread", *_TURN)),
)

_EMPLOYED: Final = ("agency_id", "display_name", "duty", "coordinates", "left_at")
_RULE: Final = ("weekday", "begins", "ends", "valid_from", "valid_until", "every_weeks")
_IMPORT: Final = ("host", "made_at", "read_at", "failed_at", "failure", "times", "left_out")

OF_STAFF: Final = (
    Kind("factors", own.factors, _by(own.factors.c.account_id), ("kind", "label", "created_at", "used_at")),
    Kind(
        "provider",
        own.provider_links,
        _by(own.provider_links.c.account_id),
        ("issuer", "subject", "linked_at"),
    ),
    Kind("work", own.counsellors, _by(own.counsellors.c.account_id), _EMPLOYED),
    Kind(
        "invitations",
        own.invitations,
        lambda ids: own.invitations.c.account_id.in_(ids) | own.invitations.c.renews.in_(ids),
        ("display_name", "capabilities", "created_at", "expires_at", "accepted_at", "certified_at"),
    ),
    Kind(
        "acts",
        own.audit_entries,
        lambda ids: own.audit_entries.c.by_id.in_(ids) | own.audit_entries.c.about_id.in_(ids),
        ("agency_id", "number", "at", "act"),
    ),
    Kind("duty_keys", own.duty_seeds, _by(own.duty_seeds.c.holder_id), ("agency_id", "generation")),
    # When they took it, and until when; whose it is and what about is not theirs.
    Kind("taken", own.threads, _by(own.threads.c.counsellor_id), ("room", "taken_at", "closed_at")),
    Kind("returned", own.returns, _by(own.returns.c.account_id), ("room", "first_until")),
    Kind("declined", own.declines, _by(own.declines.c.account_id), ("room", "reason", "declined_at")),
    Kind("proposed", own.proposals, _by(own.proposals.c.account_id), ("room", "reason", "proposed_at")),
    Kind("marked_dangers", own.dangers, _by(own.dangers.c.marked_by), ("room", "marked_at")),
    Kind("waived", own.waivers, _by(own.waivers.c.waived_by), ("room", "reason", "waived_at")),
    Kind("reviewed", own.waivers, _by(own.waivers.c.reviewed_by), ("room", "reviewed_at")),
    Kind("calendar", booking.calendars, _by(booking.calendars.c.counsellor), ("zone",)),
    Kind("office_hours", booking.availability_rules, _by(booking.availability_rules.c.counsellor), _RULE),
    Kind(
        "exceptions",
        booking.calendar_exceptions,
        _by(booking.calendar_exceptions.c.counsellor),
        ("effect", "begins", "ends"),
    ),
    Kind("substitute_in", own.absences, _by(own.absences.c.substitute_id), ("exception",)),
    Kind(
        "kinds_of_appointments",
        booking.appointment_kinds,
        _by(booking.appointment_kinds.c.owner),
        ("name", "length_minutes", "notice_minutes", "horizon_minutes", "most_per_day", "most_per_week", "capacity"),
    ),
    Kind("held_appointments", booking.reservations, _by(booking.reservations.c.counsellor), _APPOINTMENT),
    Kind("begun_chats", own.live_chats, _by(own.live_chats.c.began_by), ("appointment", "began_at", "ended_at")),
    Kind("line", booking.waiting, _by(booking.waiting.c.counsellor), _TURN),
    Kind("calendar_feed", own.calendar_feeds, _by(own.calendar_feeds.c.account_id), ("language", "made_at")),
    Kind("other_calendars", own.imports, _by(own.imports.c.account_id), _IMPORT),
    Kind("busy_elsewhere", booking.busy_elsewhere, _by(booking.busy_elsewhere.c.counsellor), ("starts_at", "ends_at")),
)


def kinds_for(role: str) -> tuple[Kind, ...]:
    """What is held about somebody in that role."""
    return (*OF_ANYBODY, *(OF_CLIENTS if role == "client" else OF_STAFF))
