"""Writing in a thread, and the promise that goes with it: both are stored in one transaction, or neither is."""

from datetime import datetime
from typing import Final

from chatserver.agencies import store as agencies
from chatserver.agencies.model import PROMISE
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.due_work import plan
from chatserver.errors import NotFound
from chatserver.guarantee.policy import Calendar
from chatserver.notices.actions import tell_notice
from chatserver.rooms import store as rooms
from chatserver.rooms.actions import Entered, accept_commit
from chatserver.rooms.model import StoredItem, people_in
from chatserver.threads import store
from chatserver.threads.clock import (
    Clock,
    Opens,
    Rung,
    StoppedBecause,
    Stops,
    opened_at,
    rungs,
)
from chatserver.threads.model import Thread, ThreadState
from chatserver.threads.receipts import Promised
from chatserver.threads.wire import (
    ClockChanged,
    CommitPosted,
    ListThreads,
    PostCommit,
    ReadThread,
    Threads,
)
from chatserver.threads.wire import Thread as ShownThread
from crypto import item_id

# What every new promise starts from; each keeps its own snapshot.
PROMISED: Final = Calendar(int(PROMISE.total_seconds()))

# -- reading


async def list_threads(deps: Deps, asker: Asker, command: ListThreads) -> Threads:
    """One's own threads, the one written in last first."""
    async with look(deps) as db:
        return Threads(deps.now(), await store.shown_threads(db, asker.account_id))


async def read_thread(deps: Deps, asker: Asker, command: ReadThread) -> ShownThread:
    """One thread of one's own. Raises NotFound."""
    async with look(deps) as db:
        found = await store.shown_threads(db, asker.account_id, command.room)
    if not found:
        raise NotFound
    return found[0]


# -- writing


async def post_commit(deps: Deps, asker: Asker, command: PostCommit) -> CommitPosted:
    """A change of the room's members or keys, by one of its members. A repeat gets the first answer.

    Raises NotFound, CommitOutdated, CommitNotAllowed, TranscriptMismatch and their kin.
    """
    async with work(deps) as tx:
        seat = await rooms.seat_of(tx.db, command.room, asker.account_id, for_change=True)
        first = await rooms.item_with_id(tx.db, command.room, item_id(command.commit))
        if first is not None:
            return CommitPosted(first.position, first.stored_at)
        thread = await store.thread_for_member(tx.db, command.room, asker.account_id)
        now = deps.now()
        entered = await accept_commit(tx, seat.room, seat.sender, command.commit, now)
        counsellors = [one for one, role in people_in(entered.log).items() if role == "counsellor"]
        changed = thread.after_commit(counsellors, standby=entered.room.standby, closed=entered.log.closed, now=now)
        await store.keep_thread(tx.db, changed)
        if changed.state is ThreadState.CLOSED:
            await stop_promise(tx, changed, Stops(StoppedBecause.CLOSED, now, entered.item.position))
        await _tell_changed(tx, thread, changed, entered, now)
    return CommitPosted(entered.item.position, entered.item.stored_at)


async def _tell_changed(tx: Work, before: Thread, after: Thread, entered: Entered, now: datetime) -> None:
    """Whoever was brought in learns of it, and everybody's lists show who answers from now on."""
    await tell_notice(tx, sorted(entered.joined - {after.client_id}), "brought_in", now=now, room=after.room)
    if (before.state, before.counsellor_id) != (after.state, after.counsellor_id):
        await tell_clock(tx, after, await store.running_clock(tx.db, after.room))


# -- the promise


async def begin_thread(tx: Work, thread: Thread, asking: StoredItem) -> Promised:
    """A thread from its first message on: whoever writes is promised an answer from that instant."""
    await store.add_thread(tx.db, thread)
    after = asking.position - 1
    opens = opened_at(asking.stored_at, PROMISED, after_position=after, by_position=asking.position)
    await _open(tx, thread, opens)
    return opens.promised


async def start_promise(tx: Work, thread: Thread, now: datetime) -> Clock:
    """A promise that no message asks for, from now on; the running one if one runs: it is the older."""
    running = await store.running_clock(tx.db, thread.room)
    if running is not None:
        return running
    after = await rooms.last_position(tx.db, thread.room)
    return await _open(tx, thread, opened_at(now, PROMISED, after_position=after))


async def _open(tx: Work, thread: Thread, opens: Opens) -> Clock:
    clock = await store.open_clock(tx.db, thread.room, opens)
    await plan_rung(tx, clock)
    await tell_clock(tx, thread, clock)
    return clock


async def plan_rung(tx: Work, clock: Clock, *, after: Rung | None = None) -> None:
    """The first rung of a promise, or the one after another. One at a time: few promises ever reach a second one."""
    ladder = rungs(clock.waiting_since, clock.due_at)
    following = [one for one, _ in ladder].index(after) + 1 if after else 0
    for rung, due_at in ladder[following : following + 1]:
        await plan(tx.db, rung.value, f"{rung.value}:{clock.id}", due_at)


async def stop_promise(tx: Work, thread: Thread, stops: Stops) -> None:
    """The running promise of a thread ends, if one runs."""
    running = await store.running_clock(tx.db, thread.room)
    if running is None:
        return
    await store.stop_clock(tx.db, running, stops)
    await tell_clock(tx, thread, None)


async def tell_clock(tx: Work, thread: Thread, clock: Clock | None) -> None:
    """Lets the thread's people know; while nobody has taken it, those are all on duty, too."""
    people = set(await rooms.members_of(tx.db, thread.room))
    if thread.state is ThreadState.NEW:
        people.update(await agencies.on_duty(tx.db, thread.agency_id))
    if clock is None:
        news = ClockChanged(room=thread.room, waiting_since=None, due_at=None, breached=False)
    else:
        breached = clock.breached_at is not None
        news = ClockChanged(room=thread.room, waiting_since=clock.waiting_since, due_at=clock.due_at, breached=breached)
    tx.tell(people, "clock", news)
