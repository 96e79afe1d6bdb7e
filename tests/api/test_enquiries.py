"""Writing for the first time, and being taken on."""

import asyncio
import dataclasses
from datetime import timedelta

import pytest
from msgspec.structs import replace

from chatserver.enquiries.wire import EnquiryCame, EnquiryGone, EnquirySent, EnquiryTaken, SendEnquiry
from chatserver.notices.wire import Notice
from chatserver.rooms.wire import Posted
from crypto import Text, Writer, read_genesis
from tests.api.house import House
from tests.api.story import ADDICTION, FIRST_WORDS, anker, enquire, talk
from tests.people import Client
from tests.person_web import Refused

PROMISE = timedelta(hours=48)


async def prepared(house: House, name: str = "nachtfalter") -> tuple[Client, SendEnquiry]:
    """A client with a sealed enquiry that has not been sent."""
    client = await house.signed_up(name)
    return client, await client.prepare_enquiry(await anker(client), ADDICTION, FIRST_WORDS)


async def enquire_as(client: Client) -> EnquirySent:
    """An enquiry of its own, sent."""
    return await client.send_enquiry(await client.prepare_enquiry(await anker(client), ADDICTION, FIRST_WORDS))


async def test_room_message_and_promise_come_into_being_together(house: House) -> None:
    """The client reads their own text back, and learns when an answer comes at the latest."""
    client, enquiry = await prepared(house)
    sent = await client.send_enquiry(enquiry)
    assert (sent.position, sent.stored_at, sent.due_at) == (2, house.now(), house.now() + PROMISE)
    room = await client.open(sent.room)
    assert room.texts == [FIRST_WORDS]
    assert (room.thread.state, room.thread.counsellor, room.thread.due_at) == ("new", None, sent.due_at)


async def test_an_enquiry_sent_again_gets_the_first_answer(house: House) -> None:
    """The first answer may have been lost on its way, and time has passed since."""
    client, enquiry = await prepared(house)
    first = await client.send_enquiry(enquiry)
    house.clock.advance(timedelta(hours=3))
    assert await client.send_enquiry(enquiry) == first
    assert len(await client.threads()) == 1


async def test_an_enquiry_sent_twice_at_once_is_one(house: House) -> None:
    """Two pages, or an impatient finger."""
    client, enquiry = await prepared(house)
    answers = await asyncio.gather(*(client.send_enquiry(enquiry) for _ in range(4)))
    assert answers == [answers[0]] * 4
    assert len(await client.threads()) == 1


async def test_another_text_in_the_same_room_is_not_taken_for_the_first(house: House) -> None:
    """Whoever changed the text must not be told that the new one has arrived."""
    client, enquiry = await prepared(house)
    await client.send_enquiry(enquiry)
    other = await client.prepare_enquiry(await anker(client), ADDICTION, "Etwas anderes.")
    with pytest.raises(Refused, match="ticket_invalid"):
        await client.send_enquiry(replace(other, genesis=enquiry.genesis))


async def test_all_or_nothing(house: House) -> None:
    """A message that does not fit its genesis leaves no room behind, and the share is still good."""
    client, enquiry = await prepared(house)
    other = await client.prepare_enquiry(await anker(client), ADDICTION, "In einem anderen Raum.")
    with pytest.raises(Refused, match="wrong_room"):
        await client.send_enquiry(replace(enquiry, envelope=other.envelope))
    assert await client.threads() == []
    assert (await client.send_enquiry(enquiry)).position == 2


async def test_a_share_makes_one_room(house: House) -> None:
    """Deleting it must close exactly one (T37)."""
    client, enquiry = await prepared(house)
    other = await client.prepare_enquiry(await anker(client), ADDICTION, FIRST_WORDS)
    await client.send_enquiry(enquiry)
    with pytest.raises(Refused, match="ticket_invalid"):
        await client.send_enquiry(replace(other, room_ticket=enquiry.room_ticket))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"topic": "hang_gliding"}, "topic_unknown"),
        ({"topic": "grief"}, "topic_not_offered"),
        ({"agency": "00" * 16}, "not_found"),
        ({"room_ticket": b"nothing of ours"}, "ticket_invalid"),
        ({"genesis": b"no genesis"}, "envelope_broken"),
        ({"envelope": b"no envelope"}, "envelope_broken"),
    ],
)
async def test_what_is_wrong_with_an_enquiry_is_said(house: House, changed: dict[str, object], code: str) -> None:
    """And nothing of it is kept."""
    client, enquiry = await prepared(house)
    with pytest.raises(Refused) as refused:
        await client.send_enquiry(replace(enquiry, **changed))
    assert refused.value.code == code
    assert await client.threads() == []


