"""What agencies may promise, and laws for any hours, closing days and nights."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chatserver.guarantee.hours import PolicyInvalid, hours_in
from chatserver.guarantee.policy import Bounded, Business, parts_of, policy_of
from chatserver.guarantee.terms import AT_MOST, LONGEST, Terms, check_bearable
from tests.unit.guarantee.test_policy import BERLIN, SPLIT, ZONES, near_a_night, week_text, weeks

HOUR = timedelta(hours=1)
FIRST = date(2026, 3, 1)
CLOSING = st.frozensets(st.integers(0, 300).map(lambda day: FIRST + timedelta(days=day)), max_size=60)
TERMS = st.builds(
    Terms,
    zone=st.sampled_from(ZONES),
    hours=weeks.map(week_text).map(hours_in),
    closed=CLOSING,
    land=st.sampled_from([None, "NW", "BY"]),
    kind=st.sampled_from(["calendar", "business"]),
    promised_hours=st.integers(4, 48),
)


@settings(deadline=None)
@given(near_a_night, TERMS, st.integers(0, 10**12))
def test_a_promise_is_never_early_never_later_than_a_week_and_who_writes_later_is_not_answered_sooner(
    since: datetime, terms: Terms, later: int
) -> None:
    """Whatever an agency says of its hours; and what is kept of it leads to the same instant."""
    policy = terms.policy()
    due = policy.due_at(since)
    assert since <= due <= since + AT_MOST
    assert policy.due_at(since + timedelta(microseconds=later)) >= due
    assert policy_of(*parts_of(policy.snapshot(since, due))).due_at(since) == due


@settings(deadline=None)
@given(near_a_night, TERMS)
def test_the_bound_changes_nothing_that_comes_before_it(since: datetime, terms: Terms) -> None:
    """Then it is exactly the working time."""
    policy = replace(terms, kind="business").policy()
    assert isinstance(policy, Bounded)
    assume(policy.due_at(since) < since + AT_MOST)
    assert policy.business.due_at(since) == policy.due_at(since)


@settings(deadline=None)
@given(weeks, st.integers(1, 48), st.integers(0, 7 * 24 * 60 - 1))
def test_nobody_waits_longer_in_an_ordinary_week_than_was_counted(
    week: dict[int, list[tuple[int, int]]], promised: int, minute: int
) -> None:
    """Whenever they write in it."""
    hours = hours_in(week_text(week))
    since = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=minute, seconds=1)
    due = Business(promised * 3600, "UTC", hours).due_at(since)
    assert due - since <= hours.longest_wait(promised * 3600)


@pytest.mark.parametrize(
    ("hours", "promised", "longest"),
    [
        ("Mon-Fri 09:00-17:00", 16, 96 * HOUR),
        ("Mon-Fri 09:00-17:00", 17, 113 * HOUR),
        ("Mon-Sun 00:00-24:00", 48, 48 * HOUR),
        ("Tue 09:00-12:00", 3, 168 * HOUR),
        ("Tue 09:00-12:00", 4, 334 * HOUR),
        ("Mon-Thu 09:00-17:00", 8, 96 * HOUR),
    ],
)
def test_what_two_days_and_a_weekend_allow(hours: str, promised: int, longest: timedelta) -> None:
    """Known by hand; what is longer cannot be promised."""
    week = hours_in(hours)
    assert week.longest_wait(promised * 3600) == longest
    terms = Terms(zone="Europe/Berlin", hours=week, kind="business", promised_hours=promised)
    if longest <= LONGEST:
        check_bearable(terms)
    else:
        with pytest.raises(PolicyInvalid, match="promised_hours"):
            check_bearable(terms)


def test_over_christmas_it_is_still_a_week() -> None:
    """Closed from the 24th until the 3rd: who writes on the 23rd at six gets the bound, by the calendar."""
    closed = frozenset(date(2026, 12, 24) + timedelta(days=day) for day in range(11))
    terms = Terms(
        zone="Europe/Berlin", hours=hours_in(SPLIT), closed=closed, land="NW", kind="business", promised_hours=16
    )
    since = datetime(2026, 12, 23, 18, 0, tzinfo=BERLIN)
    due = terms.policy().due_at(since)
    assert due == datetime(2026, 12, 30, 18, 0, tzinfo=BERLIN)
    assert terms.policy().snapshot(since, due) == '{"kind":"calendar","seconds":604800}'


def test_where_nobody_knows_the_holidays_any_more_the_bound_holds() -> None:
    """No message is lost because a calendar ends."""
    terms = Terms(zone="Europe/Berlin", hours=hours_in(SPLIT), land="NW", kind="business", promised_hours=16)
    since = datetime(2101, 3, 1, 9, tzinfo=UTC)
    assert terms.policy().due_at(since) == since + AT_MOST
