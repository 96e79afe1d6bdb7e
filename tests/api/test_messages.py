"""Messages: stored exactly once, at one place, in one order for everybody, or refused with a reason."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from chatserver.rooms.wire import Items, Posted, Since
from chatserver.threads.wire import ClockChanged, CommitPosted, MessagePosted, PostCommit, PostMessage
from chatserver.wire.binary import to_base64url
from crypto import Change, Close, Remove, RoomLog, Rotate, Text, Writer, make_commit, to_ms
from crypto.encoding import fields, lp
from tests.api.house import House
from tests.api.story import ADDICTION, FIRST_WORDS, anker, enquire, talk
from tests.person_room import Room
from tests.person_web import Refused


async def post(room: Room, envelope: bytes) -> MessagePosted:
    """Sends an envelope over HTTP and reads nothing back."""
    path, message = "/api/rooms/{room}/messages", PostMessage(room.id, envelope)
    return await room.person.browser.post(path, message, MessagePosted)


async def code_of(room: Room, envelope: bytes) -> str:
    """The code with which an envelope is refused."""
    with pytest.raises(Refused) as refused:
        await post(room, envelope)
    return refused.value.code


async def commit(room: Room, change: Change, log: RoomLog | None = None) -> CommitPosted:
    """Sends a change and reads nothing back. `log`: what the sender claims to believe of the room."""
    person, place = room.person, room.reader.place()
    made = make_commit(
        log or room.reader.log,
        person.identity,
        [change],
        person.rosters,
        room.thread.room_share,
        seen_pos=place.seen_pos,
        seen_th=place.seen_th,
        created_at=to_ms(person.now()),
    )
    path = "/api/rooms/{room}/commits"
    return await person.browser.post(path, PostCommit(room.id, made.item), CommitPosted)


async def test_both_sides_read_the_same_in_the_same_order(house: House) -> None:
    """Each message verified by whoever reads it."""
    talking = await talk(house)
    await talking.desk.write("Guten Morgen. Erzählen Sie.")
    await talking.room.read()
    await talking.room.write("Es begann im Mai.")
    await talking.desk.read()
    words = [FIRST_WORDS, "Guten Morgen. Erzählen Sie.", "Es begann im Mai."]
    assert talking.room.texts == talking.desk.texts == words
    assert talking.room.reader.th == talking.desk.reader.th
    assert [line.reason for line in talking.room.lines] == [None] * 3


async def test_a_message_sent_again_gets_the_first_answer(house: House) -> None:
    """Position, time and promise as they were then, however much came since."""
    talking = await talk(house)
    envelope = talking.room.seal(Text("Noch etwas."), "asks")
    first = await post(talking.room, envelope)
    house.clock.advance(timedelta(hours=1))
    await talking.desk.read()
    await talking.desk.write("Ja?")
    assert await post(talking.room, envelope) == first
    assert (await talking.client.thread(talking.room.id)).due_at is None
    assert first.due_at is not None


async def test_a_repeat_is_recognised_after_the_epoch_is_over(house: House) -> None:
    """`epoch_over` means never stored, so that sealing it anew cannot say it twice."""
    talking = await talk(house)
    stored, lost = (talking.room.seal(Text(words), "asks") for words in ("Angekommen.", "Verloren."))
    first = await post(talking.room, stored)
    await talking.desk.read()
    await talking.desk.change(Rotate("live_chat"))
    assert await post(talking.room, stored) == first
    assert await code_of(talking.room, lost) == "epoch_over"


async def test_a_message_sent_many_times_at_once_is_one(house: House) -> None:
    """Over HTTP and over the socket."""
    talking = await talk(house)
    await talking.client.connect()
    envelope = talking.room.seal(Text("Nur einmal."), "asks")
    over_http = [post(talking.room, envelope) for _ in range(5)]
    message = PostMessage(talking.room.id, envelope)
    over_socket = [talking.client.browser.emit("message", message, MessagePosted) for _ in range(5)]
    answers = await asyncio.gather(*over_http, *over_socket)
    assert answers == [answers[0]] * 10
    assert await talking.room.read() == [FIRST_WORDS, "Nur einmal."]


async def test_positions_have_no_gap_however_many_write_at_once(house: House) -> None:
    """Both sides, several pages each; each answer names a place of its own."""
    talking = await talk(house)
    writers = [(one, Writer(one.person.identity)) for one in (talking.room, talking.desk) for _ in range(8)]
    sealed = [
        writer.seal(one.reader.place(), Text(str(number)), clock="none", sent_at=0).envelope
        for number, (one, writer) in enumerate(writers)
    ]
    answers = await asyncio.gather(*(post(one, envelope) for (one, _), envelope in zip(writers, sealed, strict=True)))
    assert sorted(one.position for one in answers) == list(range(4, 20))
    await talking.room.read()
    assert sorted(talking.room.texts[1:], key=int) == [str(number) for number in range(16)]
    assert [line.reason for line in talking.room.lines] == [None] * 17


async def test_what_was_stored_is_pushed_to_all_pages_of_all_members_but_the_one_that_sent_it(house: House) -> None:
    """That one knows it from its answer, as what became of the promise; its person's other pages do not."""
    talking = await talk(house)
    second_page = house.also(talking.client.elsewhere())
    await second_page.log_in()
    yilmaz = await house.counsellor("yilmaz")
    for person in (talking.client, second_page, talking.counsellor, yilmaz):
        await person.connect()
    posted = await talking.desk.write("Hören Sie mich?", clock="answers")
    assert posted.clock == ClockChanged(talking.room.id, None, None, breached=False)
    for person in (talking.client, second_page):
        heard = await person.browser.heard("posted", Posted)
        assert (heard.room, heard.position, heard.stored_at) == (talking.room.id, posted.position, posted.stored_at)
        assert await person.browser.heard("clock", ClockChanged) == posted.clock
    await talking.room.write("Ja.", clock="asks")
    # The next thing that it hears is the answer to it.
    assert (await talking.counsellor.browser.heard("posted", Posted)).position == posted.position + 1
    assert yilmaz.browser.heard_already("posted") == 0


