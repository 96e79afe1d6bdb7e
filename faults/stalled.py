"""Row 13: pages that are told much and read nothing; half of them go on answering pings."""

import asyncio
import socket
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Final

from bench.figures import Figure, Outcome, percentile
from bench.furnished import Seats
from bench.load.messages import Voice
from bench.load.pages import Page, frame
from bench.processes import UNHURRIED, memory
from faults.journal import journal
from faults.kill import ended
from faults.server import Standing, standing
from faults.trial import Trial
from faults.writers import opened, people

PAIRS: Final = 7
CALM: Final = 1
CLIENT: Final = 0
# As little as the network may hold for them: the rest is the server's.
BUFFER: Final = 4096
PONG_EVERY_S: Final = 15
CUT_S: Final = 60.0
GIVES_UP_S: Final = 75.0
ASKED: Final = 200
MB: Final = 1024 * 1024
ESTABLISHED: Final = "01"


async def stalled(trial: Trial) -> Outcome:
    """`count` such pages, until the last is cut."""
    async with standing(trial, PAIRS, **UNHURRIED) as (server, seats):
        await server.start()
        calm = await opened(seats[0], CLIENT, server.port)
        voice = Voice(seats[0], CLIENT)
        before = await _p99(calm, voice, seats[0])
        pages = [await _page(seats[CALM + number % (PAIRS - CALM)], server.port) for number in range(trial.count)]
        pongs = [asyncio.create_task(_answers(one)) for one in pages[::2]]
        with journal(trial.folder / "journal") as notes:
            everybody = people(seats[CALM:], server.port, notes, trial.chance)[1::2]
            held, began = _held(server), perf_counter()
            writing = [asyncio.create_task(one.write()) for one in everybody]
            most, during = held, list[float]()
            while (left := _open(server, pages)) and perf_counter() - began < GIVES_UP_S:
                during.append(await _p99(calm, voice, seats[0]))
                most = max(most, _held(server))
            seconds = perf_counter() - began
            await ended(everybody, writing)
        for one in pages:
            one.close()
        for task in pongs:
            task.cancel()
        return Outcome(
            [
                Figure("readers that stall", trial.count, ""),
                Figure("messages that they were told of", notes.count("ok"), ""),
                Figure("readers that were not cut", left, "", 0),
                Figure("the last was cut after", seconds, "s", CUT_S),
                Figure("memory for each, most", (most - held) / MB / trial.count, "MB", 1.0),
                Figure("others' p99, times that before", percentile(sorted(during), 50) / before, "", 2.0),
            ],
            server.complaints[:3],
        )


async def _page(of: Seats, port: int) -> Page:
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    line.setblocking(False)
    await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
    cookie = f"session={of.client.token}"
    _, page = await asyncio.get_running_loop().create_connection(
        lambda: Page(f"127.0.0.1:{port}", "/socket.io/", cookie), sock=line
    )
    await page.ready
    page.transport.pause_reading()
    return page


async def _answers(page: Page) -> None:
    """To pings that it has not even read."""
    with suppress(OSError):
        while True:
            await asyncio.sleep(PONG_EVERY_S)
            page.transport.write(frame(b"3"))


async def _p99(page: Page, voice: Voice, of: Seats) -> float:
    """Of messages that are sent one after the other, in seconds."""
    took = []
    for _ in range(ASKED):
        envelope = voice.next().envelope.decode("ascii")
        began = perf_counter()
        await page.ask("message", {"room": of.room, "envelope": envelope})
        took.append(perf_counter() - began)
    return percentile(sorted(took), 99)


def _open(server: Standing, pages: list[Page]) -> int:
    """How many of them the server still holds; whoever does not read learns of its end from the machine only."""
    ours = {one.transport.get_extra_info("sockname")[1] for one in pages}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    held = {int(row[2][-4:], 16) for row in rows if int(row[1][-4:], 16) == server.port and row[3] == ESTABLISHED}
    return len(ours & held)


def _held(server: Standing) -> int:
    return memory(server.process.pid) if server.process else 0
