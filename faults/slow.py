"""Row 14: connections whose heads and bodies come byte by byte, and people who want to log in meanwhile."""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from time import perf_counter
from typing import Final

import aiohttp

from bench.figures import Figure, Outcome, percentile
from faults.server import standing
from faults.trial import Trial, none_of

CUT_S: Final = 15.0
LOGIN_S: Final = 1.0
GIVES_UP_S: Final = 25.0
BYTE_EVERY_S: Final = 1.0
BODY: Final = 10_000
# Whoever tries a wrong name costs as much as anybody, or names could be told apart; each comes from an own address.
ATTEMPT: Final = {"name": "nobody-by-this-name", "auth": "A" * 43}
PROXY: Final = {"SPRECHRAUM_TRUSTED_PROXIES": "127.0.0.0/8"}


async def slow(trial: Trial) -> Outcome:
    """`count` such connections, half of them with a slow head."""
    async with standing(trial, 3, **PROXY) as (server, _):
        await server.start()
        async with asyncio.TaskGroup() as group:
            lines = [group.create_task(_line(server.port, number)) for number in range(trial.count)]
            logins = group.create_task(_log_ins(server.url, lines))
        cut = sorted(one.result() for one in lines)
        took = sorted(logins.result())
        return Outcome(
            [
                Figure("slow connections", trial.count, ""),
                none_of("connections that were not cut", sum(one >= GIVES_UP_S for one in cut)),
                Figure("cut after, most", percentile(cut, 100), "s", CUT_S),
                Figure("log-ins tried meanwhile", len(took), ""),
                Figure("log-in, p99", percentile(took, 99), "s", LOGIN_S),
            ],
            server.complaints[:3],
        )


async def _line(port: int, number: int) -> float:
    """Seconds until the server ends it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = perf_counter()
    head = f"POST /api/login HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Forwarded-For: {_address(number)}\r\n"
    if number % 2:
        head += f"Content-Type: application/json\r\nContent-Length: {BODY}\r\n\r\n"
    writer.write(head.encode("ascii"))
    over = asyncio.create_task(_to_end(reader))
    with suppress(OSError):
        while not over.done() and perf_counter() - began < GIVES_UP_S:
            writer.write(b"x")
            await asyncio.wait([over], timeout=BYTE_EVERY_S)
    seconds = perf_counter() - began
    over.cancel()
    writer.transport.abort()
    return seconds


async def _to_end(reader: asyncio.StreamReader) -> None:
    with suppress(OSError):
        while await reader.read(4096):
            pass


async def _log_ins(url: str, lines: list[asyncio.Task[float]]) -> list[float]:
    """Seconds that each took, one after the other, until the last slow line is cut."""
    took: list[float] = []
    async with aiohttp.ClientSession(headers={"Origin": url}) as http:
        while not all(one.done() for one in lines):
            began = perf_counter()
            headers = {"X-Forwarded-For": _address(10_000 + len(took))}
            async with http.post(f"{url}/api/login", json=ATTEMPT, headers=headers) as answer:
                await answer.read()
                if answer.status != HTTPStatus.UNAUTHORIZED:
                    raise AssertionError(await answer.text())
            took.append(perf_counter() - began)
    return took


def _address(number: int) -> str:
    return f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
