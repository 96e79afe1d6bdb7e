"""What no single person, page or connection can make the server do."""

import asyncio
import gzip
import io
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import aiohttp
import pytest
import structlog
from aiohttp import web
from sqlalchemy import delete, update

from chatserver.accounts.jobs import cut_ended_sessions
from chatserver.logs import set_up_logs
from chatserver.nouns import SWEEPS
from chatserver.tables import accounts, sessions
from chatserver.transport import bodies, punctual
from chatserver.transport.paces import BURST_SECONDS
from chatserver.transport.punctual import PunctualRunner
from tests.api.house import House
from tests.api.story import talk
from tests.api.test_frame_sockets import HANDSHAKE, asked, connected, is_cut, line, visiting
from tests.person_web import Refused
from tests.raw_frames import RawSocket, raw_connection

NOWHERE = {"room": "0" * 32}


# -- paces


async def test_whoever_sends_too_fast_is_told_so_and_may_still_do_other_things(narrow_house: House) -> None:
    """Each kind of event has a measure of its own."""
    client = await narrow_house.signed_up("nachtfalter")
    async with line(narrow_house, client) as socket:
        await connected(socket)
        codes = set()
        async with asyncio.timeout(60):
            while "too_many_requests" not in codes:
                codes.add((await asked(socket, "typing", NOWHERE))["code"])
        assert codes == {"not_found", "too_many_requests"}
        assert (await asked(socket, "since", {**NOWHERE, "after": 0}))["code"] == "not_found"


async def test_whoever_does_not_stop_loses_the_socket(narrow_house: House) -> None:
    """Refusing costs something, too. Nobody else notices."""
    client, other = await narrow_house.signed_up("nachtfalter"), await narrow_house.signed_up("luisa7")
    most = narrow_house.deps.config.events_per_second * BURST_SECONDS
    async with line(narrow_house, other) as calm, line(narrow_house, client) as flooding:
        await connected(calm)
        await connected(flooding)
        for number in range(2 * most + 300):
            with suppress(ConnectionError):
                await flooding.send_str(f'42{number}["nothing",{{}}]')
                await asyncio.sleep(0)
        assert await is_cut(flooding)
        assert (await asked(calm, "nothing", {}))["code"] == "malformed"


@pytest.mark.parametrize("frame", ["3", "2", '43["x"]', "43[]", "ping"])
async def test_frames_that_ask_for_nothing_are_counted_as_well(narrow_house: House, frame: str) -> None:
    """Answers to pings that were never sent, acknowledgements of nothing, pings of the WebSocket itself."""
    client = await narrow_house.signed_up("nachtfalter")
    async with line(narrow_house, client) as socket:
        await connected(socket)
        with suppress(ConnectionError):
            async with asyncio.timeout(60):
                while not socket.closed:
                    await (socket.ping() if frame == "ping" else socket.send_str(frame))
                    await asyncio.sleep(0)
        assert await is_cut(socket)


async def test_requests_over_http_have_a_pace_too(narrow_house: House) -> None:
    """For each person and each address."""
    client = await narrow_house.signed_up("nachtfalter")
    with pytest.raises(Refused, match="too_many_requests"):
        async with asyncio.timeout(60):
            while True:
                await narrow_house.who_is(client)
    assert (await client.browser.http.get(narrow_house.url + "/api/threads")).status == 200


async def test_a_person_has_so_many_pages_and_no_more(narrow_house: House) -> None:
    """A closed one makes room for another."""
    client, other = await narrow_house.signed_up("nachtfalter"), await narrow_house.signed_up("luisa7")
    async with line(narrow_house, client), line(narrow_house, client) as second, line(narrow_house, other):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with line(narrow_house, client):
                pass
        assert refused.value.status == 429
        await second.close()
        async with asyncio.timeout(20), visiting(narrow_house, client) as http:
            while True:
                try:
                    await http.ws_connect(narrow_house.url + HANDSHAKE)
                    break
                except aiohttp.WSServerHandshakeError:
                    await asyncio.sleep(0)


# -- sessions that end elsewhere


@pytest.mark.parametrize("end", ["deleted", "disabled", "expired"])
async def test_a_session_that_another_process_ended_loses_its_pages(house: House, end: str) -> None:
    """Looked for every second, in one query; those that go on are left alone."""
    client, other = await house.signed_up("nachtfalter"), await house.signed_up("luisa7")
    async with line(house, client) as socket, line(house, other) as calm:
        await connected(socket)
        await connected(calm)
        await cut_ended_sessions(house.deps)
        mine = sessions.c.account_id == client.account_id
        async with house.deps.database.write() as db:
            match end:
                case "deleted":
                    await db.execute(delete(sessions).where(mine))
                case "disabled":
                    hers = accounts.c.id == client.account_id
                    await db.execute(update(accounts).where(hers).values(disabled_at=house.now()))
                case "expired":
                    await db.execute(update(sessions).where(mine).values(expires_at=house.now()))
        await cut_ended_sessions(house.deps)
        assert await is_cut(socket)
        assert (await asked(calm, "nothing", {}))["code"] == "malformed"
    assert [one.every for one in SWEEPS if one.run is cut_ended_sessions] == [timedelta(seconds=1)]


# -- HTTP in time


