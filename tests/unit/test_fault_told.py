"""The judge of what people were told: what it must find."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from faults.told import Effect, Owed, People, owed, told_wrong

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PEOPLE = People(duty=["c", "d"], coordinators=["k"])


def debts(after: int, until: int) -> list[tuple[str, str, float]]:
    """Of a promise that began at nine, between so many hours after it."""
    found = owed(
        "r",
        NINE,
        counsellor="c",
        client="p",
        people=PEOPLE,
        after=NINE + after * HOUR,
        until=NINE + until * HOUR,
    )
    return [(one.kind, one.to, (one.due_at - NINE) / HOUR) for one in found]


def test_what_is_owed_follows_from_the_rungs_that_lie_between() -> None:
    """Each person once at each rung; what was climbed before is owed no more."""
    assert debts(0, 23) == []
    assert debts(0, 24) == [("reply_reminder", "c", 24)]
    assert debts(24, 36) == [("reply_escalated", "c", 36), ("reply_escalated", "d", 36)]
    assert debts(36, 48) == [("promise_at_risk", "k", 44), ("promise_broken", "k", 48), ("promise_broken", "p", 48)]


def test_missing_early_twice_and_unasked_for_are_found() -> None:
    """Everything else is in order."""
    debt = Owed("r", "reply_reminder", "c", NINE)
    told = Effect("r", "reply_reminder", "c", NINE, "1")
    assert told_wrong([debt], [told]) == []
    assert told_wrong([debt], []) == ["reply_reminder of room r to c was never told"]
    early = replace(told, at=NINE - timedelta(seconds=1))
    assert told_wrong([debt], [early]) == ["reply_reminder of room r to c was told early"]
    assert told_wrong([debt], [told, replace(told, name="2")]) == ["reply_reminder of room r to c was told 2 times"]
    assert told_wrong([debt], [told, replace(told, to="d")]) == ["reply_reminder of room r to d was told, and not owed"]


def test_a_mail_may_come_twice_under_its_own_name() -> None:
    """Its reader sees that it is the same one; another one under another name is one too many."""
    debt = Owed("r", "reply_reminder", "c", NINE)
    mail = Effect("r", "reply_reminder", "c", NINE, "<1@beratung.example>")
    assert told_wrong([debt], [mail, mail], may_repeat=True) == []
    assert len(told_wrong([debt], [mail, mail])) == 1
    assert len(told_wrong([debt], [mail, replace(mail, name="<2@beratung.example>")], may_repeat=True)) == 1