async def test_what_is_missing_is_asked_for_page_by_page(house: House) -> None:
    """Over HTTP and over the socket, the same."""
    talking = await talk(house)
    await talking.room.write("Eins.")
    await talking.client.connect()
    asked = Since(talking.room.id, 1, 2)
    over_http = await talking.client.browser.get("/api/rooms/{room}/items", asked, Items)
    assert await talking.client.browser.emit("since", asked, Items) == over_http
    assert ([one.position for one in over_http.items], over_http.last_position) == ([2, 3], 4)
    beyond = await talking.client.browser.get("/api/rooms/{room}/items", Since(talking.room.id, 4), Items)
    assert (beyond.items, beyond.last_position) == ([], 4)


async def test_broken_and_oversized_envelopes_have_codes_of_their_own(house: House) -> None:
    """The page can say what is wrong."""
    _, room = await enquire(house)
    good = room.seal(Text("Gut."), "asks")
    assert await code_of(room, b"") == "envelope_broken"
    assert await code_of(room, good[:-1]) == "envelope_broken"
    assert await code_of(room, good + b"x") == "envelope_broken"
    assert await code_of(room, lp(*fields(good, 2)[:1], bytes(68 * 1024))) == "envelope_too_large"
    assert (await post(room, good)).position == 3


async def test_the_largest_message_arrives(house: House) -> None:
    """32 KiB of text, over HTTP and over the socket."""
    talking = await talk(house)
    await talking.client.connect()
    text = "ä" * (16 * 1024)
    await talking.room.write(text)
    assert (await talking.desk.read())[-1] == text


async def test_what_is_not_base64url_is_malformed(house: House) -> None:
    """With the field that is at fault."""
    client, room = await enquire(house)
    async with client.browser.http.post(
        f"{house.url}/api/rooms/{room.id}/messages", json={"envelope": "++==", "extra": 1}
    ) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, "malformed")


async def test_a_message_for_another_room_is_refused(house: House) -> None:
    """Bytes are no use elsewhere (T24)."""
    client, room = await enquire(house)
    other = await client.write_enquiry(await anker(client), ADDICTION, "Ein zweites Anliegen.")
    assert await code_of(room, other.seal(Text("Verirrt."), "asks")) == "wrong_room"


async def test_nobody_sends_what_another_member_has_sealed(house: House) -> None:
    """The sender in the header is whoever is signed in."""
    talking = await talk(house)
    sealed = talking.desk.seal(Text("Von der Beraterin."), "answers")
    assert await code_of(talking.room, sealed) == "sender_not_member"


async def test_each_role_says_of_the_clock_what_it_may(house: House) -> None:
    """A client does not answer, and a counsellor neither asks nor waives."""
    talking = await talk(house)
    assert await code_of(talking.room, talking.room.seal(Text("Erledigt."), "answers")) == "clock_not_allowed"
    for clock in ("asks", "needs_no_answer"):
        assert await code_of(talking.desk, talking.desk.seal(Text("Erledigt."), clock)) == "clock_not_allowed"


async def test_a_false_transcript_is_refused(house: House) -> None:
    """Whoever has seen something else must not go on as if nothing had happened (T45)."""
    talking = await talk(house)
    place = talking.room.reader.place()
    for false in (
        replace(place, seen_th=bytes(32)),
        replace(place, seen_pos=place.seen_pos + 1),
        replace(place, seen_pos=place.seen_pos - 1),
        replace(place, seen_pos=2**53 - 1),
    ):
        sealed = Writer(talking.client.identity).seal(false, Text("Falsch."), clock="asks", sent_at=0)
        assert await code_of(talking.room, sealed.envelope) == "transcript_mismatch"
    unknown = replace(place, epoch=place.epoch + 1)
    sealed = Writer(talking.client.identity).seal(unknown, Text("Zu früh."), clock="asks", sent_at=0)
    assert await code_of(talking.room, sealed.envelope) == "epoch_unknown"


