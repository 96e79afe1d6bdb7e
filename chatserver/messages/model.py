"""What a message does to its room and to the promise in it: decided in memory, one message after the other.

Several messages of one room can be in one group. Each is judged by what those before it have left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chatserver.errors import ConsentMissing, ContestedAlready, NotFound, SessionExpired, WriterBlocked
from chatserver.gathering import Outcome
from chatserver.guarantee.policy import Offer
from chatserver.guarantee.terms import USUAL
from chatserver.rooms.model import (
    MemberRole,
    NewItem,
    Room,
    Seat,
    Sender,
    StoredItem,
    check_message,
    first_th,
    place,
)
from chatserver.rooms.wire import Posted
from chatserver.threads.clock import Act, Clock, Opens, StoppedBecause, Stops, move
from chatserver.threads.model import Thread, ThreadState
from chatserver.threads.receipts import Promised
from chatserver.threads.wire import ClockChanged, MessagePosted
from crypto import Header
from crypto.errors import ClockNotAllowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A message on its way, whose form is right: who sends it, in which session and over which socket, and where.

    `contests`: the answer that did not answer them.
    """

    account_id: str
    session_id: str
    connection: str
    room: str
    header: Header
    message: NewItem
    contests: int | None = None


@dataclass(slots=True, kw_only=True)
class Promise:
    """A reply clock while a group is decided. `id` is none for one that this group opens."""

    id: int | None
    waiting_since: datetime
    due_at: datetime
    breached: bool = False
    opens: Opens | None = None
    stops: Stops | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """When a promise ran, by positions: what a repeat needs to know for its first answer.

    `asked_at`: that of the message that started it, if one did.
    """

    after: int
    until: int | None
    asked_at: int | None
    promised: Promised


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer has kept: a promise, unless nobody waited. `contested`: the client has said that it did not."""

    kept: int | None
    contested: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a message. `promised`: the promise that it started, for its receipt."""

    posted: MessagePosted
    promised: Promised | None = None


@dataclass(slots=True, kw_only=True)
class Scene:
    """A room in the middle of a group: as it was found, and what the group has done to it so far.

    `generation`: of the agency's newest roster. `blocked`: the client may not write here. `withdrawn`: nor
    anywhere, having withdrawn their consent. `policy`: what the agency promises whoever asks now. `members`: in the
    order in which they came. `thread`, `on_duty`: only where the thread is not open, and more people than its
    members hear of the clock. `ths`: the transcript at positions that senders name. `known`: items that were there
    before; `ran`: the room's promises, read where something is known. `answered`: those answers that somebody
    contests, by position; `contested`: the promises that are from now on.
    """

    room: Room
    state: ThreadState
    generation: int
    blocked: bool
    withdrawn: bool
    running: Promise | None
    policy: Offer = USUAL
    members: dict[str, MemberRole] = field(default_factory=dict)
    thread: Thread | None = None
    on_duty: Sequence[str] = ()
    ths: dict[int, bytes] = field(default_factory=dict)
    known: dict[bytes, StoredItem] = field(default_factory=dict)
    ran: Sequence[Ran] = ()
    answered: dict[int, Answered] = field(default_factory=dict)
    contested: list[int] = field(default_factory=list)
    placed: list[StoredItem] = field(default_factory=list)
    answers: dict[bytes, Placed] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    reopened: bool = False


def decide(posting: Posting, scene: Scene | None, signing: bytes | None, now: datetime) -> Outcome[Placed]:
    """Places a message, or gives the first answer to a repeat. `signing`: the sender's fingerprint, if signed in.

    Raises SessionExpired, NotFound, WriterBlocked, ConsentMissing, EpochOver, TranscriptMismatch, ClockNotAllowed,
    ContestedAlready, DutyOutdated and their kin; then the scene is as before.
    """
    if signing is None:
        raise SessionExpired
    role = scene.members.get(posting.account_id) if scene is not None else None
    if scene is None or role is None:
        raise NotFound
    # Before anything else: a retry whose first answer got lost may come after the epoch is over.
    first = _first_answer(scene, posting.message.item_id)
    if first is not None:
        return Outcome(first)
    if role == "client" and scene.blocked:
        raise WriterBlocked
    if role == "client" and scene.withdrawn:
        raise ConsentMissing
    seat = Seat(scene.room, Sender(posting.account_id, signing), role)
    seen_th = _th_at(scene, posting.header.seen_pos)
    check_message(posting.header, seat, seen_th=seen_th, newest_generation=scene.generation)
    _contest(scene, posting)
    return _placed(scene, posting, now)