async def test_nobody_opens_a_room_in_another_name(house: House) -> None:
    """A genesis belongs to whoever signed it."""
    _, enquiry = await prepared(house)
    luisa = await house.signed_up("luisa7")
    with pytest.raises(Refused, match="sender_not_member"):
        await luisa.send_enquiry(enquiry)


async def test_a_first_message_asks(house: House) -> None:
    """Otherwise somebody would wait to whom nothing was promised."""
    client, enquiry = await prepared(house)
    genesis, place = read_genesis(enquiry.genesis), (await client.open((await enquire_as(client)).room)).reader.place()
    here = dataclasses.replace(place, room=genesis.room, epoch=1, kc=genesis.epoch.kc)
    sealed = Writer(client.identity).seal(here, Text("Nur so."), clock="none", sent_at=0)
    with pytest.raises(Refused, match="clock_not_allowed"):
        await client.send_enquiry(replace(enquiry, envelope=sealed.envelope))


async def test_an_enquiry_to_another_agency_than_the_one_in_its_genesis_is_refused(house: House) -> None:
    """The text is sealed to the colleagues of the agency that the client has checked."""
    client, enquiry = await prepared(house)
    fallback = (await client.find_agency("grief", "48147")).agency
    with pytest.raises(Refused) as refused:
        await client.send_enquiry(replace(enquiry, agency=fallback.id, topic="grief"))
    assert refused.value.code == "roster_forked"


# -- the inbox


async def test_those_on_duty_hear_of_an_enquiry_and_see_topic_and_time_only(house: House) -> None:
    """Who writes stays unknown until somebody takes it."""
    berger, yilmaz = await house.counsellor("berger"), await house.counsellor("yilmaz")
    await berger.connect()
    _, room = await enquire(house)
    came = await berger.browser.heard("enquiry_came", EnquiryCame)
    assert (came.room, came.topic, came.due_at) == (room.id, ADDICTION, house.now() + PROMISE)
    for one in (berger, yilmaz):
        (line,) = await one.inbox()
        assert (line.room, line.new, line.client_name, line.due_at) == (room.id, True, None, came.due_at)


async def test_an_enquiry_is_in_nobody_elses_inbox(house: House) -> None:
    """Neither at another agency, nor with the coordinator, who holds no duty key."""
    await enquire(house)
    assert await (await house.counsellor("okafor")).inbox() == []
    assert await (await house.counsellor("hagemann")).inbox() == []


async def test_the_inbox_is_sorted_by_time_left(house: House) -> None:
    """Not by arrival: an old thread that waits again stands below a newer enquiry that waits longer."""
    one = await talk(house)
    house.clock.advance(timedelta(hours=1))
    _, second = await enquire(house, "luisa7")
    house.clock.advance(timedelta(hours=1))
    await one.desk.read()
    await one.desk.write("Ich bin da.")
    assert [line.room for line in await one.counsellor.inbox()] == [second.id, one.room.id]
    await one.room.read()
    await one.room.write("Danke. Und nun?")
    assert [(line.room, line.new) for line in await one.counsellor.inbox()] == [(second.id, True), (one.room.id, False)]


async def test_only_those_with_the_duty_key_read_a_new_enquiry_and_only_while_it_is_new(house: House) -> None:
    """Then its members do."""
    _, room = await enquire(house)
    berger, yilmaz = await house.counsellor("berger"), await house.counsellor("yilmaz")
    for stranger in (await house.counsellor("okafor"), await house.counsellor("hagemann")):
        with pytest.raises(Refused, match="not_found"):
            await stranger.look_at(room.id)
    _, reader = await yilmaz.look_at(room.id)
    assert reader.position == 2
    await berger.take(room.id)
    with pytest.raises(Refused, match="not_found"):
        await yilmaz.look_at(room.id)
    assert (await berger.look_at(room.id))[1].position == 3


