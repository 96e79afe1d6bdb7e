"""Not yours and not there are one answer, on every address and every event about rooms, threads and appointments."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec
import pytest

from chatserver.appointments.wire import (
    Appointment,
    BeginLiveChat,
    BookSlot,
    CancelAppointment,
    EndLiveChat,
    HoldSlot,
    ListSlots,
    SlotHeld,
    Slots,
)
from chatserver.changes.wire import ExtendHold, MoveAppointment
from chatserver.enquiries.wire import Enquiry, EnquiryTaken, Inbox, ReadEnquiry, ReadInbox, TakeEnquiry
from chatserver.rooms.wire import EnterRoom, Items, LeaveRoom, Left, Present, SayTyping, Since
from chatserver.takeovers.wire import ReadSealed, SealedRoom, TakenOver, TakeOver
from chatserver.threads.wire import CommitPosted, MessagePosted, PostCommit, PostMessage, ReadThread, Thread
from chatserver.waiting.wire import Line, ReadLine, StopWaiting, WaitForEarlier
from crypto import Rotate, Text
from tests.api.house import House
from tests.api.story import Talk, enquire, talk
from tests.people import Client, Counsellor
from tests.person_web import Browser, Refused

REQUEST = "ab" * 16
Attempt = Callable[[Browser], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Attempts:
    """Everything that can be tried on one talk with an appointment, each a request that its members could make."""

    over_http: dict[str, Attempt]
    over_socket: dict[str, Attempt]


def attempts(talking: Talk, room: str, appointment: Appointment) -> Attempts:
    """`room`: the real one, or one that does not exist."""
    envelope = talking.room.seal(Text("Für Fremde."), "none")
    commit = envelope

    def get(path: str, command: msgspec.Struct, into: type) -> Attempt:
        return lambda browser: browser.get(path, command, into)

    def post(path: str, command: msgspec.Struct, into: type) -> Attempt:
        return lambda browser: browser.post(path, command, into)

    def emit(name: str, command: msgspec.Struct, into: type) -> Attempt:
        return lambda browser: browser.emit(name, command, into)

    starts_at = appointment.starts_at
    about = "/api/appointments/{appointment}"
    return Attempts(
        over_http={
            "thread": get("/api/threads/{room}", ReadThread(room), Thread),
            "items": get("/api/rooms/{room}/items", Since(room, 0), Items),
            "message": post("/api/rooms/{room}/messages", PostMessage(room, envelope), MessagePosted),
            "commit": post("/api/rooms/{room}/commits", PostCommit(room, commit), CommitPosted),
            "enquiry": get("/api/enquiries/{room}", ReadEnquiry(room), Enquiry),
            "take": post("/api/enquiries/{room}/take", TakeEnquiry(room, commit), EnquiryTaken),
            "sealed": get("/api/rooms/{room}/sealed", ReadSealed(room), SealedRoom),
            "takeover": post("/api/rooms/{room}/takeover", TakeOver(room, commit), TakenOver),
            "slots": get("/api/threads/{room}/slots", ListSlots(room), Slots),
            "hold": post("/api/threads/{room}/holds", HoldSlot(room, "chat", starts_at, REQUEST), SlotHeld),
            "book": post("/api/threads/{room}/appointments", BookSlot(room, appointment.id, REQUEST), Appointment),
            "cancel": post(about + "/cancel", CancelAppointment(appointment.id), Appointment),
            "begin": post(about + "/begin", BeginLiveChat(appointment.id), Appointment),
            "move": post(about + "/move", MoveAppointment(appointment.id, starts_at, REQUEST), Appointment),
            "extend": post("/api/threads/{room}/holds/{hold}/extend", ExtendHold(room, appointment.id), SlotHeld),
            "line": get("/api/threads/{room}/waiting", ReadLine(room), Line),
            "wait": post("/api/threads/{room}/waiting", WaitForEarlier(room), Line),
            "unwait": post("/api/threads/{room}/waiting/leave", StopWaiting(room), Line),
            "end": post(about + "/end", EndLiveChat(appointment.id), Appointment),
        },
        over_socket={
            "message": emit("message", PostMessage(room, envelope), MessagePosted),
            "since": emit("since", Since(room, 0), Items),
            "enter": emit("enter", EnterRoom(room), Present),
            "leave": emit("leave", LeaveRoom(room), Left),
            "typing": emit("typing", SayTyping(room), Left),
        },
    )


async def codes(tried: dict[str, Attempt], browser: Browser) -> dict[str, tuple[str, int]]:
    """What each attempt is answered with."""
    answers = {}
    for name, attempt in tried.items():
        try:
            await attempt(browser)
            answers[name] = ("allowed", 200)
        except Refused as refused:
            answers[name] = (refused.code, refused.status)
    return answers


async def test_a_session_is_needed_for_everything(house: House) -> None:
    """Even to learn that something is not there."""
    talking, appointment = await _with_appointment(house)
    tried = attempts(talking, talking.room.id, appointment).over_http
    answers = await codes(tried, house.client("niemand").browser)
    assert answers == dict.fromkeys(tried, ("session_expired", 401))


@pytest.mark.parametrize("who", ["luisa7", "yilmaz", "hagemann", "okafor"])
async def test_strangers_learn_nothing(house: House, who: str) -> None:
    """Another client, a colleague who is not in the room, the coordinator, a counsellor of another agency."""
    talking, appointment = await _with_appointment(house)
    stranger = await _somebody(house, who)
    await stranger.connect()
    real, absent = attempts(talking, talking.room.id, appointment), attempts(talking, "00" * 16, _absent(appointment))
    over_http = await codes(real.over_http, stranger.browser)
    over_socket = await codes(real.over_socket, stranger.browser)
    if who == "yilmaz":
        # A colleague who holds the duty key knows that the enquiry came, and is told why it cannot be taken.
        assert over_http.pop("take") == ("enquiry_taken", 409)
        over_http["take"] = ("not_found", 404)
    assert over_http == dict.fromkeys(real.over_http, ("not_found", 404))
    assert over_socket == dict.fromkeys(real.over_socket, ("not_found", 0))
    assert await codes(absent.over_http, stranger.browser) == over_http
    assert await codes(absent.over_socket, stranger.browser) == over_socket
    assert await stranger.threads() == []
    assert await stranger.appointments() == []
    assert [stranger.browser.heard_already(name) for name in ("posted", "presence", "typing", "clock")] == [0] * 4


async def test_what_is_for_one_role_does_not_exist_for_the_other(house: House) -> None:
    """A client has no inbox, a counsellor books nothing."""
    talking, appointment = await _with_appointment(house)
    tried = attempts(talking, talking.room.id, appointment).over_http
    for name in ("enquiry", "take"):
        assert (await codes({name: tried[name]}, talking.client.browser))[name] == ("not_found", 404)
    for name in ("hold", "book", "extend", "line", "wait", "unwait"):
        assert (await codes({name: tried[name]}, talking.counsellor.browser))[name] == ("not_found", 404)
    with pytest.raises(Refused, match="not_found"):
        await talking.client.browser.get("/api/inbox", ReadInbox(), Inbox)


async def test_a_duty_holder_reads_a_new_enquiry_and_nothing_else_of_it(house: House) -> None:
    """Its messages, members and appointments begin with taking it."""
    client, room = await enquire(house)
    berger = await house.counsellor("berger")
    await berger.look_at(room.id)
    with pytest.raises(Refused, match="not_found"):
        await berger.thread(room.id)
    with pytest.raises(Refused, match="not_found"):
        await berger.browser.get("/api/rooms/{room}/items", Since(room.id, 0), Items)
    with pytest.raises(Refused, match="not_found"):
        await berger.slots(room.id)
    assert (await client.thread(room.id)).counsellor is None


async def test_a_session_that_ended_elsewhere_ends_events_too(house: House) -> None:
    """A socket does not outlive its login."""
    talking = await talk(house)
    await talking.client.connect()
    house.clock.advance(house.deps.config.session_lasts)
    with pytest.raises(Refused, match="session_expired"):
        await talking.room.say_typing()


async def _with_appointment(house: House) -> tuple[Talk, Appointment]:
    talking = await talk(house)
    await talking.desk.change(Rotate("week"))
    await talking.room.read()
    slot = (await talking.client.slots(talking.room.id)).slots[0]
    return talking, await talking.client.book(talking.room.id, slot)


async def _somebody(house: House, who: str) -> Client | Counsellor:
    return await house.signed_up(who) if who == "luisa7" else await house.counsellor(who)


def _absent(appointment: Appointment) -> Appointment:
    return msgspec.structs.replace(appointment, id="00" * 16)
