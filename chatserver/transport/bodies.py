"""Reading a request's body, within a size and a time."""

import asyncio
from typing import Any, Final

import msgspec
from aiohttp import web

from chatserver.errors import BodyTooLarge, Malformed, RequestTimeout, UnsupportedMediaType

WITHIN_SECONDS: Final = 15
JSON: Final = "application/json"


async def read_object(request: web.Request, largest: int) -> dict[str, Any]:
    """The JSON object in the body; an empty one where there is no body.

    Raises UnsupportedMediaType, BodyTooLarge, RequestTimeout, Malformed.
    """
    if not request.can_read_body:
        return {}
    if request.content_type != JSON or request.charset not in (None, "utf-8"):
        raise UnsupportedMediaType
    return _object(await _bytes(request, largest))


async def _bytes(request: web.Request, largest: int) -> bytes:
    if request.content_length is not None and request.content_length > largest:
        raise BodyTooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
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
