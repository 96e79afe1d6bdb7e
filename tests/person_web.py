"""A browser as far as the server can tell: cookies, HTTP, one Socket.IO connection. Knows nothing of keys."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from random import randrange
from typing import Any, TypeVar

import aiohttp
import msgspec
import socketio

from chatserver.wire.binary import from_wire, to_wire

T = TypeVar("T")
# Only a test that would fail anyway waits this long.
PATIENCE_SECONDS = 10.0


class Refused(Exception):  # noqa: N818
    """The server said no: stable code, HTTP status (0 over Socket.IO), sentence, and the field if it named one."""

    def __init__(self, code: str, status: int, message: str, field: str | None) -> None:
        super().__init__(f"{code} ({status}): {message}" + (f" [{field}]" if field else ""))
        self.code, self.status, self.message, self.field = code, status, message, field


class Browser:
    """An empty browser at first. `url` is the server's public address without a slash at the end.

    Each comes from an address of its own, for servers that trust their proxy: limits count by connection. `step_up`
    shows a second factor when the server asks for a fresh one.
    """

    def __init__(self, url: str, step_up: Callable[[], Awaitable[None]] | None = None) -> None:
        self.url = url
        self.step_up = step_up
        self._headers = {"Origin": url, "X-Forwarded-For": f"10.{randrange(256)}.{randrange(256)}.{randrange(256)}"}
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers=self._headers)
        self.asked: list[str] = []
        self.socket: socketio.AsyncClient | None = None
        self._heard: defaultdict[str, asyncio.Queue[Any]] = defaultdict(asyncio.Queue)

    async def get(self, path: str, command: msgspec.Struct, into: type[T]) -> T:
        """Asks; raises Refused. `{words}` in the path come from the command, the rest of it becomes the query."""
        path, rest = _fill(path, command)
        query = {name: str(value) for name, value in rest.items() if value is not None}
        return await self._call("GET", path, into, params=query)

    async def post(self, path: str, command: msgspec.Struct, into: type[T]) -> T:
        """Does; raises Refused. `{words}` in the path come from the command, the rest of it becomes the body."""
        path, rest = _fill(path, command)
        return await self._call("POST", path, into, json=rest)

    async def put(self, path: str, command: msgspec.Struct, into: type[T]) -> T:
        """Writes, as `post`; raises Refused."""
        path, rest = _fill(path, command)
        return await self._call("PUT", path, into, json=rest)

    async def put_bytes(self, path: str, command: msgspec.Struct, content: bytes, into: type[T]) -> T:
        """Writes bytes as they are; raises Refused. `{words}` in the path come from the command."""
        headers = {"Content-Type": "application/octet-stream"}
        return await self._call("PUT", _fill(path, command)[0], into, data=content, headers=headers)

    async def get_bytes(self, path: str, command: msgspec.Struct) -> bytes:
        """Fetches bytes as they are, asking as `get` does; raises Refused."""
        path, rest = _fill(path, command)
        query = {name: str(value) for name, value in rest.items() if value is not None}
        self.asked.append(path)
        async with self.http.get(self.url + path, params=query) as answer:
            raw = await answer.read()
            if answer.status >= 400:
                raise _refused(msgspec.json.decode(raw), answer.status)
        return raw

    async def _call(self, method: str, path: str, into: type[T], **more: Any) -> T:
        try:
            return _read(await self._answer(method, path, **more), into)
        except Refused as refused:
            if refused.code != "step_up_required" or self.step_up is None:
                raise
        # As the page does: asks for the second factor in place, and goes on.
        await self.step_up()
        return _read(await self._answer(method, path, **more), into)

    async def _answer(self, method: str, path: str, **more: Any) -> Any:
        self.asked.append(path)
        async with self.http.request(method, self.url + path, **more) as answer:
            raw = await answer.read()
        body = msgspec.json.decode(raw)
        if answer.status >= 400:
            raise _refused(body, answer.status)
        return body

    async def connect(self) -> None:
        """Opens the Socket.IO connection with this browser's cookies."""
        self.socket = socketio.AsyncClient(reconnection=False)
        self.socket.on("*", self._hear)
        cookies = "; ".join(f"{one.key}={one.value}" for one in self.http.cookie_jar)
        headers = {**self._headers, "Cookie": cookies}
        await self.socket.connect(self.url, headers=headers, transports=["websocket"], wait_timeout=5)

    async def _hear(self, event: str, body: Any = None) -> None:
        self._heard[event].put_nowait(body)

    async def emit(self, event: str, body: object, into: type[T]) -> T:
        """Sends an event and gives its acknowledgement; raises Refused."""
        if self.socket is None:
            raise RuntimeError("not connected")
        reply = await self.socket.call(event, to_wire(body), timeout=PATIENCE_SECONDS)
        if not reply.pop("ok"):
            raise _refused(reply, 0)
        if reply.get("clock"):
            # As the browser does: whoever listens need not care how it came.
            await self._hear("clock", reply["clock"])
        return _read(reply, into)

    async def heard(self, event: str, into: type[T], *, within: float = PATIENCE_SECONDS) -> T:
        """The next push of this name, waiting for it if need be."""
        body = await asyncio.wait_for(self._heard[event].get(), within)
        return _read(body, into)

    def heard_already(self, event: str) -> int:
        """How many pushes of this name lie unread."""
        return self._heard[event].qsize()

    async def cut_off(self) -> None:
        """Waits until the server has closed the connection."""
        if self.socket is not None:
            await asyncio.wait_for(self.socket.wait(), PATIENCE_SECONDS)

    async def close(self) -> None:
        """Closes the window: cookies are gone."""
        if self.socket is not None:
            await self.socket.disconnect()
        await self.http.close()


def _read(body: Any, into: type[T]) -> T:
    read: T = from_wire(body, into)
    return read


def _fill(path: str, command: msgspec.Struct) -> tuple[str, dict[str, Any]]:
    fields: dict[str, Any] = to_wire(command)
    for word in [one for one in fields if "{" + one + "}" in path]:
        path = path.replace("{" + word + "}", str(fields.pop(word)))
    return path, fields


def _refused(body: Any, status: int) -> Refused:
    return Refused(body["code"], status, body["message"], body.get("field"))
