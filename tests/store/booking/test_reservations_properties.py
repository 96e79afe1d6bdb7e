"""Whatever people do in whatever order: nobody is booked twice, and the list tells the truth."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import StaticPool

from booking import store
from booking.errors import BookingRefusal
from booking.model import Span
from booking.tables import reservations
from tests.store.booking.practice import CHAT, MINUTE, MIRIAM, NINE, SUNDAY, new_request, open_practice, wish

CLIENTS = ("alex", "birgit", "carla")
# On the steps of the morning, and two that are on none.
MORNING = [NINE, NINE + 60 * MINUTE, NINE + 120 * MINUTE]
STARTS = [NINE + minutes * MINUTE for minutes in (0, 60, 120, 30, 180)]


class Deed(NamedTuple):
    verb: str
    client: str
    starts_at: datetime
    minutes_later: int


deeds = st.lists(
    st.builds(
        Deed,
        st.sampled_from(["hold", "hold", "book", "book", "book_hold", "extend", "move", "cancel", "release"]),
        st.sampled_from(CLIENTS),
        st.sampled_from(STARTS),
        st.sampled_from([0, 0, 1, 5, 11]),
    ),
    min_size=3,
    max_size=14,
)


async def do(db: AsyncConnection, deed: Deed, known: list[str], now: datetime) -> str:
    """The id of what came of it."""
    client, latest, request = deed.client, known[-1] if known else "0" * 32, new_request()
    match deed.verb:
        case "hold":
            found = await store.hold_slot(db, wish(deed.starts_at, client), request_id=request, now=now)
        case "book":
            found = await store.book_slot(db, wish(deed.starts_at, client), request_id=request, now=now)
        case "book_hold":
            found = await store.book_hold(db, hold=latest, client=client, request_id=request, now=now)
        case "extend":
            found = await store.extend_hold(db, hold=latest, client=client, now=now)
        case "move":
            to = deed.starts_at
            found = await store.reschedule_by_client(
                db, appointment=latest, client=client, kind=CHAT, starts_at=to, request_id=request, now=now
            )
        case "cancel":
            found = await store.cancel_by_client(db, appointment=latest, client=client, now=now)
        case _:
            await store.release_hold(db, hold=latest, client=client)
            return latest
    return found.id


async def kept(db: AsyncConnection, now: datetime, but: str | None = None) -> list[Span]:
    """What keeps time, read by hand; without the holds of one client, when one is named."""
    found = []
    for row in await db.execute(select(reservations).order_by(reservations.c.starts_at)):
        own = but is not None and row.state == "held" and row.thread == f"thread-{but}"
        if row.state != "cancelled" and (row.expires_at is None or row.expires_at > now) and not own:
            found.append(Span(row.starts_at, row.ends_at))
    return found


def overlap(start: datetime, span: Span) -> bool:
    """With ten minutes afterwards, an hour is kept for each chat."""
    return start < span.ends_at and span.starts_at < start + 60 * MINUTE


async def offered_to(db: AsyncConnection, client: str, now: datetime) -> list[datetime]:
    since, until = NINE - timedelta(hours=9), NINE + timedelta(hours=9)
    asker = (client, f"thread-{client}")
    slots = await store.free_slots(db, counsellor=MIRIAM, kind=CHAT, since=since, until=until, now=now, asker=asker)
    return [slot.starts_at for slot in slots]


async def live_through(story: list[Deed]) -> None:
    engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
    await open_practice(engine)
    now, known = SUNDAY, list[str]()
    for deed in story:
        now += deed.minutes_later * MINUTE
        async with engine.connect() as db:
            taken = await kept(db, now, deed.client)
            listed = await offered_to(db, deed.client, now)
        assert listed == [start for start in MORNING if not any(overlap(start, span) for span in taken)]
        try:
            async with engine.begin() as db:
                known.append(await do(db, deed, known, now))
            refused = None
        except BookingRefusal as refusal:
            refused = refusal
        if deed.verb in ("hold", "book"):
            assert (refused is None) == (deed.starts_at in listed)
        async with engine.connect() as db:
            spans = await kept(db, now)
        assert all(before.ends_at <= after.starts_at for before, after in pairwise(spans))
    await engine.dispose()


@settings(max_examples=60, deadline=None)
@given(deeds)
def test_the_list_and_the_verbs_agree_and_nobody_is_booked_twice(story: list[Deed]) -> None:
    """The list is the morning without what is kept; what is listed succeeds, and what is not is refused."""
    asyncio.run(live_through(story))
