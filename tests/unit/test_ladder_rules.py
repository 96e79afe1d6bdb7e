"""The ladder as rules: when its rungs come, who hears, and who stands in for whom."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.model import WallSpan
from chatserver.absences.model import NO_END, Absence, Staff, away_among, ended_early
from chatserver.errors import LadderInvalid
from chatserver.guarantee.hours import hours_in
from chatserver.guarantee.policy import Business, Calendar, Policy
from chatserver.ladders.model import CLIMBED, DEFAULT, Ladder, Rung
from chatserver.threads.clock import hears_of

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
# A Monday, nine o'clock in Berlin.
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
OFFICE = hours_in("Mon-Fri 08:00-12:00,13:00-17:00")
ABLE = ("c", "d", "e")


def rungs(policy: Policy, since: datetime, ladder: Ladder = DEFAULT) -> list[datetime]:
    """When the four of them come."""
    due_at = policy.due_at(since)
    return [ladder.at(rung, policy.snapshot(since, due_at), since, due_at) for rung in CLIMBED]


def staff(away: dict[str, str | None] | None = None, coordinators: tuple[str, ...] = ("k", "l")) -> Staff:
    """Three on duty, two who coordinate."""
    return Staff(duty=ABLE, coordinators=coordinators, away=away or {})


# -- when


def test_the_ladder_is_counted_from_the_oldest_question_across_a_change_of_the_clocks() -> None:
    """24, 36, 44 and 48 hours of UTC."""
    written = datetime(2026, 10, 24, 10, 0, tzinfo=BERLIN)
    at = rungs(Calendar(48 * 3600), written)
    assert [(one - written.astimezone(UTC)) / HOUR for one in at] == [24, 36, 44, 48]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(12, [6, 9, 11, 12]), (24, [12, 18, 22, 24]), (96, [48, 72, 88, 96]), (1, [0.5, 0.75, 11 / 12, 1])],
)
def test_another_promise_has_its_rungs_at_the_same_shares(hours: int, expected: list[float]) -> None:
    """Half, three quarters, eleven twelfths: one of twelve hours is not broken before anybody is reminded."""
    at = rungs(Calendar(hours * 3600), MONDAY)
    assert [(one - MONDAY) / HOUR for one in at] == pytest.approx(expected)


def test_what_is_counted_in_working_time_is_reminded_of_in_working_time() -> None:
    """Two working days, written on Friday at four: reminded on Monday afternoon, not on Saturday night."""
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=BERLIN)
    at = rungs(Business(16 * 3600, "Europe/Berlin", OFFICE), friday)
    walls = [one.astimezone(BERLIN).strftime("%a %H:%M") for one in at]
    assert walls == ["Mon 16:00", "Tue 11:00", "Tue 14:40", "Tue 16:00"]


@given(
    seconds=st.integers(1, 30 * 86_400),
    hours=st.lists(st.integers(1, 47), min_size=3, max_size=3, unique=True).map(sorted),
    since=st.integers(0, 400 * 86_400).map(lambda seconds: MONDAY + timedelta(seconds=seconds)),
    working=st.booleans(),
)
def test_the_rungs_of_any_promise_come_in_their_order_and_none_after_it(
    seconds: int, hours: list[int], since: datetime, working: bool
) -> None:
    """Whatever the ladder, the policy and the season."""
    policy: Policy = Business(seconds, "Europe/Berlin", OFFICE) if working else Calendar(seconds)
    at = [since, *rungs(policy, since, Ladder(*hours))]
    assert all(before <= after for before, after in pairwise(at))
    assert at[-1] == policy.due_at(since)


@pytest.mark.parametrize("hours", [(0, 36, 44), (24, 24, 44), (36, 24, 44), (24, 36, 48), (24, 44, 36), (-1, 5, 9)])
def test_a_ladder_whose_rungs_are_not_in_order_is_none(hours: tuple[int, int, int]) -> None:
    """Each later than the one before, and all of them before the end."""
    with pytest.raises(LadderInvalid):
        Ladder(*hours)


# -- who


@pytest.mark.parametrize(
    ("rung", "counsellor", "away", "heard"),
    [
        (Rung.REMIND, "c", {}, ("c",)),
        (Rung.REMIND, None, {}, ("c", "d", "e")),
        (Rung.REMIND, None, {"d": None}, ("c", "e")),
        (Rung.REMIND, "c", {"c": "d"}, ("d",)),
        (Rung.REMIND, "c", {"c": "d", "d": "e"}, ("e",)),
        (Rung.REMIND, "c", {"c": None}, ("d", "e")),
        (Rung.REMIND, "c", {"c": "d", "d": "c"}, ("e",)),
        (Rung.REMIND, "c", {"c": "d", "d": "e", "e": "c"}, ("k", "l")),
        (Rung.REMIND, "c", {"c": "k"}, ("d", "e")),
        (Rung.ESCALATE, "c", {}, ("c", "d", "e")),
        (Rung.ESCALATE, "c", {"c": "d"}, ("d", "e")),
        (Rung.ESCALATE, "c", {"d": None, "e": None}, ("c", "k", "l")),
        (Rung.ESCALATE, None, {"c": None, "d": None, "e": None}, ("k", "l")),
        (Rung.WARN, "c", {}, ("k", "l")),
        (Rung.WARN, "c", {"k": None}, ("l",)),
        (Rung.WARN, "c", {"k": None, "l": None}, ("k", "l")),
        (Rung.BREACH, "c", {"k": None}, ("k", "l", "p")),
        (Rung.UNATTENDED, "c", {}, ()),
        (Rung.UNATTENDED, "c", {"c": None}, ()),
        (Rung.UNATTENDED, "c", {"c": None, "d": None, "e": None}, ("k", "l")),
        (Rung.UNATTENDED, "c", {"d": None, "e": None}, ()),
        (Rung.UNATTENDED, None, {"c": None, "d": None, "e": None}, ("k", "l")),
    ],
)
def test_each_rung_is_heard_by_those_who_are_there_and_can_act_on_it(
    rung: Rung, counsellor: str | None, away: dict[str, str | None], heard: tuple[str, ...]
) -> None:
    """A reminder to somebody on holiday would be no reminder."""
    assert hears_of(rung, counsellor=counsellor, able=ABLE, staff=staff(away), client="p") == heard


def test_where_nobody_may_step_in_the_coordinators_hear_as_soon_as_its_counsellor_is_away() -> None:
    """The client wants no standby: colleagues could do nothing."""
    there = staff({"c": "d"})
    assert hears_of(Rung.UNATTENDED, counsellor="c", able=(), staff=there, client="p") == ("k", "l")
    assert hears_of(Rung.REMIND, counsellor="c", able=(), staff=there, client="p") == ("k", "l")
    assert hears_of(Rung.ESCALATE, counsellor="c", able=(), staff=staff(), client="p") == ("c", "k", "l")


PEOPLE = "abcdefg"


@given(
    away=st.dictionaries(st.sampled_from(PEOPLE), st.none() | st.sampled_from(PEOPLE)),
    able=st.sets(st.sampled_from(PEOPLE)),
    who=st.sampled_from(PEOPLE),
)
def test_whoever_stands_in_is_there_and_able_whatever_the_chain(
    away: dict[str, str | None], able: set[str], who: str
) -> None:
    """Circles, ends, people who have left: the chain always comes to an end."""
    people = Staff(duty=tuple(PEOPLE), coordinators=(), away=away)
    found = people.stands_in(who, able)
    assert found is None or (found in able and found not in away and found != who)


# -- away


def absence(begins: str, ends: str, number: int = 1, who: str = "c", substitute: str | None = None) -> Absence:
    """In Berlin, by the wall."""
    span = WallSpan(datetime.fromisoformat(begins), datetime.fromisoformat(ends))
    return Absence(id=number, account_id=who, span=span, zone="Europe/Berlin", substitute_id=substitute)


def test_an_absence_holds_while_the_wall_clock_shows_a_time_of_it() -> None:
    """From its first minute until just before its last."""
    one = absence("2026-11-23T09:00", "2026-11-23T17:00")
    at = [MONDAY - timedelta(seconds=1), MONDAY, MONDAY + 8 * HOUR - timedelta(seconds=1), MONDAY + 8 * HOUR]
    assert [one.holds_at(now) for now in at] == [False, True, True, False]


def test_in_the_night_of_two_two_oclocks_an_absence_until_half_past_two_ends_twice() -> None:
    """As the calendar has it: what the wall clock shows twice is twice."""
    one = absence("2026-10-24T20:00", "2026-10-25T02:30")
    at = [datetime(2026, 10, 25, 0, minute, tzinfo=UTC) for minute in (15, 45)]
    later = [now + HOUR for now in at]
    assert [one.holds_at(now) for now in (*at, *later)] == [True, False, True, False]


def test_of_two_absences_at_once_the_substitute_of_the_one_entered_last_counts() -> None:
    """A week's holiday, and a course in the middle of it; the one that names nobody leaves the other's."""
    week = absence("2026-11-23T00:00", "2026-11-28T00:00", 1, substitute="d")
    course = absence("2026-11-23T08:00", "2026-11-23T12:00", 2, substitute="e")
    nobody = absence("2026-11-23T08:00", "2026-11-23T12:00", 3)
    assert away_among([course, week], MONDAY) == {"c": "e"}
    assert away_among([week, nobody], MONDAY) == {"c": "d"}
    assert away_among([course, week], MONDAY + 5 * HOUR) == {"c": "d"}


def test_what_ends_early_keeps_what_has_been() -> None:
    """Nothing of what has not begun, and all of what is over."""
    now = MONDAY + timedelta(minutes=30, seconds=20)
    going = ended_early(absence("2026-11-20T09:00", NO_END.isoformat()), now)
    assert going == absence("2026-11-20T09:00", "2026-11-23T09:30").span
    assert ended_early(absence("2026-11-24T09:00", "2026-11-25T09:00"), now) is None
    assert ended_early(absence("2026-11-23T09:30", "2026-11-25T09:00"), now) is None
    over = absence("2026-11-20T09:00", "2026-11-21T09:00")
    assert ended_early(over, now) == over.span
