"""What holds for every socket, whatever its events are about."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType

from chatserver.live import Sockets
from chatserver.rooms.wire import PresenceChanged
from chatserver.transport.sockets import SocketServer
from tests.api.house import House
from tests.api.story import talk
from tests.people import Client

HANDSHAKE = "/socket.io/?EIO=4&transport=websocket"


@asynccontextmanager
async def line(house: House, client: Client, **headers: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A bare WebSocket with the client's cookie, and whatever Origin the test wants."""
    async with visiting(house, client, **headers) as http, http.ws_connect(house.url + HANDSHAKE) as socket:
        yield socket


def visiting(house: House, client: Client, **headers: str) -> aiohttp.ClientSession:
    cookie = f"session={house.session_of(client)}"
    return aiohttp.ClientSession(headers={"Cookie": cookie, "Origin": house.url, **headers})


async def connected(socket: aiohttp.ClientWebSocketResponse) -> None:
    assert (await socket.receive_str()).startswith("0")
    await socket.send_str("40")
    assert (await socket.receive_str()).startswith("40")


async def asked(socket: aiohttp.ClientWebSocketResponse, *event: Any) -> dict[str, Any]:
    await socket.send_str("421" + json.dumps(event))
    while (answer := await socket.receive_str(timeout=10)) == "2":
        await socket.send_str("3")
    assert answer.startswith("431")
    body: dict[str, Any] = json.loads(answer[3:])[0]
    return body


async def is_cut(socket: aiohttp.ClientWebSocketResponse) -> bool:
    """Reads on until the end; whatever comes before it does not matter."""
    async with asyncio.timeout(10):
        while (await socket.receive()).type not in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.ERROR):
            pass
    return True


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
async def test_a_foreign_page_gets_no_socket(house: House, origin: str) -> None:
    """Browsers send the cookie along from any page, and no rule of theirs protects a socket."""
    client = await house.signed_up("nachtfalter")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with line(house, client, Origin=origin):
            pass
    assert refused.value.status == 403


async def test_a_socket_without_an_origin_is_refused(house: House) -> None:
    """The library by itself would accept it."""
    client = await house.signed_up("nachtfalter")
    async with aiohttp.ClientSession(headers={"Cookie": f"session={house.session_of(client)}"}) as http:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect(house.url + HANDSHAKE)
    assert refused.value.status == 403


async def test_a_socket_needs_a_session(empty_house: House) -> None:
    """It is refused before the connection is even upgraded."""
    async with aiohttp.ClientSession(headers={"Origin": empty_house.url}) as http:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect(empty_house.url + HANDSHAKE)
        assert refused.value.status == 401


async def test_there_is_no_other_transport(house: House) -> None:
    """Polling loses the second half of a body that arrives in two segments."""
    client = await house.signed_up("nachtfalter")
    polling = f"{house.url}/socket.io/?EIO=4&transport=polling"
    async with visiting(house, client) as http, http.get(polling) as answer:
        assert answer.status == 400


async def test_compression_is_refused(house: House) -> None:
    """It would cost a hundred kilobytes a connection, for ciphertext."""
    client = await house.signed_up("nachtfalter")
    async with visiting(house, client) as http, http.ws_connect(house.url + HANDSHAKE, compress=15) as socket:
        assert socket.compress == 0


@pytest.mark.parametrize(
    "event",
    [
        ["nothing"],
        ["nothing", {}],
        ["message"],
        ["message", 5],
        ["message", {}, {}],
        ["message", {"room": "0" * 32}],
        ["message", {"room": "0" * 32, "envelope": "QQ", "role": "counsellor"}],
        ["message", {"room": "0" * 32, "envelope": "QQ=="}],
        ["disconnect", "because"],
        ["connect", {}],
        [5],
        [],
        {"message": 1},
    ],
)
async def test_an_event_of_another_form_is_malformed(house: House, event: Any) -> None:
    """Acknowledged as such, and the socket lives on."""
    client = await house.signed_up("nachtfalter")
    async with line(house, client) as socket:
        await connected(socket)
        await socket.send_str("427" + json.dumps(event))
        answer = await socket.receive_str(timeout=10)
        assert answer.startswith("437")
        assert (json.loads(answer[3:])[0]["ok"], json.loads(answer[3:])[0]["code"]) == (False, "malformed")
        assert (await asked(socket, "since", {"room": "0" * 32, "after": 0}))["code"] == "not_found"


@pytest.mark.parametrize("frame", ["", "x", "9", "4x", "46-1[]", "451-[{}]", "42{", "42[", "4" + "2" * 200 + "[]"])
async def test_whoever_does_not_speak_the_protocol_is_cut_or_ignored(house: House, frame: str) -> None:
    """No traceback, and the server goes on for everybody else."""
    client = await house.signed_up("nachtfalter")
    async with line(house, client) as socket:
        await connected(socket)
        await socket.send_str(frame)
        assert await is_cut(socket)
    async with line(house, client) as socket:
        await connected(socket)


async def test_binary_and_oversized_frames_end_the_connection(house: House) -> None:
    """Sealed bytes travel as text, of at most 64 KiB."""
    client = await house.signed_up("nachtfalter")
    async with line(house, client) as socket:
        await connected(socket)
        await socket.send_bytes(b"\x04")
        assert await is_cut(socket)
    async with line(house, client) as socket:
        await connected(socket)
        await socket.send_str("42" + " " * 200_000)
        assert await is_cut(socket)


async def test_a_socket_has_one_identity(house: House) -> None:
    """A second CONNECT would make a second member of the person's room, without end."""
    client = await house.signed_up("nachtfalter")
    async with line(house, client) as socket:
        await connected(socket)
        await socket.send_str("40")
        assert (await asked(socket, "nothing", {}))["code"] == "malformed"


async def test_logging_out_cuts_the_sockets_of_the_session(house: House) -> None:
    """Nothing comes in or goes out after that."""
    client = await house.signed_up("nachtfalter")
    async with line(house, client) as socket:
        await connected(socket)
        await client.log_out()
        assert await is_cut(socket)


async def test_a_session_that_runs_out_ends_its_socket(house: House) -> None:
    """The page is told why, and then the line is cut."""
    client = await house.signed_up("nachtfalter")
    async with line(house, client) as socket:
        await connected(socket)
        house.clock.advance(house.deps.config.session_lasts)
        assert (await asked(socket, "since", {"room": "0" * 32, "after": 0}))["code"] == "session_expired"
        assert await is_cut(socket)


async def test_a_conversation_is_the_same_on_the_sockets_of_the_library(stock_house: House) -> None:
    """A setting away, should the lean ones ever fail somebody."""
    talking = await talk(stock_house)
    await talking.client.connect()
    await talking.counsellor.connect()
    assert type(sockets_of(stock_house).server) is SocketServer
    await talking.desk.enter()
    assert (await talking.client.browser.heard("presence", PresenceChanged)).state == "here"
    await talking.room.write("Hört mich jemand?")
    await talking.desk.write("Ja.", clock="answers")
    assert await talking.room.read() == await talking.desk.read()


def sockets_of(house: House) -> Sockets:
    """What carries the pushes of this server."""
    assert isinstance(house.deps.announce, Sockets)
    return house.deps.announce
