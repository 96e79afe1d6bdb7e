"""Writing for the first time, and taking somebody on."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.accounts import store as accounts
from chatserver.accounts.tickets import redeem
from chatserver.agencies import store as agencies
from chatserver.agencies.model import Agency
from chatserver.agencies.topics import topic_named
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.enquiries import store
from chatserver.enquiries.model import by_time_left
from chatserver.enquiries.wire import (
    Enquiry,
    EnquiryCame,
    EnquiryGone,
    EnquirySent,
    EnquiryTaken,
    Inbox,
    ReadEnquiry,
    ReadInbox,
    SendEnquiry,
    TakeEnquiry,
)
from chatserver.errors import EnquiryTaken as EnquiryTakenAlready
from chatserver.errors import NotFound, TicketInvalid, TopicNotOffered
from chatserver.notices.actions import tell_notice
from chatserver.rooms import store as rooms
from chatserver.rooms.actions import accept_commit, shown
from chatserver.rooms.log import judge_genesis, verified
from chatserver.rooms.model import (
    FIRST_EPOCH,
    GENESIS_POSITION,
    NewItem,
    Room,
    Seat,
    StoredItem,
    check_message,
    first_th,
    place,
)
from chatserver.threads import store as threads
from chatserver.threads.actions import begin_thread
from chatserver.threads.clock import Act
from chatserver.threads.model import Thread, ThreadState
from crypto import Genesis, Header, fingerprint_of, item_id, read_genesis, read_header
from crypto.errors import ClockNotAllowed, CommitNotAllowed, RosterMissing, SenderNotMember

# Right after the genesis.
MESSAGE_POSITION: Final = 2
MOST_ITEMS: Final = 500

# -- sending


async def send_enquiry(deps: Deps, asker: Asker, command: SendEnquiry) -> EnquirySent:
    """A room, its first message and its promise, all or nothing. A repeat gets the first answer.

    Raises TopicUnknown, TopicNotOffered, TicketInvalid, NotFound and the protocol's refusals of a genesis and a message."""
    topic = topic_named(command.topic)
    genesis, header = read_genesis(command.genesis), read_header(command.envelope)
    if genesis.client_user_id.hex() != asker.account_id:
        raise SenderNotMember
    if header.clock != Act.ASKS:
        # An enquiry that asks nothing would wait for ever without anybody having promised an answer.
        raise ClockNotAllowed
    async with work(deps) as tx:
        first = await _sent_before(tx.db, genesis.room.hex(), item_id(command.envelope), asker)
        if first is not None:
            return first
        agency = await agencies.agency_by_id(tx.db, command.agency)
        if agency is None:
            raise NotFound("agency")
        if not await agencies.offers(tx.db, agency.id, topic.code):
            raise TopicNotOffered("topic")
        return await _send(tx, deps, asker, command, agency, genesis, header)


async def _sent_before(db: AsyncConnection, room_id: str, message_id: bytes, asker: Asker) -> EnquirySent | None:
    """The first answer, when this room came into being with this message."""
    if await rooms.client_of(db, room_id) != asker.account_id:
        return None
    item = await rooms.item_with_id(db, room_id, message_id)
    due_at = await threads.due_after(db, room_id, MESSAGE_POSITION)
    if item is None or item.position != MESSAGE_POSITION or due_at is None:
        return None
    return EnquirySent(room_id, item.position, item.stored_at, due_at)


async def _send(
    tx: Work, deps: Deps, asker: Asker, command: SendEnquiry, agency: Agency, genesis: Genesis, header: Header
) -> EnquirySent:
    now = deps.now()
    share = redeem(deps.secrets.server_secret, "room", command.room_ticket, now)
    if await rooms.share_is_used(tx.db, share):
        raise TicketInvalid("room_ticket")
    await _judge_genesis(tx.db, agency, genesis, now)
    items = _first_items(asker, genesis, header, command, now)
    room = _new_room(agency, asker, genesis, items)
    check_message(header, _seat(room, asker, genesis), seen_th=items[0].th, newest_generation=room.duty_generation)
    await rooms.add_room(tx.db, room, share)
    await rooms.keep_members(tx.db, room.id, {asker.account_id: "client"}, GENESIS_POSITION)
    await rooms.append(tx.db, items)
    clock = await begin_thread(tx, _new_thread(room, command.topic), items[-1])
    news = EnquiryCame(room.id, command.topic, clock.due_at)
    tx.tell(await agencies.on_duty(tx.db, agency.id), "enquiry_came", news)
    return EnquirySent(room.id, items[-1].position, now, clock.due_at)


async def _judge_genesis(db: AsyncConnection, agency: Agency, genesis: Genesis, now: datetime) -> None:
    """By the newest roster only: a room under an older one could name a duty key that a former colleague still has (T41)."""
    roster = await agencies.newest_roster(db, agency.id)
    if roster is None:
        raise RosterMissing
    judge_genesis(genesis, verified(roster.roster, agency.root_fingerprint), now)


