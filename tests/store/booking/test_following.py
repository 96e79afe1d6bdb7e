"""The wall wins: appointments follow it when the rules of a zone have changed since they were booked."""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from booking import store
from booking.following import follow_the_wall
from booking.model import zone_of
from tests.store.booking.practice import (
    ALEX,
    BIRGIT,
    CARLA,
    CHAT,
    ELEVEN,
    MINUTE,
    NINE,
    SUNDAY,
    TEN,
    book,
    listed,
    new_request,
)


def wall(hour: int) -> datetime:
    return datetime(2026, 3, 2, hour)  # noqa: DTZ001  on a wall


async def agreed_before_a_change(db: AsyncConnection, *ids: str) -> None:
    """As if those had been booked while the clocks of Berlin were to be one hour behind of what they are."""
    for one in ids:
        await db.execute(
            text("UPDATE reservations SET wall_starts_at = replace(wall_starts_at, :was, :agreed) WHERE id = :id"),
            {"id": one, "was": "T09:", "agreed": "T10:"},
        )


async def test_an_appointment_follows_the_wall_when_the_rules_of_its_zone_change(db: AsyncConnection) -> None:
    """With its buffers and its notice; a repeat finds nothing."""
    one = await book(db, NINE)
    assert await follow_the_wall(db, now=SUNDAY) == []
    await agreed_before_a_change(db, one.id)
    (found,) = await follow_the_wall(db, now=SUNDAY)
    after = found.appointment
    assert (found.before, found.stuck) == (one.appointment, False)
    assert (after.appointment.starts_at, after.sequence) == (TEN, one.sequence + 1)
    assert after.reserved.ends_at - after.appointment.ends_at == 10 * MINUTE
    assert after.cancel_until == one.cancel_until + 60 * MINUTE
    assert after.wall is not None
    assert after.wall.instant_in(zone_of("Europe/Berlin")) == TEN
    assert await follow_the_wall(db, now=SUNDAY) == []
    assert NINE in await listed(db)


async def test_neighbours_follow_together_and_whoever_runs_into_something_stays(db: AsyncConnection) -> None:
    """An hour kept for each of three in a row: the last goes first."""
    row = [await book(db, at, who) for at, who in ((NINE, ALEX), (TEN, BIRGIT), (ELEVEN, CARLA))]
    for one, agreed in zip(row, ("10", "11", "12"), strict=True):
        await db.execute(
            text("UPDATE reservations SET wall_starts_at = :agreed WHERE id = :id"),
            {"id": one.id, "agreed": f"2026-03-02T{agreed}:00:00"},
        )
    found = await follow_the_wall(db, now=SUNDAY)
    assert [one.appointment.appointment.starts_at for one in found] == [TEN, ELEVEN, ELEVEN + 60 * MINUTE]
    # Nine is agreed on for the first two now, and for one of them only there is room.
    for one in row[:2]:
        await db.execute(
            text("UPDATE reservations SET wall_starts_at = '2026-03-02T09:00:00' WHERE id = :id"), {"id": one.id}
        )
    again = await follow_the_wall(db, now=SUNDAY)
    assert [(one.stuck, one.appointment.appointment.starts_at) for one in again] == [(False, NINE), (True, ELEVEN)]


async def test_what_is_over_or_was_called_off_follows_nothing(db: AsyncConnection) -> None:
    """What has been stays where it was."""
    one = await book(db, NINE)
    await agreed_before_a_change(db, one.id)
    assert await follow_the_wall(db, now=NINE) == []
    await store.cancel_by_client(db, appointment=one.id, client=ALEX, now=SUNDAY)
    assert await follow_the_wall(db, now=SUNDAY) == []


async def test_the_wall_is_kept_with_what_is_booked_and_with_what_is_moved(db: AsyncConnection) -> None:
    """In the zone of the calendar, not in the client's."""
    one = await book(db, NINE)
    assert one.wall is not None
    assert (one.wall.zone, one.wall.reading) == ("Europe/Berlin", wall(9))
    moved = await store.reschedule_by_client(
        db, appointment=one.id, client=ALEX, kind=CHAT, starts_at=TEN, request_id=new_request(), now=SUNDAY
    )
    assert moved.wall is not None
    assert moved.wall.reading == wall(10)
    assert moved.wall.instant_in(zone_of("Europe/Berlin")).astimezone(UTC) == TEN