async def head(socket: RawSocket, house: House, *lines: str, path: str = "/api/health") -> None:
    """The beginning of a request; it is complete when the last line is empty."""
    await socket.send("\r\n".join([f"POST {path} HTTP/1.1", f"Host: {house.url[7:]}", *lines, ""]).encode())


@pytest.mark.parametrize("before", ["", "GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n"])
async def test_a_head_that_does_not_come_ends_the_connection(
    empty_house: House, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    """The first one, and every later one; a connection between two requests may rest."""
    monkeypatch.setattr(punctual, "HEAD_WITHIN_SECONDS", 0.2)
    resting, slow = await raw_connection(empty_house.url), await raw_connection(empty_house.url)
    for socket in (resting, slow):
        await socket.send(b"GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n")
        await socket.read_until(b"}")
    if not before:
        slow = await raw_connection(empty_house.url)
    await head(slow, empty_house, "X-Slow: 1")
    assert await slow.read_to_end() == b""
    await resting.send(b"GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b" 200 " in await resting.read_until(b"}")
    resting.close()


async def test_a_body_that_does_not_come_is_refused(empty_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a code, and the connection is closed a little later."""
    monkeypatch.setattr(bodies, "WITHIN_SECONDS", 0.2)
    slow = await raw_connection(empty_house.url)
    await head(slow, empty_house, "Content-Type: application/json", "Content-Length: 50", "", '{"na', path="/api/login")
    assert b"request_timeout" in await slow.read_until(b"}")
    slow.close()


async def test_many_slow_connections_hinder_nobody(house: House) -> None:
    """They hold a connection each, and nothing else."""
    slow = [await raw_connection(house.url) for _ in range(200)]
    for number, socket in enumerate(slow):
        kind = ("Content-Type: application/json", "Content-Length: 50", "", "{") if number % 2 else ("X-Slow: 1",)
        await head(socket, house, *kind, path="/api/login")
    client = await house.signed_up("nachtfalter")
    assert (await house.who_is(client)).name == "nachtfalter"
    for socket in slow:
        socket.close()


async def test_whoever_takes_nothing_of_an_answer_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library would wait for as long as the connection stands."""
    monkeypatch.setattr(punctual, "STALLED_SECONDS", 0.2)
    ended = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65536)
        finally:
            ended.set()

    app = web.Application()
    app.router.add_get("/", endless)
    runner = PunctualRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stalled = await raw_connection("http://127.0.0.1:{1}".format(*runner.addresses[0]))
    await stalled.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await asyncio.wait_for(ended.wait(), 20)
    stalled.close()
    await runner.cleanup()


async def test_a_compressed_body_is_not_unpacked(empty_house: House) -> None:
    """A few kilobytes of it can be a gigabyte."""
    bomb = gzip.compress(b" " * 10_000_000 + b"{}")
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip", "Origin": empty_house.url}
    async with (
        aiohttp.ClientSession() as http,
        http.post(empty_house.url + "/api/login", data=bomb, headers=headers) as answer,
    ):
        assert (answer.status, (await answer.json())["code"]) == (400, "malformed")


async def test_a_body_in_tiny_chunks_is_the_same_body(empty_house: House) -> None:
    """Parsed a little at a time, so that others have their turn, and in order."""
    body = json.dumps({"name": "x" * 12_000}).encode()
    chunks = b"".join(b"1\r\n%c\r\n" % one for one in body) + b"0\r\n\r\n"
    socket = await raw_connection(empty_house.url)
    await head(
        socket, empty_house, "Content-Type: application/json", "Transfer-Encoding: chunked", "", path="/api/login"
    )
    await socket.send(chunks)
    answer = await socket.read_until(b"}")
    assert b'"malformed"' in answer
    assert b'"field":"auth"' in answer
    socket.close()


async def test_requests_that_follow_each_other_at_once_are_answered_in_order(empty_house: House) -> None:
    """More of them than are parsed in one turn."""
    socket = await raw_connection(empty_house.url)
    many = b"".join(
        b"GET /api/nothing%d HTTP/1.1\r\nHost: x\r\nX-Pad: %s\r\n\r\n" % (one, b"x" * 1000) for one in range(100)
    )
    await socket.send(many + b"GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answers = await socket.read_to_end()
    assert answers.count(b"HTTP/1.1 404") == 100
    assert answers.rindex(b"HTTP/1.1 200") > answers.rindex(b"HTTP/1.1 404")


# -- logs


@pytest.fixture
def all_logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Logs set up as the server does when it is told to say as much as it can; gives what was written."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    set_up_logs("debug")
    yield written
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


async def test_no_log_of_any_level_holds_what_people_send(house: House, all_logs: io.StringIO) -> None:
    """Neither what was accepted nor what was refused; the library by itself writes down every packet."""
    talking = await talk(house)
    await talking.room.write("Nur für Frau Berger.")
    async with line(house, talking.client) as socket:
        await connected(socket)
        await asked(socket, "message", {"room": talking.room.id, "envelope": "cGxhbnRlZA"})
        await asked(socket, "planted", {"a": "planted words"})
        await socket.send_str("42[planted")
        assert await is_cut(socket)
    logging.getLogger("aiohttp.server").error("planted words", exc_info=ValueError("planted words"))
    written = all_logs.getvalue()
    assert "library_warned" in written
    for word in ("planted", "cGxhbnRlZA", talking.room.id, house.session_of(talking.client)):
        assert word not in written
