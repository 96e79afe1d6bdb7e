"""The way to the other nodes: one channel of Redis. Nobody ever waits for it, and nothing depends on it.

What cannot be said now is dropped. The library's own managers keep silent about what they lose and come back after up
to a minute; here a line that is down is tried again within a second, and whoever is back is told so.
"""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from chatserver.logs import log

ANSWER_WITHIN_SECONDS: Final = 1.0
# What a node says comes back to it: its own signs of life show that the line stands.
SILENT_SECONDS: Final = 6.0
LONGEST_PAUSE_SECONDS: Final = 1.0
# Words that wait to be said: seconds of a busy node. The oldest goes first.
MOST_WAITING: Final = 4096
AT_ONCE: Final = 256
_FAILURES: Final = (RedisError, OSError, TimeoutError)


def connect(url: str) -> Redis:
    """A client that fails soon instead of trying again by itself. It connects when it is used."""
    return Redis.from_url(
        url,
        socket_timeout=ANSWER_WITHIN_SECONDS,
        socket_connect_timeout=ANSWER_WITHIN_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


async def answers(url: str) -> bool:
    """Whether there is a Redis at this address that lets us in."""
    client = connect(url)
    try:
        async with asyncio.timeout(2 * ANSWER_WITHIN_SECONDS):
            await client.ping()
    except _FAILURES:
        return False
    else:
        return True
    finally:
        await client.aclose()


class RedisLine:
    """Says and hears, from `open` to `close`. `heard` gets each word in its order; `stands` is called at each begin."""

    def __init__(self, url: str, channel: str, heard: Callable[[bytes], None], stands: Callable[[], None]) -> None:
        self._client, self._channel, self._heard, self._stands = connect(url), channel, heard, stands
        self._waiting: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._something = asyncio.Event()
        self._is_up: bool | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def say(self, word: bytes) -> None:
        """To every node, soon, if that can be; returns at once."""
        self._waiting.append(word)
        self._something.set()

    @property
    def is_up(self) -> bool:
        """Whether it stood when it was last looked at: a silent one is noticed after seconds."""
        return self._is_up is True

    def open(self) -> None:
        """From now on."""
        self._tasks = [asyncio.create_task(self._listen_on()), asyncio.create_task(self._say_on())]

    async def close(self) -> None:
        """Says what waits, if somebody listens, and ends."""
        # The library turns a cancellation that comes at a bad moment into an error of the connection.
        while going_on := [task for task in self._tasks if not task.done()]:
            for task in going_on:
                task.cancel()
            await asyncio.wait(going_on, timeout=ANSWER_WITHIN_SECONDS)
        if self._is_up:
            with suppress(*_FAILURES):
                await self._say_some()
        await self._client.aclose()

    async def _say_on(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            try:
                while self._waiting:
                    await self._say_some()
            except _FAILURES:
                # Late words are no use: pages ask for themselves.
                self._waiting.clear()
                await _pause()

    async def _say_some(self) -> None:
        words = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS), self._client.pipeline(transaction=False) as line:
            for word in words:
                line.publish(self._channel, word)
            await line.execute()

    async def _listen_on(self) -> None:
        while True:
            with suppress(*_FAILURES):
                await self._listen()
            self._notice(is_up=False)
            await _pause()

    async def _listen(self) -> None:
        async with self._client.pubsub() as ear:
            async with asyncio.timeout(2 * ANSWER_WITHIN_SECONDS):
                await ear.subscribe(self._channel)
            while (message := await ear.get_message(timeout=SILENT_SECONDS)) is not None:
                self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            self._notice(is_up=True)
            self._stands()
        elif message["type"] == "message":
            self._heard(message["data"])

    def _notice(self, *, is_up: bool) -> None:
        if not is_up and self._is_up is not False:
            log.warning("redis_lost")
        elif is_up and self._is_up is False:
            log.warning("redis_back")
        self._is_up = is_up


async def _pause() -> None:
    # Not all nodes at the same moment.
    await asyncio.sleep(random.uniform(0.2, 1) * LONGEST_PAUSE_SECONDS)  # noqa: S311  no secret
