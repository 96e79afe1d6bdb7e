"""Telling people. The row is written with its reason, in one transaction; the push comes after the commit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chatserver.deliveries.actions import tell_outside
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.notices import store
from chatserver.notices.wire import ListNotices, NoticeKind, Notices, NoticesSeen, SeeNotices

# The ladder of a promise, danger to a life, and a flood in which promises drown: no quiet hours delay them, no earlier
# mail stands for them.
URGENT: Final[frozenset[NoticeKind]] = frozenset(
    {
        "reply_reminder",
        "reply_escalated",
        "promise_at_risk",
        "promise_unattended",
        "promise_broken",
        "answer_contested",
        "life_in_danger",
        "intake_alarm",
        "help_offered",
        "help_called",
        "help_ready",
    }
)


async def tell_notice(
    work: Work,
    to: Iterable[str],
    kind: NoticeKind,
    *,
    now: datetime,
    room: str | None = None,
    appointment: str | None = None,
) -> None:
    """Puts a notice into the outbox of each person, within the caller's transaction."""
    people = list(dict.fromkeys(to))
    for account_id in people:
        notice = await store.add(work.db, account_id, kind, at=now, room=room, appointment=appointment)
        work.tell([account_id], "notice", notice)
    await tell_outside(work, people, now=now, urgent=kind in URGENT)


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be told to whom about which room."""

    to: Sequence[str]
    kind: NoticeKind
    room: str


async def tell_notices(work: Work, told: Sequence[Telling], *, now: datetime) -> None:
    """The same for many rooms at once."""
    rows = [
        {"account_id": account_id, "kind": one.kind, "room": one.room, "at": now}
        for one in told
        for account_id in dict.fromkeys(one.to)
    ]
    for row, notice in zip(rows, await store.add_all(work.db, rows), strict=True):
        work.tell([str(row["account_id"])], "notice", notice)
    for urgent in (True, False):
        people = [account_id for one in told if (one.kind in URGENT) is urgent for account_id in one.to]
        await tell_outside(work, people, now=now, urgent=urgent)


async def list_notices(deps: Deps, asker: Asker, command: ListNotices) -> Notices:
    """One's own notices, newest first, at most 200."""
    async with look(deps) as db:
        return Notices(await store.notices_of(db, asker.account_id))


async def see_notices(deps: Deps, asker: Asker, command: SeeNotices) -> NoticesSeen:
    """One's own notices up to this number have been looked at."""
    async with work(deps) as tx:
        await store.mark_seen(tx.db, asker.account_id, command.up_to)
    return NoticesSeen(command.up_to)
