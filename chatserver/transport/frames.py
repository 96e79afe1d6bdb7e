"""What passes over a socket: the frames that pages may send, and how packets become text and bytes."""

from typing import Any, Final

import msgspec
from socketio.packet import Packet

# An event of 64 KiB of sealed bytes, as base64url text in JSON.
LARGEST_FRAME: Final = 96 * 1024

# Engine.IO: close, ping, pong, message. Socket.IO within a message: connect, disconnect, event, acknowledgement.
_FRAMES: Final = frozenset("1234")
_PACKETS: Final = frozenset("0123")

# RFC 6455, section 5.2: a whole message of text in one frame, and the lengths from which its length takes more bytes.
_WHOLE_TEXT: Final = 0x81
_TWO_BYTES, _EIGHT_BYTES = 126, 127
_LONGEST_SHORT: Final = 125
_LONGEST_IN_TWO: Final = 0xFFFF


def well_formed(frame: str) -> bool:
    """Whether a frame is one of the kinds that pages send. Binary ones are not: sealed bytes travel as text."""
    if frame[:1] not in _FRAMES:
        return False
    return frame[0] != "4" or frame[1:2] in _PACKETS


def text_frame(text: str) -> bytes:
    """The text as one WebSocket frame from a server."""
    return frame_of(text.encode())


def event_frame(event: str, body: Any) -> bytes:
    """A frame with an event that nobody acknowledges."""
    return frame_of(b"42" + msgspec.json.encode((event, body)))


def answer_frame(number: int, answers: tuple[Any, ...]) -> bytes:
    """A frame with the acknowledgement of the event of that number."""
    return frame_of(b"43%d%b" % (number, msgspec.json.encode(answers)))


def frame_of(payload: bytes) -> bytes:
    """UTF-8 text as one WebSocket frame from a server, which masks nothing (RFC 6455, section 5.1)."""
    size = len(payload)
    if size <= _LONGEST_SHORT:
        return bytes((_WHOLE_TEXT, size)) + payload
    if size <= _LONGEST_IN_TWO:
        return bytes((_WHOLE_TEXT, _TWO_BYTES)) + size.to_bytes(2, "big") + payload
    return bytes((_WHOLE_TEXT, _EIGHT_BYTES)) + size.to_bytes(8, "big") + payload


class Json:
    """JSON as the library wants it. Raises ValueError and RecursionError for what is none."""

    @staticmethod
    def dumps(value: Any, **_spacing: Any) -> str:
        """Without spaces, whatever the library asks for."""
        return msgspec.json.encode(value).decode()

    @staticmethod
    def loads(text: str) -> Any:
        """The value; NaN and half characters are none."""
        return msgspec.json.decode(text)


class TextPacket(Packet):  # type: ignore[misc]  # the library has no annotations
    """A Socket.IO packet that never looks for bytes in what it carries: there are none."""

    uses_binary_events = False
    json = Json
