"""Closed loop: the next message when one has arrived. Open loop: one at each due time, whatever became of the rest."""

import asyncio
import ctypes
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final, Self

from bench.load.crowd import Crowd, Talk
from bench.load.messages import Message

# As long as something still arrives, it is waited for.
PATIENCE_S: Final = 15
LOOK_EVERY_S: Final = 0.05
NANO: Final = 1_000_000_000
_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_MONOTONIC, _NONBLOCKING = 1, os.O_NONBLOCK


@dataclass(slots=True)
class Ran:
    """What one scenario saw: all messages that were sent, and between which instants they count."""

    began: float
    ended: float
    messages: list[Message] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    @property
    def in_time(self) -> int:
        """How many were finished before the end."""
        return sum(0 < one.finished_at <= self.ended and not one.refused for one in self.messages)


async def closed(crowd: Crowd, talks: int, window: int, seconds: float) -> Ran:
    """The first `talks` rooms keep `window` messages each on their way, the two sides in turn."""
    began = perf_counter()
    ran = Ran(began, began + seconds)
    on_their_way = 0

    def finished(talk: Talk, _message: Message) -> None:
        nonlocal on_their_way
        on_their_way -= 1
        send(talk)

    def send(talk: Talk) -> None:
        nonlocal on_their_way
        now = perf_counter()
        if now < ran.ended and talk.conversation.ready:
            on_their_way += 1
            talk.send(now)

    crowd.finished = finished
    before = [len(one.conversation.sent) for one in crowd.talks]
    for talk in crowd.talks[:talks]:
        for _ in range(window):
            send(talk)
    await asyncio.sleep(seconds)
    await _until_arrived(lambda: on_their_way)
    ran.messages = _sent_since(crowd, before)
    return ran


async def opened(crowd: Crowd, rate: float, seconds: float) -> Ran:
    """`rate` messages a second, at even distances, the rooms in turn. Each counts from its due time."""
    total = int(rate * seconds)
    on_their_way = sent = 0
    before = [len(one.conversation.sent) for one in crowd.talks]

    def finished(_talk: Talk, _message: Message) -> None:
        nonlocal on_their_way
        on_their_way -= 1

    crowd.finished = finished
    done = asyncio.Event()
    with _Ticks(rate) as ticks:
        began = perf_counter()

        def due() -> None:
            nonlocal on_their_way, sent
            ticks.read()
            while sent < total and began + sent / rate <= perf_counter():
                crowd.talks[sent % len(crowd.talks)].send(began + sent / rate)
                sent, on_their_way = sent + 1, on_their_way + 1
            if sent == total:
                done.set()

        loop = asyncio.get_running_loop()
        loop.add_reader(ticks.fileno(), due)
        await done.wait()
        loop.remove_reader(ticks.fileno())
    await _until_arrived(lambda: on_their_way)
    return Ran(began, began + seconds, _sent_since(crowd, before))


def _sent_since(crowd: Crowd, before: list[int]) -> list[Message]:
    return [one for talk, start in zip(crowd.talks, before, strict=True) for one in talk.conversation.sent[start:]]


async def _until_arrived(left: Callable[[], int]) -> None:
    """Gives up only when nothing has come for a long while; the judge will name what is missing."""
    last, since = left(), perf_counter()
    while left() and perf_counter() - since < PATIENCE_S:
        await asyncio.sleep(LOOK_EVERY_S)
        if left() != last:
            last, since = left(), perf_counter()


class _Ticks:
    """A clock of the kernel's: the event loop's own timers are a millisecond wide, which is what is to be measured."""

    def __init__(self, rate: float) -> None:
        self._every = int(NANO / rate)

    def __enter__(self) -> Self:
        self._clock = _LIBC.timerfd_create(_MONOTONIC, _NONBLOCKING)
        if self._clock < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        times = struct.pack("qqqq", *divmod(self._every, NANO), *divmod(self._every, NANO))
        if _LIBC.timerfd_settime(self._clock, 0, times, None) < 0:
            raise OSError(ctypes.get_errno(), "timerfd_settime")
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._clock)

    def fileno(self) -> int:
        """For the event loop."""
        return int(self._clock)

    def read(self) -> None:
        """Takes note of a tick."""
        try:
            os.read(self._clock, 8)
        except BlockingIOError:
            return
