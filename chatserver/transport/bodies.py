"""Reading a request's body, within a size and a time, and not too many large ones at once."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec
from aiohttp import web

from chatserver.errors import BodyTooLarge, Malformed, RequestTimeout, TooBusy, UnsupportedMediaType

# With what main.py lets a refused body linger, a connection ends within 15 seconds.
WITHIN_SECONDS: Final = 12
JSON: Final = "application/json"
BYTES: Final = "application/octet-stream"
# A part of a file over a poor line: below 50 kbit/s nobody sends files.
BYTES_WITHIN_SECONDS: Final = 90
AT_ONCE: Final = 32
AT_ONCE_EACH: Final = 3


async def read_object(request: web.Request, largest: int) -> dict[str, Any]:
    """The JSON object in the body; an empty one where there is no body.

    Raises UnsupportedMediaType, BodyTooLarge, RequestTimeout, Malformed.
    """
    if not request.can_read_body:
        return {}
    if request.content_type != JSON or request.charset not in (None, "utf-8"):
        raise UnsupportedMediaType
    return _object(await _bytes(request, largest, WITHIN_SECONDS))


class LargeBodies:
    """Bodies of bytes that are being read now. Bounded in all and for each person, and with them the memory."""

    def __init__(self) -> None:
        self._reading: Counter[str] = Counter()

    async def read(self, request: web.Request, largest: int, person: str) -> bytes:
        """The bytes in the body. Raises TooBusy, UnsupportedMediaType, BodyTooLarge, RequestTimeout."""
        if request.content_type != BYTES:
            raise UnsupportedMediaType
        with self._in_hand(person):
            return await _bytes(request, largest, BYTES_WITHIN_SECONDS)

    @contextmanager
    def _in_hand(self, person: str) -> Iterator[None]:
        if self._reading.total() >= AT_ONCE or self._reading[person] >= AT_ONCE_EACH:
            raise TooBusy
        self._reading[person] += 1
        try:
            yield
        finally:
            self._reading[person] -= 1
            if not self._reading[person]:
                del self._reading[person]


async def _bytes(request: web.Request, largest: int, within: float) -> bytes:
    if request.content_length is not None and request.content_length > largest:
        raise BodyTooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(within):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > largest:
                    raise BodyTooLarge
    except TimeoutError:
        raise RequestTimeout from None
    return bytes(body)


def _object(body: bytes) -> dict[str, Any]:
    try:
        parsed = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Malformed from None
    if not isinstance(parsed, dict):
        raise Malformed
    return parsed
