"""The tables of calendars and reservations. Whoever embeds them adds their own to the same `metadata`.

The guards against double booking belong to them: guards.py.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
    literal_column,
    text,
)

from booking.guards import stand_guard
from booking.times import UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# Ids of people, agencies and conversations are opaque here.
OPAQUE_ID = String(64)
RESERVATION_ID = String(32)
WALL_TIME = String(16)  # "2026-04-03T09:00", without a zone: the calendar has it

calendars = Table(
    "calendars",
    metadata,
    Column("counsellor", OPAQUE_ID, primary_key=True),
    Column("zone", String(64), nullable=False),
)

availability_rules = Table(
    "availability_rules",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("counsellor", OPAQUE_ID, ForeignKey("calendars.counsellor"), nullable=False, index=True),
    Column("weekday", Integer, nullable=False),
    Column("begins", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    Column("valid_from", Date),
    Column("valid_until", Date),
    Column("every_weeks", Integer, nullable=False, server_default=text("1")),
    CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_known"),
    CheckConstraint("0 <= begins AND begins < ends AND ends <= 1440", name="within_a_day"),
    CheckConstraint("every_weeks >= 1", name="every_weeks_positive"),
)

# What differs from the weekly rules: `absent` closes, `extra` opens.
calendar_exceptions = Table(
    "calendar_exceptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("counsellor", OPAQUE_ID, ForeignKey("calendars.counsellor"), nullable=False),
    Column("effect", String(8), nullable=False),
    Column("begins", WALL_TIME, nullable=False),
    Column("ends", WALL_TIME, nullable=False),
    CheckConstraint("effect IN ('absent', 'extra')", name="effect_known"),
    CheckConstraint("begins < ends", name="ends_after_it_begins"),
)
Index("ix_calendar_exceptions_still_to_come", calendar_exceptions.c.counsellor, calendar_exceptions.c.ends)

# The owner is a counsellor or their agency; a counsellor's own row comes first.
appointment_kinds = Table(
    "appointment_kinds",
    metadata,
    Column("owner", OPAQUE_ID, primary_key=True),
    Column("name", String(16), primary_key=True),
    Column("length_minutes", Integer, nullable=False),
    Column("step_minutes", Integer, nullable=False),
    Column("buffer_before_minutes", Integer, nullable=False),
    Column("buffer_after_minutes", Integer, nullable=False),
    Column("notice_minutes", Integer, nullable=False),
    Column("horizon_minutes", Integer, nullable=False),
    Column("cancel_notice_minutes", Integer, nullable=False),
    Column("most_per_day", Integer),
    Column("most_per_week", Integer),
    Column("capacity", Integer, nullable=False, server_default=text("1")),
    CheckConstraint("name IN ('chat', 'video', 'phone', 'on_site')", name="name_known"),
    CheckConstraint("length_minutes > 0 AND step_minutes > 0 AND horizon_minutes > 0", name="lengths_positive"),
)

# `address_told`: in the conversation only, by the counsellor; then there is none here. A closed place keeps its past.
places = Table(
    "places",
    metadata,
    Column("id", OPAQUE_ID, primary_key=True),
    Column("owner", OPAQUE_ID, nullable=False, index=True),
    Column("name", String(120), nullable=False),
    Column("address", String(300), nullable=False, server_default=text("''")),
    Column("address_told", Boolean, nullable=False, server_default=text("false")),
    Column("step_free", String(8), nullable=False, server_default=text("'unknown'")),
    Column("way_in", String(500), nullable=False, server_default=text("''")),
    Column("closed_at", UtcDateTime),
)

# One row per appointment. `starts_at` and `ends_at` are what is kept free, with the buffers: the guards (guards.py)
# compare these. What people see is `appointment_starts_at` and `appointment_ends_at`.
reservations = Table(
    "reservations",
    metadata,
    Column("id", RESERVATION_ID, primary_key=True),
    Column("counsellor", OPAQUE_ID, nullable=False),
    Column("place", OPAQUE_ID, ForeignKey("places.id")),
    Column("thread", OPAQUE_ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(10), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("appointment_starts_at", UtcDateTime, nullable=False),
    Column("appointment_ends_at", UtcDateTime, nullable=False),
    Column("capacity", Integer, nullable=False, server_default=text("1")),
    Column("expires_at", UtcDateTime),
    Column("extended", Boolean, nullable=False, server_default=text("false")),
    Column("cancel_until", UtcDateTime, nullable=False),
    Column("sequence", Integer, nullable=False, server_default=text("0")),
    # A repeat is recognised by its request id and gets the first answer.
    Column("hold_request_id", String(64), unique=True),
    Column("booking_request_id", String(64), unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("booked_at", UtcDateTime),
    Column("cancelled_at", UtcDateTime),
    Column("cancelled_by", String(10)),
    Column("done_at", UtcDateTime),
    Column("missed_at", UtcDateTime),
    Column("counsellor_missed_at", UtcDateTime),
    # What was agreed on: the time on the wall there. The instant follows it when the rules of a zone change (walls.py).
    Column("zone", String(64)),
    Column("wall_starts_at", String(26)),
    Column("wall_fold", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("id", "capacity"),
    CheckConstraint("state IN ('held', 'booked', 'cancelled', 'done')", name="state_known"),
    CheckConstraint("(state = 'held') = (expires_at IS NOT NULL)", name="only_holds_expire"),
    CheckConstraint(
        "starts_at <= appointment_starts_at AND appointment_starts_at < appointment_ends_at"
        " AND appointment_ends_at <= ends_at",
        name="appointment_within_what_is_kept_free",
    ),
    CheckConstraint("capacity >= 1", name="capacity_positive"),
)
# Written out: an index for these rows only is not used for a value that comes later.
KEEPS_TIME = reservations.c.state != literal_column("'cancelled'")
# A table that is created from its declaration never stands unguarded.
event.listen(reservations, "after_create", stand_guard)
# What is over is not looked at when something new is taken: the second column says when each one ends.
Index(
    "ix_reservations_of_counsellor",
    reservations.c.counsellor,
    reservations.c.ends_at,
    reservations.c.starts_at,
    sqlite_where=text("state <> 'cancelled'"),
    postgresql_where=text("state <> 'cancelled'"),
)
Index(
    "ix_reservations_of_place",
    reservations.c.place,
    reservations.c.ends_at,
    reservations.c.starts_at,
    sqlite_where=text("state <> 'cancelled'"),
    postgresql_where=text("state <> 'cancelled'"),
)
Index("ix_reservations_upcoming", reservations.c.counsellor, reservations.c.appointment_ends_at)
Index("ix_reservations_of_thread", reservations.c.thread, reservations.c.state)
Index(
    "ix_reservations_holds",
    reservations.c.expires_at,
    sqlite_where=text("expires_at IS NOT NULL"),
    postgresql_where=text("expires_at IS NOT NULL"),
)

# The capacity is repeated here, so that the database itself knows the last seat.
seats = Table(
    "seats",
    metadata,
    Column("reservation", RESERVATION_ID, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("capacity", Integer, nullable=False, server_default=text("1")),
    Column("client", OPAQUE_ID, nullable=False, index=True),
    UniqueConstraint("reservation", "client"),
    ForeignKeyConstraint(
        ["reservation", "capacity"],
        ["reservations.id", "reservations.capacity"],
        ondelete="CASCADE",
        onupdate="CASCADE",
    ),
    CheckConstraint("1 <= number AND number <= capacity", name="within_capacity"),
)

# Who would come earlier, by counsellor. `offered`: the hold that is kept for them.
waiting = Table(
    "waiting",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("counsellor", OPAQUE_ID, nullable=False),
    Column("client", OPAQUE_ID, nullable=False),
    Column("thread", OPAQUE_ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("earlier_than", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("offered", RESERVATION_ID, ForeignKey("reservations.id", ondelete="SET NULL"), index=True),
    Column("offered_starts_at", UtcDateTime),
    Column("offered_at", UtcDateTime),
    UniqueConstraint("thread", "client", "kind"),
)
Index("ix_waiting_line", waiting.c.counsellor, waiting.c.created_at)
Index("ix_waiting_of_client", waiting.c.client)

# When a counsellor is busy elsewhere; `source` is the calendar that says so (opaque). What it is about is not kept.
busy_elsewhere = Table(
    "busy_elsewhere",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("counsellor", OPAQUE_ID, nullable=False),
    Column("source", OPAQUE_ID, nullable=False, index=True),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    CheckConstraint("starts_at < ends_at", name="ends_after_it_begins"),
)
Index(
    "ix_busy_elsewhere_of_counsellor",
    busy_elsewhere.c.counsellor,
    busy_elsewhere.c.ends_at,
    busy_elsewhere.c.starts_at,
)

# Every move of an appointment, so that a repeat that comes late moves nothing again.
reschedulings = Table(
    "reschedulings",
    metadata,
    Column("request_id", String(64), primary_key=True),
    Column(
        "reservation", RESERVATION_ID, ForeignKey("reservations.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", String(10), nullable=False),
    Column("from_starts_at", UtcDateTime, nullable=False),
    Column("to_starts_at", UtcDateTime, nullable=False),
)
