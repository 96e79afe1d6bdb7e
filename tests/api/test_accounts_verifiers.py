"""The hash of a login key: peppered, the same work for nobody, and never more than the processor can bear."""

import asyncio
import threading

import pytest

from chatserver.accounts.verifiers import HashLine, is_cheaper, make_verifier, verifier_of, verify_auth
from chatserver.config import HashCost
from chatserver.errors import TooBusy

PEPPER, AUTH, COST = bytes(32), bytes(range(32)), HashCost()


async def test_only_the_right_key_with_the_right_pepper_is_verified() -> None:
    """A stolen table of verifiers is worthless without the pepper."""
    verifier = await make_verifier(PEPPER, AUTH, COST)
    assert await verify_auth(PEPPER, AUTH, verifier, COST)
    assert not await verify_auth(PEPPER, bytes(32), verifier, COST)
    assert not await verify_auth(bytes([1] * 32), AUTH, verifier, COST)


async def test_nobody_is_verified_with_the_work_that_somebody_costs() -> None:
    """Without a verifier the answer is no, by way of the same hash."""
    assert not await verify_auth(PEPPER, AUTH, None, COST)


def test_the_same_key_never_gives_the_same_verifier() -> None:
    """Two people with one password cannot be told from the table."""
    assert verifier_of(PEPPER, AUTH, COST) != verifier_of(PEPPER, AUTH, COST)


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


@pytest.mark.parametrize(
    ("memory_kib", "passes", "cheaper"),
    [(8192, 1, False), (16384, 1, True), (8192, 2, True), (16384, 2, True)],
)
def test_what_was_stored_for_less_than_is_asked_now_is_cheaper(memory_kib: int, passes: int, cheaper: bool) -> None:
    """Nothing else is: a setting that was lowered lowers nobody's."""
    verifier = verifier_of(PEPPER, AUTH, COST)
    assert is_cheaper(verifier, HashCost(memory_kib, passes)) == cheaper
    assert not is_cheaper(verifier_of(PEPPER, AUTH, HashCost(memory_kib, passes)), COST)


def test_more_memory_for_fewer_passes_is_no_reason_to_store_anew() -> None:
    """Which of both is less could be argued about; what is stored stays."""
    assert not is_cheaper(verifier_of(PEPPER, AUTH, HashCost(8192, 2)), HashCost(16384, 1))
