"""Reading appointments into a calendar of one's own, and opening and closing the address for that."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Final, cast

from booking.model import State
from booking.store import appointments_of_counsellor
from chatserver.appointments import store as appointments
from chatserver.calendars import store
from chatserver.calendars.model import Shown, all_appointments, one_appointment
from chatserver.calendars.wire import (
    CloseFeed,
    FeedOpened,
    FeedState,
    OpenFeed,
    ReadAppointmentFile,
    ReadFeed,
    ReadFeedState,
)
from chatserver.deps import Asker, Deps, look, work
from chatserver.errors import NotFound
from chatserver.wire.types import Language

# What was, for whoever looks back at their week.
LOOKS_BACK: Final = timedelta(days=28)
TOKEN_BYTES: Final = 32


async def read_appointment_file(deps: Deps, asker: Asker, command: ReadAppointmentFile) -> bytes:
    """One's own appointment as a file for a calendar. Raises NotFound, also for one that is only held."""
    async with look(deps) as db:
        found = await appointments.appointment_seen_by(db, command.appointment, asker.account_id, asker.role)
        if found.state is State.HELD:
            raise NotFound
        host = await appointments.host_of(db, found.counsellor, "")
    return one_appointment(found, Shown(command.language, host.zone, deps.now()))


async def open_feed(deps: Deps, asker: Asker, command: OpenFeed) -> FeedOpened:
    """A new address for one's own appointments, told once; the one before leads nowhere any more."""
    token, now = secrets.token_urlsafe(TOKEN_BYTES), deps.now()
    async with work(deps) as tx:
        await store.keep_feed(tx.db, store.Feed(asker.account_id, command.language, now), _hash(token))
    return FeedOpened(f"{deps.config.address}/api/feeds/{token}", now)


async def close_feed(deps: Deps, asker: Asker, command: CloseFeed) -> FeedState:
    """The address leads nowhere from now on. A repeat changes nothing."""
    async with work(deps) as tx:
        await store.drop_feed(tx.db, asker.account_id)
    return FeedState(None)


async def read_feed_state(deps: Deps, asker: Asker, command: ReadFeedState) -> FeedState:
    """Whether one has an address, and since when."""
    async with look(deps) as db:
        mine = await store.feed_of(db, asker.account_id)
    return FeedState(mine.made_at if mine else None)


async def read_feed(deps: Deps, asker: Asker | None, command: ReadFeed) -> bytes:
    """A counsellor's appointments for whoever knows the address: when, and nothing else. Raises NotFound."""
    now = deps.now()
    async with look(deps) as db:
        feed = await store.feed_by_token(db, _hash(command.token))
        if feed is None:
            raise NotFound
        mine = await appointments_of_counsellor(db, counsellor=feed.account_id, ends_after=now - LOOKS_BACK)
        host = await appointments.host_of(db, feed.account_id, "")
    return all_appointments(mine, Shown(cast("Language", feed.language), host.zone, now))


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
