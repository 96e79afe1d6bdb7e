"""What the vectors of refusals have in common."""

from collections.abc import Callable
from typing import Any

from crypto import CryptoRefusal


def refused(call: Callable[..., object], *given: Any, **named: Any) -> str | None:
    """The code of the refusal, or None."""
    try:
        call(*given, **named)
    except CryptoRefusal as refusal:
        return refusal.code
    return None


def flipped(data: bytes) -> bytes:
    """The last bit is another."""
    return data[:-1] + bytes([data[-1] ^ 1])
