"""What the library does alone: python-socketio that relays a message to the other side and acknowledges it.

Nothing is stored, nobody is checked. `as it comes`, or `best`: uvloop, orjson, no per-message deflate, no loggers.
"""

import logging
import sys
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from http.cookies import SimpleCookie
from typing import Any

import engineio.async_drivers.aiohttp as driver
import orjson
import socketio
import uvloop
from aiohttp import web


class Fast:
    """orjson under the name and the signature of the json module."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return orjson.dumps(value).decode()

    loads = staticmethod(orjson.loads)


def relay(*, best: bool) -> web.Application:
    """The same event, the same acknowledgement, and the same push as ours."""
    options: dict[str, Any] = {"json": Fast} if best else {}
    server = socketio.AsyncServer(async_mode="aiohttp", **options)
    rooms: dict[str, str] = {}
    positions: Counter[str] = Counter()

    @server.event  # type: ignore[untyped-decorator]  # the library has no annotations
    async def connect(page: str, environ: dict[str, Any]) -> None:
        rooms[page] = SimpleCookie(environ["HTTP_COOKIE"])["room"].value
        await server.enter_room(page, rooms[page])

    @server.event  # type: ignore[untyped-decorator]  # the same
    async def message(page: str, body: dict[str, Any]) -> dict[str, Any]:
        room = rooms[page]
        positions[room] += 1
        placed = {"position": positions[room], "stored_at": datetime.now(UTC).isoformat()}
        await server.emit("posted", {"room": room, **placed, "envelope": body["envelope"]}, to=room, skip_sid=page)
        return {"ok": True, **placed, "due_at": None}

    app = web.Application()
    server.attach(app)
    return app


def main() -> None:
    """`python -m bench.bare PORT [best]`."""
    best = sys.argv[2:] == ["best"]
    if best:
        logging.disable()
        driver.WebSocketResponse = partial(web.WebSocketResponse, compress=False)
        uvloop.install()
    web.run_app(relay(best=best), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)


if __name__ == "__main__":
    main()
