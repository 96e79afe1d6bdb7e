"""Having a stranger's calendar read by a process that is ended when it takes too long."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from chatserver.errors import CalendarTooComplex, CalendarTooLarge, CalendarUnreadable, Refusal, TooBusy
from chatserver.imports import stranger

WITHIN_SECONDS: Final = 12
AT_ONCE: Final = 3
_REFUSALS: Final[dict[int, type[Refusal]]] = {
    stranger.TOO_LARGE: CalendarTooLarge,
    stranger.UNREADABLE: CalendarUnreadable,
}
_reading: Final[set[object]] = set()


class Busy(Struct, array_like=True):
    """A time in UTC, and the entry's own name for itself."""

    starts_at: datetime
    ends_at: datetime
    uid: str


class Found(Struct):
    """`left_out`: how many entries there are that could not be read."""

    busy: list[Busy]
    left_out: int


async def busy_times(content: bytes, since: datetime, until: datetime, zone: str) -> Found:
    """When somebody is busy, by their calendar. `zone`: of which it speaks where it names none.

    Raises CalendarUnreadable, CalendarTooLarge, CalendarTooComplex, TooBusy.
    """
    with _turn():
        told = await _asked(content, since.isoformat(), until.isoformat(), zone)
    return msgspec.json.decode(told, type=Found)


@contextmanager
def _turn() -> Iterator[None]:
    if len(_reading) >= AT_ONCE:
        raise TooBusy
    turn = object()
    _reading.add(turn)
    try:
        yield
    finally:
        _reading.remove(turn)


async def _asked(content: bytes, *of_it: str) -> bytes:
    # No environment: what an installation tells its server is no stranger's business.
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", stranger.__name__, *of_it),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            told, _ = await process.communicate(content)
    except TimeoutError:
        raise CalendarTooComplex from None
    finally:
        await asyncio.shield(_ended(process))
    if process.returncode:
        raise _REFUSALS.get(process.returncode, CalendarTooComplex)
    return told


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
