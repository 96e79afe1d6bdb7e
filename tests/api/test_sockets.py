"""What holds for the lean sockets and for the library's own, which can take their place by a setting."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio

from chatserver.transport.engine import CONNECT_WITHIN_SECONDS, PING_SECONDS, PONG_SECONDS
from chatserver.transport.outflow import LARGEST_QUEUE, STALLED_SECONDS
from tests.bare_sockets import EVERYBODY, Bare, Kind, asked, bare, is_cut, line, unconnected

BOTH = pytest.mark.parametrize("kind", ["lean", "stock"])
# One frame more may be on its way when the bound is reached, and the stock socket has one in its writer's hand.
SLACK = 256 * 1024


@pytest_asyncio.fixture
async def house(kind: Kind) -> AsyncIterator[Bare]:
    """A bare server with sockets of the kind that the test names."""
    async with bare(kind) as house:
        yield house


def later(seconds: float) -> float:
    """The loop's time in so many seconds."""
    return asyncio.get_running_loop().time() + seconds


@BOTH
async def test_pushes_arrive_in_the_order_in_which_they_were_sent(house: Bare) -> None:
    """Small and large ones, from several tasks that run one after the other."""
    async with line(house) as socket:
        for number in range(400):
            await house.server.emit("posted", {"n": number, "pad": "x" * (number % 7 * 3000)}, to=EVERYBODY)
            await asyncio.sleep(0)
        seen = [json.loads((await socket.receive_str(timeout=20))[2:])[1]["n"] for _ in range(400)]
    assert seen == list(range(400))


@BOTH
async def test_one_event_does_not_wait_for_another(house: Bare) -> None:
    """A message that is being committed holds up nothing else of the page."""
    async with line(house) as socket:
        await socket.send_str('421["wait",1]')
        assert await asked(socket, "echo", {"a": [1, None, "ü"]}) == {"a": [1, None, "ü"]}
        house.go_on.set()
        assert await socket.receive_str(timeout=20) == "431[1]"


@BOTH
async def test_a_reader_that_stalls_is_cut_at_the_bound_whatever_it_answers(house: Bare) -> None:
    """It keeps answering pings that it has not read; everybody else goes on."""
    async with line(house) as stalled, line(house) as lively:
        largest = 0
        async with asyncio.timeout(20):
            while house.gone.empty():
                await house.server.emit("posted", {"envelope": "x" * 60_000}, to=EVERYBODY)
                await stalled.send_str("3")
                await lively.receive_str()
                largest = max(largest, house.waiting())
        assert await house.next_gone() == house.connections[0]
        assert LARGEST_QUEUE / 2 < largest <= LARGEST_QUEUE + SLACK
        assert await asked(lively, "echo", 5) == 5