def _contest(scene: Scene, posting: Posting) -> None:
    """Notes that the promise which that answer kept is contested; once, and only by whoever asks again with it."""
    if posting.contests is None:
        return
    if posting.header.clock != Act.ASKS:
        raise ClockNotAllowed
    answered = scene.answered.get(posting.contests)
    if answered is None:
        raise NotFound("contests")
    if answered.contested or answered.kept in scene.contested:
        raise ContestedAlready
    if answered.kept is not None:
        scene.contested.append(answered.kept)


def _first_answer(scene: Scene, item_id: bytes) -> Placed | None:
    known = scene.known.get(item_id)
    if known is None:
        return scene.answers.get(item_id)
    ran = (one for one in scene.ran if one.after < known.position and (one.until is None or one.until > known.position))
    first = next(ran, None)
    if first is None:
        return Placed(MessagePosted(known.position, known.stored_at, None))
    promised = first.promised if first.asked_at == known.position else None
    return Placed(MessagePosted(known.position, known.stored_at, first.promised.due_at), promised)


def _th_at(scene: Scene, position: int) -> bytes | None:
    if position == scene.room.last_position:
        return scene.room.th
    return first_th(scene.room.id) if position == 0 else scene.ths.get(position)


def _placed(scene: Scene, posting: Posting, now: datetime) -> Outcome[Placed]:
    room = scene.room
    (item,) = place(room.id, room.last_position, room.th, [posting.message], now)
    scene.placed.append(item)
    scene.ths[room.last_position] = room.th
    scene.room = replace(room, last_position=item.position, last_stored_at=now, th=item.th)
    outcome: Outcome[Placed] = Outcome()
    posted = Posted(item.room, item.position, item.stored_at, item.envelope)
    # The page that sent it has both from its answer.
    outcome.tell(scene.members, "posted", posted, but=posting.connection)
    clock, opened = None, None
    change = _move_clock(scene, item, posting.contests)
    if change is not None:
        opened = change.promised if isinstance(change, Opens) else None
        clock = clock_changed(room.id, scene.running)
        outcome.tell(_hear_of_clock(scene), "clock", clock, but=posting.connection)
    due_at = scene.running.due_at if scene.running else None
    scene.answers[item.item_id] = Placed(MessagePosted(item.position, item.stored_at, due_at), opened)
    outcome.answer = Placed(MessagePosted(item.position, item.stored_at, due_at, clock), opened)
    return outcome


def _move_clock(scene: Scene, item: StoredItem, contests: int | None) -> Opens | Stops | None:
    """How the promise has changed by this item."""
    act, running = Act(item.clock), scene.running
    if act is Act.ASKS and scene.state is ThreadState.CLOSED and scene.thread is not None:
        scene.thread, scene.reopened = scene.thread.asked_again(), True
        scene.state = scene.thread.state
    change = move(running is not None, act, position=item.position, at=item.stored_at, policy=scene.policy)
    if isinstance(change, Opens):
        change = replace(change, contests=contests)
        scene.running = Promise(id=None, waiting_since=change.waiting_since, due_at=change.due_at, opens=change)
        scene.promises.append(scene.running)
    elif isinstance(change, Stops) and running is not None:
        running.stops = change
        if running.opens is None:
            scene.promises.append(running)
        scene.running = None
    return change


def _hear_of_clock(scene: Scene) -> list[str]:
    duty = scene.on_duty if scene.state is ThreadState.NEW else ()
    return list(dict.fromkeys((*scene.members, *duty)))


def hear_outside(scene: Scene) -> list[str]:
    """Who is to hear of the group also while no page of theirs is open: a question has come, or the answer to one."""
    answered = any(one.stops is not None and one.stops.because is StoppedBecause.ANSWERED for one in scene.promises)
    asked = any(one.opens is not None and one.stops is None for one in scene.promises)
    clients = [one for one, role in scene.members.items() if role == "client"] if answered else []
    counsellors = [one for one in _hear_of_clock(scene) if scene.members.get(one) != "client"] if asked else []
    return clients + counsellors


def clock_changed(room: str, promise: Promise | Clock | None) -> ClockChanged:
    """The news of a promise that has started or ended."""
    if promise is None:
        return ClockChanged(room=room, waiting_since=None, due_at=None, breached=False)
    breached = promise.breached if isinstance(promise, Promise) else promise.breached_at is not None
    return ClockChanged(room=room, waiting_since=promise.waiting_since, due_at=promise.due_at, breached=breached)
