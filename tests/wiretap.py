"""A listener on the line: a TCP proxy that keeps every byte, and shows WebSocket frames without their mask."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

CHUNK = 65_536
MASKED = 0x80


@dataclass(slots=True)
class Wiretap:
    """`port` is where clients connect; what passes goes on to `target` and stays in `heard`."""

    target: int
    port: int = 0
    heard: list[tuple[str, bytearray]] = field(default_factory=list, repr=False)

    def haystacks(self) -> Iterator[tuple[str, bytes]]:
        """All that was heard, by connection and direction: as it passed, and with frames unmasked and joined."""
        for place, stream in self.heard:
            raw = bytes(stream)
            yield place, raw
            yield f"{place}, frames", b"".join(unmasked_frames(raw))


@contextlib.asynccontextmanager
async def wiretap(target: int, port: int = 0) -> AsyncIterator[Wiretap]:
    """Listens between `port` and the server at `target`, both on loopback, until the block ends."""
    tap = Wiretap(target)
    server = await asyncio.start_server(lambda reader, writer: _pass_on(tap, reader, writer), "127.0.0.1", port)
    tap.port = server.sockets[0].getsockname()[1]
    try:
        yield tap
    finally:
        server.close()


async def _pass_on(tap: Wiretap, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", tap.target)
    except OSError:
        writer.close()
        return
    number = len(tap.heard) // 2
    to_server, to_client = bytearray(), bytearray()
    tap.heard.append((f"connection {number}, to the server", to_server))
    tap.heard.append((f"connection {number}, to the client", to_client))
    async with asyncio.TaskGroup() as both:
        both.create_task(_copy(reader, server_writer, to_server))
        both.create_task(_copy(server_reader, writer, to_client))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: bytearray) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(CHUNK):
            kept += chunk
            writer.write(chunk)
            await writer.drain()
    writer.close()


def unmasked_frames(stream: bytes) -> Iterator[bytes]:
    """The payloads of the WebSocket frames after the HTTP head (RFC 6455, section 5.2); none without an upgrade."""
    head, separator, rest = stream.partition(b"\r\n\r\n")
    if not separator or b"upgrade: websocket" not in head.lower():
        return
    at = 0
    while len(rest) - at >= 2:
        length, at_payload = _payload_length(rest, at)
        key = b""
        if rest[at + 1] & MASKED:
            key = rest[at_payload : at_payload + 4]
            at_payload += 4
        payload = rest[at_payload : at_payload + length]
        yield bytes(byte ^ key[index % 4] for index, byte in enumerate(payload)) if key else payload
        at = at_payload + length


def _payload_length(stream: bytes, at: int) -> tuple[int, int]:
    """The length that a frame announces, and where its mask or payload begins."""
    length = stream[at + 1] & ~MASKED
    size = {126: 2, 127: 8}.get(length, 0)
    if size:
        length = int.from_bytes(stream[at + 2 : at + 2 + size], "big")
    return length, at + 2 + size
