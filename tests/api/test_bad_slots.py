"""Slots that cannot be had: a stable code for each, and afterwards everything is as it was."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import select, text

from booking.errors import SlotNotOffered
from booking.model import WeeklyRule
from booking.store import free_slots, hold_slot
from booking.timetable import keep_weekly_hours, kind_of
from booking.wishes import Wish
from chatserver.appointments.wire import Slot
from chatserver.tables import agencies, counsellors
from tests.api.house import House
from tests.api.story import talk
from tests.person_web import Refused

# The night of 2027-03-28 in Berlin has no time between two and three.
GAP_BEGINS = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def rows(house: House) -> Sequence[Any]:
    """All that is held or booked, by anybody."""
    async with house.deps.database.read() as db:
        return (await db.execute(text("SELECT id, state, starts_at, expires_at FROM reservations ORDER BY id"))).all()


async def test_a_time_that_only_another_agency_offers_is_not_offered(house: House) -> None:
    """Nor is a thread there that is somebody else's: that is not found."""
    talking = await talk(house)
    sunday = WeeklyRule(6, 10 * 60, 12 * 60)
    async with house.deps.database.write() as db:
        here = (
            await db.execute(
                select(counsellors.c.agency_id).where(counsellors.c.account_id == talking.counsellor.account_id)
            )
        ).scalar_one()
        elsewhere = (
            await db.execute(
                select(counsellors.c.account_id, agencies.c.zone)
                .join(agencies, agencies.c.id == counsellors.c.agency_id)
                .where(counsellors.c.agency_id != here)
                .limit(1)
            )
        ).one()
        await keep_weekly_hours(db, counsellor=elsewhere.account_id, zone="Europe/Berlin", rules=[sunday])
    async with house.deps.database.read() as db:
        kind = await kind_of(db, name="chat", owners=[talking.counsellor.account_id, here])
        until = house.now() + timedelta(days=14)
        theirs = await free_slots(
            db, counsellor=elsewhere.account_id, kind=kind, since=house.now(), until=until, now=house.now()
        )
    assert theirs
    before = await rows(house)
    with pytest.raises(Refused) as caught:
        await talking.client.hold(talking.room.id, Slot(*theirs[0]))
    assert (caught.value.code, caught.value.status) == ("slot_not_offered", 409)
    with pytest.raises(Refused) as caught:
        await talking.client.hold(token_hex(16), Slot(*theirs[0]))
    assert caught.value.code == "not_found"
    assert await rows(house) == before


async def test_a_time_in_an_hour_that_the_clock_skips_is_not_offered(house: House) -> None:
    """Hours from two to three on that night open nothing, also not the instant that a careless sum would name."""
    counsellor = await house.counsellor("berger")
    async with house.deps.database.write() as db:
        agency = (
            await db.execute(select(counsellors.c.agency_id).where(counsellors.c.account_id == counsellor.account_id))
        ).scalar_one()
        await keep_weekly_hours(
            db, counsellor=counsellor.account_id, zone="Europe/Berlin", rules=[WeeklyRule(6, 2 * 60, 3 * 60)]
        )
        kind = await kind_of(db, name="chat", owners=[counsellor.account_id, agency])
    now = GAP_BEGINS - timedelta(days=3)
    for minutes in (-60, -30, 0, 30, 60):
        wish = Wish(
            counsellor=counsellor.account_id,
            client=token_hex(16),
            thread=token_hex(16),
            kind=kind,
            starts_at=GAP_BEGINS + minutes * MINUTE,
        )
        with pytest.raises(SlotNotOffered) as caught:
            async with house.deps.database.write() as db:
                await hold_slot(db, wish, request_id=token_hex(16), now=now)
        assert (caught.value.code, caught.value.field) == ("slot_not_offered", "starts_at")
    assert await rows(house) == []


@pytest.mark.parametrize(
    "moved",
    [-timedelta(days=7), timedelta(days=365), timedelta(days=36_500), 7 * MINUTE],
    ids=["past", "beyond the horizon", "in a hundred years", "off the step"],
)
async def test_a_time_that_is_never_listed_leaves_even_ones_own_hold(house: House, moved: timedelta) -> None:
    """What was held before is still held, for as long as it was."""
    talking = await talk(house)
    first, second, *_ = (await talking.client.slots(talking.room.id)).slots
    held = await talking.client.hold(talking.room.id, first)
    before = await rows(house)
    with pytest.raises(Refused) as caught:
        await talking.client.hold(talking.room.id, Slot(second.starts_at + moved, second.ends_at + moved))
    assert (caught.value.code, caught.value.field) == ("slot_not_offered", "starts_at")
    assert await rows(house) == before
    assert [one[0] for one in before] == [held.hold]