async def test_a_message_that_the_sender_rebuilds_after_a_change_of_keys_is_shown_once(house: House) -> None:
    """The client reads on, seals anew, and the counsellor sees one text."""
    talking = await talk(house)
    await talking.desk.change(Rotate("live_chat"))
    await talking.room.write("Trotz neuer Schlüssel.")
    assert (await talking.desk.read())[-1] == "Trotz neuer Schlüssel."


# -- changes of members and keys


async def test_a_commit_sent_again_gets_the_first_answer(house: House) -> None:
    """Its first answer may have got lost."""
    talking = await talk(house)
    place = talking.desk.reader.place()
    made = make_commit(
        talking.desk.reader.log,
        talking.counsellor.identity,
        [Rotate("week")],
        talking.counsellor.rosters,
        talking.desk.thread.room_share,
        seen_pos=place.seen_pos,
        seen_th=place.seen_th,
        created_at=to_ms(house.now()),
    )
    sent, path = PostCommit(talking.room.id, made.item), "/api/rooms/{room}/commits"
    first = await talking.counsellor.browser.post(path, sent, CommitPosted)
    house.clock.advance(timedelta(hours=1))
    assert await talking.counsellor.browser.post(path, sent, CommitPosted) == first


async def test_a_commit_sent_by_two_at_once_is_one_and_the_other_starts_again(house: House) -> None:
    """`commit_outdated`, never two heads of one log."""
    talking = await talk(house)
    prepared = [(one, one.prepare_change(Rotate("week"))) for one in (talking.desk, talking.room)]
    answers = await asyncio.gather(*(one.send_change(sent) for one, sent in prepared), return_exceptions=True)
    refused = [one for one in answers if isinstance(one, Refused)]
    assert [one.code for one in refused] == ["commit_outdated"]
    await talking.room.change(Rotate("week"))
    assert (await talking.client.thread(talking.room.id)).last_position == 5


async def test_whoever_leaves_reads_and_writes_no_more_and_a_colleague_finds_the_thread(house: House) -> None:
    """The thread is new again, with its promise."""
    talking = await talk(house)
    yilmaz = await house.counsellor("yilmaz")
    assert await yilmaz.inbox() == []
    left = talking.desk.seal(Text("Danach."), "answers")
    await commit(talking.desk, Remove(talking.counsellor.identity.fingerprint))
    assert await code_of(talking.desk, left) == "not_found"
    assert await talking.counsellor.threads() == []
    (line,) = await yilmaz.inbox()
    assert (line.room, line.new, line.waiting_since) == (talking.room.id, True, house.now())
    desk = await yilmaz.take(talking.room.id)
    assert desk.texts == [FIRST_WORDS]
    assert (await talking.client.thread(talking.room.id)).counsellor_name == "Herr Yilmaz"


async def test_a_thread_is_closed_by_its_client_at_any_time_and_a_question_opens_it(house: House) -> None:
    """The promise ends with the client's own wish."""
    talking = await talk(house)
    await talking.room.change(Close("client_wish"))
    thread = await talking.client.thread(talking.room.id)
    assert (thread.state, thread.due_at) == ("closed", None)
    assert await talking.counsellor.inbox() == []
    await talking.room.write("Doch noch eine Frage.")
    thread = await talking.client.thread(talking.room.id)
    assert (thread.state, thread.waiting_since) == ("open", house.now())


async def test_a_counsellor_closes_an_answered_thread_only(house: House) -> None:
    """Closing is no way around an answer, whatever the counsellor's own program believes (T42)."""
    talking = await talk(house)
    with pytest.raises(Refused, match="commit_not_allowed"):
        await commit(talking.desk, Close("done"), replace(talking.desk.reader.log, waiting=False))
    await talking.desk.write("Hier ist die Antwort.")
    await talking.desk.change(Close("done"))
    assert (await talking.client.thread(talking.room.id)).state == "closed"


async def test_messages_need_a_session(house: House) -> None:
    """The code tells the page to ask for the password again; what was typed stays there."""
    _, room = await enquire(house)
    envelope = room.seal(Text("Noch da?"), "asks")
    async with aiohttp.ClientSession() as nobody:
        body = {"envelope": to_base64url(envelope)}
        async with nobody.post(f"{house.url}/api/rooms/{room.id}/messages", json=body) as answer:
            assert (answer.status, (await answer.json())["code"]) == (401, "session_expired")
