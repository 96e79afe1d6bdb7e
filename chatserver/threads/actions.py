"""Writing in a thread, and the promise that goes with it: both are stored in one transaction, or neither is."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.absences import store as absences
from chatserver.absences.model import Staff
from chatserver.agencies import store as agencies
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.due_work import Planned, plan, plan_again
from chatserver.errors import NotFound
from chatserver.guarantee.policy import Offer
from chatserver.ladders import store as ladders
from chatserver.ladders.model import CLIMBED, EVENT, Ladder, Rung
from chatserver.notices.actions import tell_notice
from chatserver.rooms import store as rooms
from chatserver.rooms.actions import Entered, accept_commit
from chatserver.rooms.model import StoredItem, people_in
from chatserver.threads import resuming, store
from chatserver.threads.clock import Clock, Opens, StoppedBecause, Stops, inheriting, opened_at
from chatserver.threads.inheriting import inherit, take_back
from chatserver.threads.model import StandIn, Thread, ThreadState
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


# -- stepping in


async def stand_ins_for(
    db: AsyncConnection, account_id: str, now: datetime, room_id: str | None = None
) -> list[StandIn]:
    """The threads that this colleague on duty may take over now, or the one of that room; without any for strangers."""
    found = await store.to_step_in(db, account_id, room_id)
    if not found:
        return []
    agency_id = found[0].thread.agency_id
    ladder, staff = await ladders.ladder_of(db, agency_id), await absences.staff_at(db, agency_id, now)
    barred = await store.barred_at(db, agency_id) if staff.away else set()
    listed = []
    for one in found:
        able = [colleague for colleague in staff.duty if (one.thread.room, colleague) not in barred]
        reasons = one.thread.reasons_to_take_over(
            account_id,
            counsellor_left=one.counsellor_left,
            stands_in=_stands_in(one, account_id, able, staff=staff, ladder=ladder, now=now),
            late_from=_late_from(one, ladder),
            now=now,
        )
        listed.append(StandIn(one.thread, one.counsellor_name, reasons))
    return [one for one in listed if one.reasons]


def _stands_in(
    one: store.Unseated, account_id: str, able: Collection[str], *, staff: Staff, ladder: Ladder, now: datetime
) -> bool:
    """Whether somebody waits for a counsellor who is away, and it is this colleague's turn.

    The substitute's it is at once. Where there is none, nobody has been named, and all on duty wait until they are
    reminded: a room is not opened because its counsellor is at the dentist.
    """
    away = one.thread.counsellor_id
    if one.clock is None or away is None or away not in staff.away:
        return False
    substitute = staff.stands_in(away, able)
    return substitute == account_id or (substitute is None and now >= _at(ladder, Rung.REMIND, one.clock))


def _late_from(one: store.Unseated, ladder: Ladder) -> datetime | None:
    if one.clock is None:
        return None
    clock = one.clock
    return one.thread.left_to_it_until(_at(ladder, Rung.ESCALATE, clock), clock.waiting_since, clock.due_at)


def _at(ladder: Ladder, rung: Rung, clock: Clock) -> datetime:
    return ladder.at(rung, clock.policy, clock.waiting_since, clock.due_at)


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


async def promise_of(db: AsyncConnection, thread: Thread) -> Offer:
    """What the thread's agency promises whoever asks now."""
    return (await agencies.terms_of(db, thread.agency_id)).policy()


async def begin_thread(tx: Work, thread: Thread, asking: StoredItem, older: Clock | None = None) -> Promised:
    """A thread from its first message on: whoever writes is promised an answer from that instant.

    `older`: the promise with which the client comes from another agency.
    """
    await store.add_thread(tx.db, thread)
    after = asking.position - 1
    opens = opened_at(
        asking.stored_at, await promise_of(tx.db, thread), after_position=after, by_position=asking.position
    )
    if older is None:
        await _open(tx, thread, opens)
        return opens.promised
    opens = inheriting(opens, older)
    clock = await _open(tx, thread, opens)
    await inherit(tx.db, clock.id, older.id)
    await store.record(tx.db, older.id, "handed_on", asking.stored_at)
    await store.record(tx.db, clock.id, "inherited", asking.stored_at)
    return opens.promised


async def start_promise(tx: Work, thread: Thread, now: datetime) -> Clock:
    """A promise that no message asks for, from now on; the running one if one runs: it is the older."""
    running = await store.running_clock(tx.db, thread.room)
    if running is not None:
        return running
    after = await rooms.last_position(tx.db, thread.room)
    return await _open(tx, thread, opened_at(now, await promise_of(tx.db, thread), after_position=after))


async def _open(tx: Work, thread: Thread, opens: Opens) -> Clock:
    clock = await store.open_clock(tx.db, thread.room, opens)
    ladder = await ladders.ladder_of(tx.db, thread.agency_id)
    await plan(tx.db, Rung.REMIND.value, f"{Rung.REMIND.value}:{clock.id}", _at(ladder, Rung.REMIND, clock))
    await tell_clock(tx, thread, clock)
    return clock


async def stop_promise(tx: Work, thread: Thread, stops: Stops) -> None:
    """The running promise of a thread ends, if one runs."""
    running = await store.running_clock(tx.db, thread.room)
    if running is None:
        return
    await store.stop_clock(tx.db, running, stops)
    await tell_clock(tx, thread, None)


async def waive_promise(tx: Work, thread: Thread, clock: Clock, now: datetime, *, behind: int) -> None:
    """It ends without an answer, and its waiver says why. `behind`: the first place after what was waived."""
    came_from = await take_back(tx.db, clock.id)
    await store.stop_clock(tx.db, clock, Stops(StoppedBecause.WAIVED, now, behind), kind="waived")
    await tell_clock(tx, thread, None)
    if came_from is not None:
        await _hand_back(tx, came_from, now)


async def _hand_back(tx: Work, room: str, now: datetime) -> None:
    """Nobody answers where the client went: the agency from which they came owes its answer alone, and is told so."""
    await rooms.lock(tx.db, room)
    thread = (await store.thread_of_room(tx.db, room)).asked_again()
    await store.keep_thread(tx.db, thread)
    clock = await store.running_clock(tx.db, room)
    if clock is None:
        return
    people = set(await rooms.members_of(tx.db, room)) | set(await agencies.coordinators(tx.db, thread.agency_id))
    await tell_notice(tx, sorted(people), "handed_back", now=now, room=room)
    await tell_clock(tx, thread, clock)


async def resume_promise(tx: Work, thread: Thread, clock_id: int, now: datetime) -> None:
    """A waived promise goes on with the due time that it had, and with the rungs that it has not climbed.

    What the client has asked since waits with it: the older promise holds.
    """
    newer = await store.running_clock(tx.db, thread.room)
    if newer is not None:
        last = await rooms.last_position(tx.db, thread.room)
        await store.stop_clock(tx.db, newer, Stops(StoppedBecause.SUPERSEDED, now, last + 1))
    clock = await resuming.resume_clock(tx.db, clock_id, now)
    await _plan_next(tx, thread, clock, await resuming.events_of(tx.db, clock_id))
    await tell_clock(tx, thread, clock)


async def _plan_next(tx: Work, thread: Thread, clock: Clock, happened: Collection[str]) -> None:
    rung = next((one for one in CLIMBED if EVENT[one] not in happened), None)
    if rung is not None:
        ladder = await ladders.ladder_of(tx.db, thread.agency_id)
        # It may have come while nobody had to answer: then it did nothing.
        await plan_again(tx.db, Planned(rung.value, f"{rung.value}:{clock.id}", _at(ladder, rung, clock)))


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
