"""Writing for the first time, and taking somebody on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.accounts import store as accounts
from chatserver.accounts.tickets import check_effort, redeem
from chatserver.agencies import store as agencies
from chatserver.agencies.model import Agency
from chatserver.agencies.topics import topic_named
from chatserver.consents.actions import agree
from chatserver.deliveries.actions import tell_outside
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
from chatserver.errors import NotFound, TicketInvalid, TopicNotOffered, WriterBlocked
from chatserver.notices.actions import tell_notice
from chatserver.referrals.actions import go_on, left_behind
from chatserver.returns.actions import offer_to_earlier, with_earlier
from chatserver.rooms import store as rooms
from chatserver.rooms.actions import Entered, accept_commit, shown
from chatserver.rooms.log import judge_genesis
from chatserver.rooms.model import (
    FIRST_EPOCH,
    Room,
    Seat,
    Sender,
    StoredItem,
    check_message,
    first_th,
    new_entry,
    new_message,
    place,
    room_at_genesis,
)
from chatserver.threads import store as threads
from chatserver.threads.actions import begin_thread, stand_ins_for
from chatserver.threads.clock import Act
from chatserver.threads.model import Thread, ThreadState
from chatserver.threads.receipts import Promised, receipt_for
from chatserver.waivers import store as waivers
from crypto import Genesis, Header, fingerprint_of, item_id, read_genesis, read_header, read_roster
from crypto.errors import ClockNotAllowed, CommitNotAllowed, RosterMissing, SenderNotMember

# Right after the genesis.
MESSAGE_POSITION: Final = 2
MOST_ITEMS: Final = 500

# -- sending


@dataclass(frozen=True, slots=True)
class _Read:
    """An enquiry as it came, with what can be read of it."""

    command: SendEnquiry
    genesis: Genesis
    header: Header
    room_id: str


async def send_enquiry(deps: Deps, asker: Asker, command: SendEnquiry) -> EnquirySent:
    """A room, its first message and its promise, all or nothing. A repeat gets the first answer.

    Raises TopicUnknown, TopicNotOffered, WriterBlocked, ConsentMissing, TicketInvalid, EffortMissing, NotFound,
    HandedOnBefore, and what the protocol refuses.
    """
    topic = topic_named(command.topic)
    enquiry = _read(command)
    if enquiry.genesis.client_user_id.hex() != asker.account_id:
        raise SenderNotMember
    # Before anything waits for the one write connection: a flood must not stand in its line.
    check_effort(deps.secrets.server_secret, command.room_ticket, command.effort)
    async with work(deps) as tx:
        first = await _sent_before(tx.db, deps, enquiry)
        if first is not None:
            return first
        agency = await agencies.agency_by_id(tx.db, command.agency)
        if agency is None:
            raise NotFound("agency")
        if await waivers.is_blocked(tx.db, agency.id, asker.account_id):
            raise WriterBlocked
        if not await agencies.offers(tx.db, agency.id, topic.code):
            raise TopicNotOffered("topic")
        await agree(tx.db, deps, asker.account_id, command.consent, deps.now())
        # The same enquiry may have come a second time while this one was looked at: then that one is the first.
        return await _send(tx, deps, asker, agency, enquiry) or await _sent_again(tx.db, deps, enquiry)


def _read(command: SendEnquiry) -> _Read:
    genesis, header = read_genesis(command.genesis), read_header(command.envelope)
    if header.clock != Act.ASKS:
        # An enquiry that asks nothing would wait for ever without anybody having promised an answer.
        raise ClockNotAllowed
    return _Read(command, genesis, header, genesis.room.hex())


async def _sent_before(db: AsyncConnection, deps: Deps, enquiry: _Read) -> EnquirySent | None:
    """The first answer, if the room came into being with this message. Raises TicketInvalid if with another."""
    if await rooms.client_of(db, enquiry.room_id) is None:
        return None
    item = await rooms.item_at(db, enquiry.room_id, MESSAGE_POSITION)
    promised = await threads.promised_by(db, enquiry.room_id, MESSAGE_POSITION)
    if item is None or promised is None or item.item_id != item_id(enquiry.command.envelope):
        # Whoever changed the text in between must not be told that the new one has arrived.
        raise TicketInvalid("room_ticket")
    return _sent(deps, enquiry, item, promised)


def _sent(deps: Deps, enquiry: _Read, item: StoredItem, promised: Promised) -> EnquirySent:
    receipt = receipt_for(deps.secrets.receipt_seed, enquiry.room_id, item.item_id, promised)
    return EnquirySent(enquiry.room_id, item.position, item.stored_at, promised.due_at, receipt)


async def _sent_again(db: AsyncConnection, deps: Deps, enquiry: _Read) -> EnquirySent:
    first = await _sent_before(db, deps, enquiry)
    if first is None:
        raise TicketInvalid("room_ticket")
    return first


async def _send(tx: Work, deps: Deps, asker: Asker, agency: Agency, enquiry: _Read) -> EnquirySent | None:
    """None when the room came into being meanwhile. Raises TicketInvalid when another has its share, HandedOnBefore."""
    now, command = deps.now(), enquiry.command
    await _judge(tx.db, agency, enquiry.genesis, now)
    share = redeem(deps.secrets.server_secret, "room", command.room_ticket, now, agency=agency.id)
    sender = Sender(asker.account_id, enquiry.genesis.client_fingerprint)
    opening, message = place(
        enquiry.room_id,
        0,
        first_th(enquiry.room_id),
        [
            new_entry("genesis", asker.account_id, FIRST_EPOCH, command.genesis),
            new_message(asker.account_id, enquiry.header, item_id(command.envelope), command.envelope),
        ],
        now,
    )
    room = room_at_genesis(enquiry.genesis, agency.id, asker.account_id, opening)
    check_message(
        enquiry.header, Seat(room, sender, "client"), seen_th=opening.th, newest_generation=room.duty_generation
    )
    left, older = None, None
    if command.onward_from is not None:
        left, older = await left_behind(tx, asker, command.onward_from, agency.id)
    if not await rooms.add_room(tx.db, room, share):
        return None
    await rooms.keep_members(tx.db, room.id, {asker.account_id: "client"}, opening.position)
    await rooms.append(tx.db, [opening, message])
    thread = _new_thread(room, command.topic)
    promised = await begin_thread(tx, thread, message, older)
    if command.same_counsellor:
        await offer_to_earlier(tx, thread, now, promised.due_at)
    if left is not None:
        await go_on(tx, left, message)
    on_duty = await agencies.on_duty(tx.db, agency.id)
    tx.tell(on_duty, "enquiry_came", EnquiryCame(room.id, command.topic, promised.due_at))
    await tell_outside(tx, on_duty, now=now)
    return _sent(deps, enquiry, message, promised)


async def _judge(db: AsyncConnection, agency: Agency, genesis: Genesis, now: datetime) -> None:
    """By the newest roster only: an older one may name a duty key that a former colleague still has (T41)."""
    roster = await agencies.newest_roster(db, agency.id)
    if roster is None:
        raise RosterMissing
    judge_genesis(genesis, read_roster(roster.roster, agency.root_fingerprint), now)


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
    """What is new or waits for somebody to step in, for those on duty; one's own; and where a life is in danger."""
    async with look(deps) as db:
        stand_ins = await stand_ins_for(db, asker.account_id, deps.now())
        lines = [
            *await with_earlier(db, await store.new_for_duty(db, asker.account_id), asker.account_id, deps.now()),
            *await store.to_take_over(db, asker.account_id, stand_ins),
            *await store.open_for_counsellor(db, asker.account_id),
        ]
        known = {one.room for one in lines}
        lines += [one for one in await store.in_danger(db, asker.account_id) if one.room not in known]
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
    """The counsellor joins the room by a commit of their own. One wins; a repeat gets the first answer.

    The promise goes on: only an answer keeps it. Raises NotFound, EnquiryTaken, and what the protocol refuses.
    """
    async with work(deps) as tx:
        agency_id = (await threads.thread_for_duty(tx.db, command.room, asker.account_id)).agency_id
        room = await rooms.room_of_agency(tx.db, command.room, agency_id)
        first = await rooms.item_with_id(tx.db, room.id, item_id(command.commit))
        if first is not None and first.sender_id == asker.account_id:
            return EnquiryTaken(room.id, first.position, first.stored_at)
        # Read under the lock of the room, for which a colleague may have come first.
        thread = await threads.thread_for_duty(tx.db, command.room, asker.account_id)
        if thread.state is not ThreadState.NEW:
            raise EnquiryTakenAlready
        now, sender = deps.now(), await _sender(tx.db, asker)
        entered = await accept_commit(tx, room, sender, command.commit, now)
        await _take(tx, thread, entered, asker, now)
    return EnquiryTaken(room.id, entered.item.position, entered.item.stored_at)


async def _sender(db: AsyncConnection, asker: Asker) -> Sender:
    account = await accounts.account_by_id(db, asker.account_id)
    if account is None:
        raise NotFound
    return Sender(account.id, fingerprint_of(account.signing_key))


async def _take(tx: Work, thread: Thread, entered: Entered, asker: Asker, now: datetime) -> None:
    if entered.joined != {asker.account_id} or entered.dismissed or entered.log.closed:
        # Taking on is joining, alone, and nothing besides; whom the roster revokes goes in the same step (T10).
        raise CommitNotAllowed
    await threads.keep_thread(tx.db, thread.taken(asker.account_id, now))
    tx.tell(await agencies.on_duty(tx.db, thread.agency_id), "enquiry_gone", EnquiryGone(thread.room))
    await tell_notice(tx, [thread.client_id], "enquiry_taken", now=now, room=thread.room)
