"""The hash of a login key: peppered, the same work for nobody, and never more than the processor can bear."""

import asyncio
import threading

import pytest

from chatserver.accounts.verifiers import HashLine, make_verifier, verifier_of, verify_auth
from chatserver.errors import TooBusy

PEPPER, AUTH = bytes(32), bytes(range(32))


async def test_only_the_right_key_with_the_right_pepper_is_verified() -> None:
    """A stolen table of verifiers is worthless without the pepper."""
    verifier = await make_verifier(PEPPER, AUTH)
    assert await verify_auth(PEPPER, AUTH, verifier)
    assert not await verify_auth(PEPPER, bytes(32), verifier)
    assert not await verify_auth(bytes([1] * 32), AUTH, verifier)


async def test_nobody_is_verified_with_the_work_that_somebody_costs() -> None:
    """Without a verifier the answer is no, by way of the same hash."""
    assert not await verify_auth(PEPPER, AUTH, None)


def test_the_same_key_never_gives_the_same_verifier() -> None:
    """Two people with one password cannot be told from the table."""
    assert verifier_of(PEPPER, AUTH) != verifier_of(PEPPER, AUTH)


async def test_beyond_a_short_line_logins_are_told_to_come_back() -> None:
    """Conversations keep the processor, however many log in."""
    may_go = threading.Event()
    line = HashLine(at_once=2, in_line=3)
    inside = [asyncio.create_task(line.run(may_go.wait)) for _ in range(5)]
    await asyncio.sleep(0)
    with pytest.raises(TooBusy):
        await line.run(may_go.wait)
    may_go.set()
    assert await asyncio.gather(*inside) == [True] * 5
    assert await line.run(may_go.wait)