# -- taking


async def test_exactly_one_counsellor_takes_an_enquiry(house: House) -> None:
    """Three at once: one is in, the others are told so, and the room has one commit."""
    client, room = await enquire(house)
    workers = [await house.counsellor(name) for name in ("berger", "yilmaz", "nowak")]
    commits = [await one.prepare_take(room.id) for one in workers]
    answers = await asyncio.gather(
        *(one.send_take(commit) for one, commit in zip(workers, commits, strict=True)), return_exceptions=True
    )
    won = [one for one, answer in zip(workers, answers, strict=True) if isinstance(answer, EnquiryTaken)]
    lost = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(won) == 1
    assert [(one.code, one.status) for one in lost] == [("enquiry_taken", 409)] * 2
    thread = await client.thread(room.id)
    assert (thread.state, thread.counsellor, thread.last_position) == ("open", won[0].account_id, 3)
    assert [len(await one.threads()) for one in workers] == [int(one is won[0]) for one in workers]


async def test_a_take_sent_again_gets_the_first_answer(house: House) -> None:
    """Even later; and another commit of the same person does not take it twice."""
    _, room = await enquire(house)
    berger = await house.counsellor("berger")
    commit, another = await berger.prepare_take(room.id), await berger.prepare_take(room.id)
    first = await berger.send_take(commit)
    house.clock.advance(timedelta(hours=1))
    assert await berger.send_take(commit) == first
    with pytest.raises(Refused, match="enquiry_taken"):
        await berger.send_take(another)


async def test_client_and_colleagues_are_told_who_has_taken_it(house: House) -> None:
    """The client sees the counsellor's name, the colleagues see the enquiry go."""
    client, room = await enquire(house)
    berger, yilmaz = await house.counsellor("berger"), await house.counsellor("yilmaz")
    await client.connect()
    await yilmaz.connect()
    await berger.take(room.id)
    assert (await yilmaz.browser.heard("enquiry_gone", EnquiryGone)).room == room.id
    assert (await client.browser.heard("posted", Posted)).position == 3
    assert (await client.browser.heard("notice", Notice)).kind == "enquiry_taken"
    assert (await client.thread(room.id)).counsellor_name == "Frau Berger"
    assert await yilmaz.inbox() == []
    await room.read()
    assert [one.reason for one in room.lines] == [None]


async def test_taking_is_no_answer(house: House) -> None:
    """The promise goes on."""
    talking = await talk(house)
    thread = await talking.client.thread(talking.room.id)
    assert (thread.waiting_since, thread.due_at) == (house.now(), house.now() + PROMISE)


async def test_nobody_takes_what_is_not_their_agencys(house: House) -> None:
    """A colleague elsewhere, the coordinator without the duty key, and a room that does not exist are one answer."""
    _, room = await enquire(house)
    berger = await house.counsellor("berger")
    commit = await berger.prepare_take(room.id)
    for stranger in (await house.counsellor("okafor"), await house.counsellor("hagemann")):
        with pytest.raises(Refused, match="not_found"):
            await stranger.send_take(commit)
    with pytest.raises(Refused, match="not_found"):
        await berger.send_take(replace(commit, room="00" * 16))


async def test_nobody_is_let_in_by_a_colleague(house: House) -> None:
    """A commit is sent by whoever signed it."""
    _, room = await enquire(house)
    berger, yilmaz = await house.counsellor("berger"), await house.counsellor("yilmaz")
    with pytest.raises(Refused, match="commit_not_allowed"):
        await yilmaz.send_take(await berger.prepare_take(room.id))
    assert (await berger.take(room.id)).texts == [FIRST_WORDS]


async def test_a_broken_commit_takes_nothing(house: House) -> None:
    """One flipped bit in the signature."""
    _, room = await enquire(house)
    berger = await house.counsellor("berger")
    commit = await berger.prepare_take(room.id)
    with pytest.raises(Refused, match="signature_invalid"):
        await berger.send_take(replace(commit, commit=commit.commit[:-1] + bytes([commit.commit[-1] ^ 1])))
    with pytest.raises(Refused, match="envelope_broken"):
        await berger.send_take(replace(commit, commit=b"nothing"))
    await berger.send_take(commit)
