"""Many who want a slot in one transaction: one of them has it, and the others have changed nothing."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from booking.errors import BookingRefusal, SlotNotOffered, SlotTaken
from booking.model import Reservation
from booking.tables import reservations
from chatserver.appointments.holding import Trial, hold_slots
from tests.store.booking.practice import (
    ALEX,
    BIRGIT,
    CARLA,
    CHAT,
    ELEVEN,
    JONAS,
    MINUTE,
    NINE,
    SUNDAY,
    TEN,
    book,
    new_request,
    wish,
)


def trial(*args: object, **kwargs: object) -> Trial:
    """A fresh one."""
    return Trial(wish(*args, **kwargs), new_request())  # type: ignore[arg-type]


async def tried(engine: AsyncEngine, *trials: Trial) -> list[Reservation | BookingRefusal]:
    """All of them in one transaction."""
    async with engine.begin() as db:
        outcomes = await db.run_sync(hold_slots, SUNDAY, trials)
    return [one.answer or one.refusal for one in outcomes]  # type: ignore[misc]  # it has one or the other


async def starts(engine: AsyncEngine) -> Sequence[object]:
    """What is reserved."""
    async with engine.connect() as db:
        found = await db.execute(select(reservations.c.starts_at).order_by(reservations.c.starts_at))
        return found.scalars().all()


async def test_the_first_of_many_has_the_slot_and_a_repeat_gets_the_same_hold(engine: AsyncEngine) -> None:
    """In the order in which they came; another counsellor's time is another slot."""
    first, second = trial(NINE, ALEX), trial(NINE, BIRGIT)
    elsewhere = trial(NINE, CARLA, counsellor=JONAS)
    found = await tried(engine, first, second, elsewhere, first)
    assert [type(one) for one in found] == [Reservation, SlotTaken, Reservation, Reservation]
    assert found[3] == found[0]
    again = await tried(engine, first, second)
    assert (again[0], type(again[1])) == (found[0], SlotTaken)
    assert await starts(engine) == [NINE, NINE]


async def test_whoever_is_refused_keeps_what_they_had(engine: AsyncEngine) -> None:
    """By the guard of the database, by the hours, or at a glance: a hold of one's own goes only for a better one."""
    async with engine.begin() as db:
        await book(db, TEN, BIRGIT)
    held, *refused = await tried(
        engine,
        trial(NINE, ALEX),
        trial(TEN, ALEX),
        trial(TEN + 30 * MINUTE, ALEX),
        Trial(replace(wish(TEN, ALEX), kind=replace(CHAT, length=20 * MINUTE, buffer_after=0 * MINUTE)), new_request()),
    )
    assert isinstance(held, Reservation)
    assert [type(one) for one in refused] == [SlotTaken, SlotNotOffered, SlotTaken]
    assert await starts(engine) == [NINE, TEN]
    (moved,) = await tried(engine, trial(ELEVEN, ALEX))
    assert isinstance(moved, Reservation)
    assert await starts(engine) == [TEN, ELEVEN]


async def test_an_absurd_start_is_not_offered(engine: AsyncEngine) -> None:
    """A sum beyond the end of all calendars is no error of ours."""
    (refused,) = await tried(
        engine,
        Trial(replace(wish(), starts_at=NINE.replace(year=9999, month=12, day=31, hour=23, minute=59)), new_request()),
    )
    assert isinstance(refused, SlotNotOffered)
