"""Telling people outside of the page: written with its reason, in one transaction; sent by a job (jobs.py)."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection

from chatserver.deliveries import store
from chatserver.deps import Work
from chatserver.ledger import Ended


async def tell_outside(work: Work, to: Iterable[str], *, now: datetime, urgent: bool = False) -> None:
    """That there is something new, for those of these people who asked to be told, within the caller's transaction.

    What is urgent waits for no quiet hours, and for no pause since what they were told last.
    """
    await work.db.run_sync(tell_outside_now, list(dict.fromkeys(to)), now, urgent=urgent)


def who_asked(db: Connection, people: Collection[str]) -> set[str]:
    """Those of these people who have a way: hardly anybody, so this is looked at before anything else is."""
    return store.with_ways(db, people)


def tell_outside_now(db: Connection, to: Iterable[str], now: datetime, *, urgent: bool = False) -> None:
    """The same within a transaction that is one whole function."""
    for way in store.reached(db, to):
        store.add(db, way.way_id, "news", urgent=urgent, now=now, due_at=way.due_at(now, urgent=urgent))


async def send_code(work: Work, way_id: str, *, now: datetime) -> None:
    """The code that shows that an address is the person's own, at once."""
    await work.db.run_sync(store.add, way_id, "code", urgent=True, now=now, due_at=now)


async def forget_ways(work: Work, way_ids: Iterable[str]) -> None:
    """These ways are gone, with everything that was still to be sent there, and no backup brings them back."""
    gone = list(way_ids)
    work.withdrawn += [Ended("way", one) for one in gone]
    await work.db.run_sync(store.remove_ways, gone)


def outbox_counts(db: Connection) -> tuple[int, int]:
    """How many deliveries wait to be sent, and how many were given up within a week: for whoever operates."""
    return store.counts(db)
