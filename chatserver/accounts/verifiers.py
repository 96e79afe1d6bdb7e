"""Checks of login keys.

The key that a client sends has cost it 64 MiB of Argon2id already, so the server's own hash is cheap; the pepper,
which lies in a file beside the database, makes a stolen table of verifiers worthless by itself.
"""

import asyncio
import hmac
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final, TypeVar

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerificationError

from chatserver.config import HashCost
from chatserver.errors import TooBusy

T = TypeVar("T")
AT_ONCE: Final = 2
IN_LINE: Final = 20


class HashLine:
    """A short line in front of the hash: logins must not take the processor from conversations."""

    def __init__(self, at_once: int = AT_ONCE, in_line: int = IN_LINE) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="verifier")
        self._room = at_once + in_line
        self._inside = 0

    async def run(self, work: Callable[[], T]) -> T:
        """Runs `work` in one of the line's threads. Raises TooBusy when the line is full."""
        if self._inside >= self._room:
            raise TooBusy
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._inside -= 1


# One for the process, because the processor is one, however many servers a test starts in it.
_LINE: Final = HashLine()


async def make_verifier(pepper: bytes, auth: bytes, cost: HashCost) -> str:
    """What is stored of a login key. Raises TooBusy."""
    return await _LINE.run(lambda: verifier_of(pepper, auth, cost))


async def verify_auth(pepper: bytes, auth: bytes, verifier: str | None, cost: HashCost) -> bool:
    """Whether the login key belongs to the verifier. Without one the same work is done for nothing (T2).

    Raises TooBusy.
    """
    return await _LINE.run(lambda: _verify(pepper, auth, verifier, cost))


def verifier_of(pepper: bytes, auth: bytes, cost: HashCost) -> str:
    """The same as make_verifier, in the caller's thread: for the command line and the demonstration."""
    return _hasher(cost).hash(_peppered(pepper, auth))


def is_cheaper(verifier: str, cost: HashCost) -> bool:
    """Whether it was made for less than what is asked now, and in nothing for more: nobody's is ever lowered."""
    made = extract_parameters(verifier)
    asked = (cost.memory_kib, cost.passes)
    known = (made.memory_cost, made.time_cost)
    return known != asked and all(before <= now for before, now in zip(known, asked, strict=True))


def _verify(pepper: bytes, auth: bytes, verifier: str | None, cost: HashCost) -> bool:
    hasher = _hasher(cost)
    try:
        hasher.verify(verifier or _nobody(cost), _peppered(pepper, auth))
    except VerificationError:
        return False
    return verifier is not None


def _peppered(pepper: bytes, auth: bytes) -> bytes:
    return hmac.digest(pepper, auth, "sha256")


@cache
def _hasher(cost: HashCost) -> PasswordHasher:
    return PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=1)


@cache
def _nobody(cost: HashCost) -> str:
    """Made before anybody logs in (`ready`): whoever asks first must not wait longer for it."""
    return _hasher(cost).hash(secrets.token_bytes(32))


def ready(cost: HashCost) -> None:
    """What a server does before it listens: the first unknown name is answered as fast as every other."""
    _nobody(cost)
