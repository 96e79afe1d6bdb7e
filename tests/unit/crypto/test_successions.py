"""A root that is lost or stolen is replaced by the key that lay on paper; the agency keeps its name."""

from dataclasses import replace
from typing import Any

import pytest

from crypto import (
    RosterPin,
    check_pin,
    labels,
    make_root,
    read_roster,
    sign_roster_keys,
    succeed_root,
)
from crypto.encoding import lp
from crypto.errors import CryptoRefusal, Malformed, RootMismatch, RosterStale
from crypto.roster import root_fingerprint_of
from crypto.roster_parts import read_root, read_roster_keys
from crypto.vectors.story import START, seed
from tests.unit.crypto.vectors_on_disk import raw, refusal_of, vectors

FOUND = vectors("rosters")["successions"]
SEEDS = [raw(one) for one in FOUND["seeds"]]
FIRST = make_root(SEEDS[0], SEEDS[1])
SECOND = succeed_root(FIRST, SEEDS[1], SEEDS[2], "lost", FOUND["created_at"][0])
THIRD = succeed_root(SECOND, SEEDS[2], SEEDS[3], "stolen", FOUND["created_at"][1])


@pytest.mark.parametrize("case", FOUND["rosters"], ids=[one["name"] for one in FOUND["rosters"]])
def test_who_is_led_where_stands_in_the_vectors(case: dict[str, Any]) -> None:
    """Every fingerprint of the chain leads there, and no thief does."""
    given = (raw(case["roster"]), raw(case["root_fingerprint"]))
    assert refusal_of(lambda: read_roster(*given)) == case["refusal"]
    if case["refusal"] is None:
        assert read_roster(*given).root_fingerprint == FIRST.fingerprint == root_fingerprint_of(given[0])


def test_the_chain_reads_back_as_it_was_made() -> None:
    """Byte for byte, whoever reads it."""
    assert read_root(THIRD.raw) == THIRD
    assert THIRD.raw == raw(FOUND["root"])
    assert THIRD.fingerprint != THIRD.own_fingerprint
    assert [THIRD.known_as(one.own_fingerprint) for one in (FIRST, SECOND, THIRD)] == [True] * 3
    assert not FIRST.known_as(THIRD.own_fingerprint)


def test_only_the_key_that_was_named_on_paper_comes_next() -> None:
    """A stolen root cannot choose its heir."""
    with pytest.raises(RootMismatch):
        succeed_root(FIRST, seed("thief"), seed("x"), "lost", START)
    with pytest.raises(Malformed):
        read_root(succeed_root(FIRST, SEEDS[1], SEEDS[2], "bored", START).raw)


def test_t11_roster_keys_of_a_replaced_root_never_rank_highest_again() -> None:
    """T11: not even under the highest number that it can sign."""
    highest = read_roster_keys(sign_roster_keys(SEEDS[0], FIRST, 2**32 - 1, []), FIRST).seq
    assert read_roster_keys(sign_roster_keys(SEEDS[1], SECOND, 1, []), SECOND).seq > highest
    with pytest.raises(Malformed):
        read_roster_keys(sign_roster_keys(SEEDS[0], FIRST, 2**32, []), FIRST)
    by_name = {one["name"]: raw(one["roster"]) for one in FOUND["rosters"]}
    pinned = read_roster(by_name["by the newest root"], FIRST.fingerprint).pin
    before = read_roster(by_name["the first succession alone"], FIRST.fingerprint)
    with pytest.raises(RosterStale):
        check_pin(before, RosterPin(pinned.number - 1, pinned.hash, pinned.keys_seq))


def test_a_chain_that_does_not_join_is_refused() -> None:
    """Left out, twice, or more than eight; and none at all is written without a chain."""
    for chain in (THIRD.successions[1:], SECOND.successions * 2, THIRD.successions * 5):
        with pytest.raises(CryptoRefusal):
            read_root(replace(THIRD, successions=chain).raw)
    with pytest.raises(Malformed):
        read_root(lp(labels.ROOTS, FIRST.plain, lp()))
