"""WebSocket frames as no library would send them (RFC 6455, section 5.2), over a connection of one's own."""

import asyncio
import struct
from base64 import b64encode
from contextlib import suppress
from secrets import token_bytes
from urllib.parse import urlsplit

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def frame(
    payload: bytes, opcode: int = TEXT, *, fin: bool = True, reserved: int = 0, length: int | None = None
) -> bytes:
    """One masked frame; `length` lies about the payload's."""
    size = len(payload) if length is None else length
    head = bytes((fin << 7 | reserved << 4 | opcode,))
    if size <= 125:
        head += bytes((0x80 | size,))
    elif size <= 0xFFFF:
        head += bytes((0x80 | 126,)) + struct.pack(">H", size)
    else:
        head += bytes((0x80 | 127,)) + struct.pack(">Q", size)
    # A mask of zeros is a mask.
    return head + b"\0\0\0\0" + payload


class RawSocket:
    """A connection after its handshake."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, raw: bytes) -> None:
        """Bytes as they are; when the other side is gone already, that is fine, too."""
        if self._writer.transport.is_closing():
            return
        with suppress(ConnectionError):
            self._writer.write(raw)
            await self._writer.drain()

    async def read_to_end(self, within: float = 20) -> bytes:
        """All that comes until the server closes. Raises TimeoutError when it does not."""
        got = bytearray()
        async with asyncio.timeout(within):
            with suppress(ConnectionError):
                while chunk := await self._reader.read(65536):
                    got += chunk
        return bytes(got)

    async def read_until(self, wanted: bytes, within: float = 20) -> bytes:
        """All that comes up to these bytes. Raises TimeoutError, EOFError."""
        got = b""
        async with asyncio.timeout(within):
            while wanted not in got:
                chunk = await self._reader.read(65536)
                if not chunk:
                    raise EOFError
                got += chunk
        return got

    def close(self) -> None:
        """Gone without a word."""
        self._writer.transport.abort()


async def raw_connection(url: str) -> RawSocket:
    """Connected, and nothing said yet."""
    parts = urlsplit(url)
    return RawSocket(*await asyncio.open_connection(parts.hostname, parts.port))


async def raw_socket(url: str, cookie: str, *, extensions: str = "") -> RawSocket:
    """Signed in and connected, as far as the CONNECT of Socket.IO."""
    parts = urlsplit(url)
    socket = await raw_connection(url)
    head = [
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Origin: {url}",
        f"Cookie: {cookie}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {b64encode(token_bytes(16)).decode()}",
        *([f"Sec-WebSocket-Extensions: {extensions}"] if extensions else []),
    ]
    await socket.send("\r\n".join([*head, "", ""]).encode())
    await socket.read_until(b'"maxPayload"')
    await socket.send(frame(b"40"))
    await socket.read_until(b"40{")
    return socket