def _first_items(
    asker: Asker, genesis: Genesis, header: Header, command: SendEnquiry, now: datetime
) -> list[StoredItem]:
    opening = NewItem(
        item_id=item_id(command.genesis),
        kind="genesis",
        sender_id=asker.account_id,
        epoch=FIRST_EPOCH,
        clock=Act.NONE,
        envelope=command.genesis,
    )
    message = NewItem(
        item_id=item_id(command.envelope),
        kind="message",
        sender_id=asker.account_id,
        epoch=FIRST_EPOCH,
        clock=header.clock,
        envelope=command.envelope,
    )
    room_id = genesis.room.hex()
    return place(room_id, 0, first_th(room_id), [opening, message], now)


def _new_room(agency: Agency, asker: Asker, genesis: Genesis, items: list[StoredItem]) -> Room:
    return Room(
        id=genesis.room.hex(),
        agency_id=agency.id,
        client_id=asker.account_id,
        epoch=FIRST_EPOCH,
        kc=genesis.kc,
        log_head=items[0].item_id,
        log_position=GENESIS_POSITION,
        duty_generation=genesis.duty_generation,
        standby=True,
        last_position=GENESIS_POSITION,
        last_stored_at=items[0].stored_at,
        created_at=items[0].stored_at,
        th=items[0].th,
    )


def _seat(room: Room, asker: Asker, genesis: Genesis) -> Seat:
    return Seat(room, asker.account_id, "client", genesis.client_fingerprint)


def _new_thread(room: Room, topic: str) -> Thread:
    return Thread(
        room=room.id,
        agency_id=room.agency_id,
        topic=topic,
        client_id=room.client_id,
        counsellor_id=None,
        state=ThreadState.NEW,
        opened_at=room.created_at,
        taken_at=None,
        closed_at=None,
    )


# -- the inbox


async def read_inbox(deps: Deps, asker: Asker, command: ReadInbox) -> Inbox:
    """What is new at the agency, for those on duty, and one's own open threads; by time left."""
    async with look(deps) as db:
        lines = [
            *await store.new_for_duty(db, asker.account_id),
            *await store.open_for_counsellor(db, asker.account_id),
        ]
    return Inbox(deps.now(), by_time_left(lines))


async def read_enquiry(deps: Deps, asker: Asker, command: ReadEnquiry) -> Enquiry:
    """A room, still sealed: while it is new for all who hold the duty key, then for its members. Raises NotFound."""
    async with look(deps) as db:
        thread = await _thread_shown_to(db, command.room, asker)
        return Enquiry(
            room=thread.room,
            topic=thread.topic,
            agency=thread.agency_id,
            room_share=await rooms.share_of(db, thread.room),
            items=[shown(item) for item in await rooms.items_after(db, thread.room, 0, MOST_ITEMS)],
        )


async def _thread_shown_to(db: AsyncConnection, room_id: str, asker: Asker) -> Thread:
    if await rooms.is_member(db, room_id, asker.account_id):
        return await threads.thread_for_member(db, room_id, asker.account_id)
    thread = await threads.thread_for_duty(db, room_id, asker.account_id)
    if thread.state is not ThreadState.NEW:
        raise NotFound
    return thread


# -- taking


async def take_enquiry(deps: Deps, asker: Asker, command: TakeEnquiry) -> EnquiryTaken:
    """The counsellor joins the room by a commit of their own. One wins; the same commit once more gets the first answer.

    The promise goes on: only an answer keeps it. Raises NotFound, EnquiryTaken, CommitOutdated, CommitNotAllowed …"""
    commit_id = item_id(command.commit)
    async with work(deps) as tx:
        thread = await threads.thread_for_duty(tx.db, command.room, asker.account_id)
        room = await rooms.room_of_agency(tx.db, command.room, thread.agency_id)
        first = await rooms.item_with_id(tx.db, room.id, commit_id)
        if first is not None and first.sender_id == asker.account_id:
            return EnquiryTaken(room.id, first.position, first.stored_at)
        # On PostgreSQL the lock on the room may have come after a colleague's.
        thread = await threads.thread_for_duty(tx.db, command.room, asker.account_id)
        if thread.state is not ThreadState.NEW:
            raise EnquiryTakenAlready
        stored = await _take(tx, thread, room, asker, command.commit, deps.now())
    return EnquiryTaken(room.id, stored.position, stored.stored_at)


async def _take(tx: Work, thread: Thread, room: Room, asker: Asker, commit: bytes, now: datetime) -> StoredItem:
    taker = await accounts.account_by_id(tx.db, asker.account_id)
    if taker is None:
        raise NotFound
    entered = await accept_commit(tx, room, fingerprint_of(taker.signing_key), taker.id, commit, now)
    if entered.joined != {taker.id} or entered.left or entered.log.closed:
        # Taking on is joining, alone, and nothing besides.
        raise CommitNotAllowed
    await threads.keep_thread(tx.db, thread.taken(taker.id, now))
    tx.tell(await agencies.on_duty(tx.db, thread.agency_id), "enquiry_gone", EnquiryGone(room.id))
    await tell_notice(tx, [thread.client_id], "enquiry_taken", now=now, room=room.id)
    return entered.item
