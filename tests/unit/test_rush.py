"""How hard it gets when very many come at once, and that it stays easy for everybody else."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chatserver.rush import FADES, MOST_BITS, REMEMBERED, Rush

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_at_rest_nobody_computes_anything() -> None:
    """As many as are usual within ten minutes."""
    rush = Rush(at_ease=100)
    assert {rush.account_bits(NOON) for _ in range(100)} == {0}


def test_it_gets_harder_with_their_number_and_never_harder_than_an_old_phone_can_bear() -> None:
    """Twice as many, one bit more; ten thousand cost no more than three thousand."""
    rush = Rush(at_ease=100)
    bits = [rush.account_bits(NOON) for _ in range(10_000)]
    assert bits == sorted(bits)
    assert (bits[100], bits[199], bits[200], bits[400]) == (9, 9, 10, 11)
    assert bits[-1] == MOST_BITS


def test_when_they_are_gone_it_is_easy_again() -> None:
    """Each ten minutes a third of them is left."""
    rush = Rush(at_ease=100)
    for _ in range(1_000):
        rush.account_bits(NOON)
    assert rush.account_bits(NOON + FADES) == 10
    assert rush.account_bits(NOON + 6 * FADES) == 0


def test_a_rush_at_one_agency_costs_whoever_writes_to_another_nothing() -> None:
    """Until the whole server is in it."""
    rush = Rush(at_ease=100)
    for _ in range(60):
        rush.enquiry_bits("a" * 32, NOON)
    assert rush.enquiry_bits("a" * 32, NOON) == 10
    assert rush.enquiry_bits("b" * 32, NOON) == 0


def test_whoever_does_not_say_to_which_agency_meets_the_busiest() -> None:
    """Or the rush would go round by that way."""
    rush = Rush(at_ease=100)
    for _ in range(60):
        rush.enquiry_bits("a" * 32, NOON)
    assert rush.enquiry_bits(None, NOON) == 10


def test_agencies_that_nobody_has_take_no_memory_and_hide_no_rush() -> None:
    """Who makes names up is counted in all."""
    rush = Rush(at_ease=100)
    for number in range(3 * REMEMBERED):
        rush.enquiry_bits(f"{number:032x}", NOON)
    assert len(rush._levels) <= REMEMBERED
    assert rush.enquiry_bits("a" * 32, NOON) == MOST_BITS


@given(st.lists(st.integers(min_value=-(10**9), max_value=10**9), max_size=50))
def test_no_clock_breaks_it(seconds: list[int]) -> None:
    """Set back or ahead: the bits stay within their bounds."""
    rush = Rush(at_ease=1)
    at = NOON
    for one in seconds:
        at = NOON + timedelta(seconds=one)
        assert 0 <= rush.enquiry_bits("a" * 32, at) <= MOST_BITS
    assert rush.account_bits(max(at, NOON) + 40 * FADES) == 0
