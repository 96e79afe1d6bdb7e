"""crypto/vectors/*.json as a stranger reads them: knowing the page of the protocol, not the code that wrote them."""

import json
from typing import Any

from crypto.errors import CryptoRefusal
from crypto.vectors.write import FOLDER


def vectors(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="ascii"))


def raw(written: str) -> bytes:
    """Hex; `~n` at the end stands for n zero bytes."""
    front, _, zeros = written.partition("~")
    return bytes.fromhex(front) + bytes(int(zeros or "0"))


def refusal_of(call: Any, *given: Any, **named: Any) -> str | None:
    """The code, or None. Whatever else is thrown is a bug and fails the test."""
    try:
        call(*given, **named)
    except CryptoRefusal as refusal:
        return refusal.code
    return None