@BOTH
async def test_so_is_one_that_lets_many_small_packets_wait(house: Bare) -> None:
    """A packet costs more than its bytes."""
    async with line(house):
        await house.fill(LARGEST_QUEUE // 4)
        async with asyncio.timeout(20):
            while house.gone.empty():
                await house.server.emit("typing", 1, to=house.connections[0])
                await asyncio.sleep(0)
        assert house.waiting() < LARGEST_QUEUE


@BOTH
async def test_answers_that_nobody_reads_count_as_well(house: Bare) -> None:
    """Whoever asks and never reads would have the server keep every answer."""
    async with line(house) as stalled:
        with suppress(ConnectionError):
            while house.gone.empty():
                async with asyncio.timeout(20):
                    await stalled.send_str('421["echo","' + "x" * 60_000 + '"]')
                await asyncio.sleep(0)
                assert house.waiting() <= LARGEST_QUEUE + SLACK
        assert await house.next_gone() == house.connections[0]


@BOTH
async def test_a_reader_that_takes_nothing_is_cut_within_a_minute(house: Bare) -> None:
    """Even where what waits stays below the bound."""
    async with line(house):
        await house.fill(LARGEST_QUEUE // 4)
        await house.server.eio.look(later(0))
        await house.server.eio.look(later(STALLED_SECONDS - 1))
        assert house.gone.empty()
        await house.server.eio.look(later(STALLED_SECONDS + 1))
        assert await house.next_gone() == house.connections[0]
    assert STALLED_SECONDS + PING_SECONDS < 70


@BOTH
async def test_a_slow_reader_is_left_alone(house: Bare) -> None:
    """A poor line takes a little now and then."""
    async with line(house) as slow:
        await house.fill(LARGEST_QUEUE // 4)
        await house.server.eio.look(later(0))
        waited = house.waiting()
        async with asyncio.timeout(20):
            while house.waiting() == waited:
                await slow.receive_str()
        await slow.send_str("3")
        await asked_after_the_rest(slow)
        await house.server.eio.look(later(STALLED_SECONDS + 1))
        assert house.gone.empty()


async def asked_after_the_rest(socket: object) -> None:
    """Reads what is there until an answer comes: by then the server has read everything sent before."""
    await socket.send_str('429["echo",0]')  # type: ignore[attr-defined]
    async with asyncio.timeout(20):
        while not (await socket.receive_str()).startswith("439"):  # type: ignore[attr-defined]
            pass


@BOTH
async def test_a_peer_that_does_not_answer_a_ping_is_cut(kind: Kind) -> None:
    """As when a train enters a tunnel: no end of the connection is ever seen."""
    async with bare(kind, ping_interval=0.05, ping_timeout=0.05) as house, line(house) as socket:
        assert await socket.receive_str(timeout=20) == "2"
        assert await house.next_gone() == house.connections[0]
    assert PING_SECONDS + PONG_SECONDS < 45


@pytest.mark.parametrize("kind", ["lean"])
async def test_pings_follow_the_clock_of_the_loop(house: Bare) -> None:
    """One when nothing was heard for a while, then patience, then the end; an answer begins it anew."""
    async with line(house) as socket:
        look = house.server.eio.look
        await look(later(PING_SECONDS + 1))
        assert await socket.receive_str(timeout=20) == "2"
        await socket.send_str("3")
        assert await asked(socket, "echo", 1) == 1
        await look(later(PING_SECONDS + PONG_SECONDS + 3))
        assert await socket.receive_str(timeout=20) == "2"
        await look(later(PING_SECONDS + PONG_SECONDS + 4))
        assert house.gone.empty()
        await look(later(PING_SECONDS + 2 * PONG_SECONDS + 5))
        assert await house.next_gone() == house.connections[0]


@BOTH
async def test_whoever_never_says_who_they_are_is_cut(house: Bare) -> None:
    """An open socket without CONNECT would be seen by nothing that looks after pages."""
    async with unconnected(house) as silent, line(house) as page:
        await house.server.eio.look(later(CONNECT_WITHIN_SECONDS - 1))
        await house.server.eio.look(later(CONNECT_WITHIN_SECONDS + 1))
        assert await is_cut(silent)
        assert await asked(page, "echo", 1) == 1


@BOTH
@pytest.mark.parametrize("ending", ["packet", "websocket", "server", "abort"])
async def test_a_connection_ends_once_from_whichever_side(house: Bare, ending: str) -> None:
    """Its handler runs once, nothing of it is kept, and pushes to it go nowhere."""
    async with line(house) as socket, line(house) as other:
        engine_sid = house.server.manager.eio_sid_from_sid(house.connections[0], "/")
        match ending:
            case "packet":
                await socket.send_str("1")
            case "websocket":
                await socket.close()
            case "server":
                await house.server.eio.disconnect(engine_sid)
            case "abort":
                house.server.abort(engine_sid)
        assert await house.next_gone() == house.connections[0]
        assert await is_cut(socket)
        await house.server.emit("posted", 1, to=EVERYBODY)
        assert await other.receive_str(timeout=20) == '42["posted",1]'
        assert await asked(other, "echo", 2) == 2
        assert list(house.server.eio.sockets) == [house.server.manager.eio_sid_from_sid(house.connections[1], "/")]
        assert house.gone.empty()


@BOTH
async def test_an_abort_in_the_middle_of_a_write_ends_it(house: Bare) -> None:
    """With much that waits, and events that are still being answered."""
    async with line(house) as stalled:
        await stalled.send_str('421["wait",1]')
        await house.fill(LARGEST_QUEUE // 2)
        house.server.abort_all()
        assert await house.next_gone() == house.connections[0]
        house.go_on.set()
        await house.server.emit("posted", 1, to=EVERYBODY)
        assert house.waiting() == 0


@BOTH
@pytest.mark.parametrize("frame", ["", "x", "9", "6", "4", "4x", "42[", "42{", "46-1[]", "451-[{}]", "4" + "2" * 200])
async def test_half_packets_and_foreign_ones_end_the_connection(house: Bare, frame: str) -> None:
    """No traceback, and the others go on."""
    async with line(house) as broken, line(house) as other:
        await broken.send_str(frame)
        assert await is_cut(broken)
        assert await house.next_gone() == house.connections[0]
        assert await asked(other, "echo", 1) == 1


@BOTH
async def test_so_do_binary_frames(house: Bare) -> None:
    """Sealed bytes travel as text."""
    async with line(house) as socket:
        await socket.send_bytes(b"42[]")
        assert await is_cut(socket)


@BOTH
async def test_a_second_connect_is_not_heard(house: Bare) -> None:
    """It would make a second identity on one socket."""
    async with line(house) as socket:
        await socket.send_str("40")
        assert await asked(socket, "echo", 1) == 1
    assert len(house.connections) == 1


@BOTH
async def test_pings_of_the_websocket_itself_are_answered(house: Bare) -> None:
    """Some proxies send them."""
    async with line(house) as socket:
        await socket.ping(b"there?")
        assert await asked(socket, "echo", 1) == 1
