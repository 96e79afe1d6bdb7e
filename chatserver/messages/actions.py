"""Sending a message: stored once, at one place, together with what it does to the promise."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection

from chatserver.deliveries.actions import tell_outside_now, who_asked
from chatserver.deps import Asker, Deps, together
from chatserver.gathering import Outcome
from chatserver.messages import keeping, store
from chatserver.messages.model import Placed, Posting, Scene, decide, hear_outside
from chatserver.problems import ROOTS
from chatserver.rooms.model import new_message
from chatserver.threads.receipts import receipt_for
from chatserver.threads.wire import MessagePosted, PostMessage
from crypto import read_message


async def post_message(deps: Deps, asker: Asker, command: PostMessage) -> MessagePosted:
    """Stores a message and moves the clock as its header says. A repeat gets the first answer, whatever came since.

    Raises SessionExpired, NotFound, WriterBlocked, EnvelopeBroken, EpochOver, TranscriptMismatch, ClockNotAllowed,
    ContestedAlready, DutyOutdated and their kin.
    """
    header, item = read_message(command.envelope)
    posting = Posting(
        account_id=asker.account_id,
        session_id=asker.session_id,
        connection=asker.connection,
        room=command.room,
        header=header,
        message=new_message(asker.account_id, header, item, command.envelope),
        contests=command.contests,
    )
    placed = await together(deps, write_messages, posting)
    if placed.promised is None:
        return placed.posted
    # Beside the next group: while a signature is made, nobody waits for the database.
    receipt = receipt_for(deps.secrets.receipt_seed, command.room, item, placed.promised)
    return replace(placed.posted, receipt=receipt)


def write_messages(db: Connection, now: datetime, postings: Sequence[Posting]) -> list[Outcome[Placed]]:
    """A group in one transaction: what is the case, what each message does to it, what is kept of that."""
    signed_in = store.signed_in(db, {one.session_id for one in postings}, now)
    scenes = store.scenes_for(db, postings)
    outcomes = [_decided(one, scenes, signed_in, now) for one in postings]
    keeping.keep_scenes(db, scenes.values())
    _tell_outside(db, scenes, now)
    return outcomes


def _tell_outside(db: Connection, scenes: Mapping[str, Scene], now: datetime) -> None:
    """Those who asked for it, but not while they sit in a live chat and see every word."""
    hear = {room: people for room, scene in scenes.items() if (people := hear_outside(scene))}
    asked = who_asked(db, {one for people in hear.values() for one in people})
    if not asked:
        return
    live = store.live_rooms(db, hear.keys())
    tell_outside_now(db, asked & {one for room, people in hear.items() if room not in live for one in people}, now)


def _decided(
    posting: Posting, scenes: Mapping[str, Scene], signed_in: Mapping[tuple[str, str], bytes], now: datetime
) -> Outcome[Placed]:
    signing = signed_in.get((posting.session_id, posting.account_id))
    try:
        return decide(posting, scenes.get(posting.room), signing, now)
    except ROOTS as refusal:
        return Outcome(refusal=refusal)
