"""What was handed to a connection and not yet taken by the network: bounded, or else one reader fills the memory."""

from asyncio import WriteTransport
from bisect import bisect_right
from typing import Final

LONGEST_QUEUE: Final = 512
LARGEST_QUEUE: Final = 1024 * 1024
# A reader that takes nothing at all for so long is cut, although it may answer pings: those are sent by whoever likes.
STALLED_SECONDS: Final = 45


class Stall:
    """Watches whether what waits for a reader moves at all; a poor line moves slowly, and is left alone."""

    __slots__ = ("_since", "_taken")

    def __init__(self) -> None:
        self._taken, self._since = -1, 0.0

    def lasts(self, now: float, *, taken: int, waiting: int) -> bool:
        """Whether nothing was taken for too long while something waits; `now` is the loop's time in seconds."""
        if not waiting or taken != self._taken:
            self._taken, self._since = taken, now
            return False
        return now - self._since >= STALLED_SECONDS


class Outflow:
    """Writes straight to a transport, whose buffer is the queue. Counts what waits there, in bytes and frames."""

    __slots__ = ("_ends", "_stall", "_transport", "_written")

    def __init__(self, transport: WriteTransport) -> None:
        self._transport = transport
        self._written = 0
        # Of each frame that waits: how much had been written when it had been.
        self._ends: list[int] = []
        self._stall = Stall()

    @property
    def waiting(self) -> int:
        """Bytes that the network has not taken yet."""
        return self._transport.get_write_buffer_size()

    def write(self, frame: bytes) -> bool:
        """Sends, unless this reader has fallen too far behind for another frame."""
        waiting = self.waiting
        if waiting:
            self._forget(self._written - waiting)
            if waiting + len(frame) > LARGEST_QUEUE or len(self._ends) >= LONGEST_QUEUE:
                return False
        else:
            self._ends.clear()
        if not self._transport.is_closing():
            self._transport.write(frame)
            self._written += len(frame)
            self._ends.append(self._written)
        return True

    def close(self) -> None:
        """Sends what waits, and no more."""
        self._transport.close()

    def stalled(self, now: float) -> bool:
        """Whether the reader has taken nothing for too long, although something waits."""
        waiting = self.waiting
        return self._stall.lasts(now, taken=self._written - waiting, waiting=waiting)

    def _forget(self, taken: int) -> None:
        del self._ends[: bisect_right(self._ends, taken)]
