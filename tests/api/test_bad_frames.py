"""What no page sends, in great number and by chance. A failing seed can be run again."""

import asyncio
import gc
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
import structlog
from sqlalchemy import func, select

from chatserver.problems import STATUS
from chatserver.tables import accounts
from tests.api.house import House
from tests.api.story import Talk, talk
from tests.api.test_frame_sockets import HANDSHAKE, asked, connected, line, visiting
from tests.raw_frames import frame, raw_socket
from tests.strange_frames import strange_frames

SEED: Final = int(os.environ.get("BAD_FRAMES_SEED", "4"))
EVENTS: Final = int(os.environ.get("BAD_FRAMES_EVENTS", "250"))
SOCKETS: Final = int(os.environ.get("BAD_FRAMES_SOCKETS", "20"))
FRAMES_EACH: Final = 12
GROWTH: Final = 20 * 1024 * 1024
NAMES: Final = ("message", "since", "enter", "leave", "typing", "posted", "nothing", "", "connect", "\0", "constructor")


def strange_values(chance: random.Random, room: str) -> Any:
    """Of every type, and at the edges of each."""
    return chance.choice(
        [
            None, True, 0, -1, 2**31, 2**53, 2**63, -(2**63) - 1, 10**40, 0.5, 1e308, "", "A" * 31, "0" * 32,
            room, room.upper(), room + "\n", "Ä" * 16, "\u202e", "QQ", "QQ==", "A" * 20_000,
            [], [room], {}, {"room": room}, {"__proto__": {}},
        ]
    )  # fmt: skip


def strange_event(chance: random.Random, room: str) -> list[Any]:
    """An event whose parts are wrong, missing, or too many; never one that a page would send."""
    names = [name for name in ("room", "envelope", "after", "limit") if chance.random() < 0.7]
    fields = {name: strange_values(chance, room) for name in names}
    bodies = [fields, strange_values(chance, room)][: chance.choice((1, 1, 1, 1, 0, 2))]
    return [chance.choice(NAMES), *bodies]


@pytest.fixture
def complaints() -> Iterator[list[Any]]:
    """What the server logs; nothing of this may be news to it."""
    with structlog.testing.capture_logs() as logged:
        yield logged


async def stored(house: House) -> dict[str, int]:
    """How many rows each table has."""
    async with house.deps.database.read() as db:
        tables = accounts.metadata.sorted_tables
        counts = {one.name: await db.scalar(select(func.count()).select_from(one)) for one in tables}
    return {name: count or 0 for name, count in counts.items()}


def resident() -> int:
    """Bytes of memory that this process holds, server and visitors together."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def nobody_is_disturbed(house: House, talking: Talk, before: dict[str, int]) -> None:
    """Nothing was stored, and the conversation goes on where it was."""
    assert await stored(house) == before
    await talking.desk.write("Ich bin noch da.", clock="none")
    assert "Ich bin noch da." in await talking.room.read()


async def test_events_of_every_wrong_form_get_a_stable_code(house: House, complaints: list[Any]) -> None:
    """Also another's room, positions from the future, negative and huge numbers."""
    chance = random.Random(SEED)
    talking = await talk(house)
    stranger = await house.signed_up("luisa7")
    before = await stored(house)
    async with line(house, talking.client) as calm:
        await connected(calm)
        async with line(house, stranger) as socket:
            await connected(socket)
            for _ in range(EVENTS):
                event = strange_event(chance, talking.room.id)
                answer = await asked(socket, *event)
                assert answer["ok"] is False, (SEED, event)
                assert answer["code"] in STATUS, (SEED, event, answer)
                assert answer["code"] not in ("internal", "unavailable"), (SEED, event)
        assert (await asked(calm, "since", {"room": talking.room.id, "after": 2**52}))["items"] == []
    assert complaints == []
    await nobody_is_disturbed(house, talking, before)


async def test_frames_of_every_wrong_form_end_their_own_connection_at_most(house: House, complaints: list[Any]) -> None:
    """Fragmented, oversized, cut, out of order; and the memory is not kept."""
    chance = random.Random(SEED)
    talking = await talk(house)
    stranger = await house.signed_up("luisa7")
    before, memory = await stored(house), resident()
    cookie = f"session={house.session_of(stranger)}"
    async with line(house, talking.client) as calm:
        await connected(calm)
        for _ in range(SOCKETS):
            socket = await raw_socket(house.url, cookie)
            for _ in range(FRAMES_EACH):
                await socket.send(strange_frames(chance))
            socket.close()
        assert (await asked(calm, "since", {"room": talking.room.id, "after": 0}))["ok"]
    assert complaints == [], SEED
    assert resident() - memory < GROWTH, SEED
    await nobody_is_disturbed(house, talking, before)


async def test_a_compressed_frame_ends_the_connection(house: House) -> None:
    """Compression was refused, whatever was offered: nothing is ever unpacked."""
    stranger = await house.signed_up("luisa7")
    offered = "permessage-deflate; client_max_window_bits"
    socket = await raw_socket(house.url, f"session={house.session_of(stranger)}", extensions=offered)
    await socket.send(frame(b"\0" * 1000, reserved=4))
    assert b"42" not in await socket.read_to_end()


@pytest.mark.parametrize("token", ["ended", "expired", "invented", "A" * 5000])
async def test_a_token_that_is_none_any_more_opens_nothing(house: House, token: str) -> None:
    """Neither a socket nor a request; a stolen one is worth nothing after the log-out."""
    client = await house.signed_up("nachtfalter")
    stolen = house.session_of(client)
    match token:
        case "ended":
            await client.log_out()
        case "expired":
            house.clock.advance(house.deps.config.session_lasts)
        case _:
            stolen = token
    async with aiohttp.ClientSession(headers={"Cookie": f"session={stolen}", "Origin": house.url}) as http:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect(house.url + HANDSHAKE)
        assert refused.value.status == 401
        async with http.post(house.url + "/api/news", json={}) as answer:
            assert (answer.status, json.loads(await answer.text())["code"]) == (401, "session_expired")


async def test_what_follows_an_event_at_once_is_seen_in_its_order(house: House) -> None:
    """CONNECT and an event in one segment: the event waits until it is known who asks."""
    client = await house.signed_up("nachtfalter")
    async with visiting(house, client) as http, http.ws_connect(house.url + HANDSHAKE) as socket:
        await socket.receive_str()
        await asyncio.gather(socket.send_str("40"), socket.send_str('421["nothing",{}]'))
        assert (await socket.receive_str(timeout=20)).startswith("40")
        assert "malformed" in await socket.receive_str(timeout=20)
