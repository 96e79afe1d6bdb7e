"""The inbox is sorted by time left."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chatserver.enquiries.model import by_time_left
from chatserver.enquiries.wire import InboxLine

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def line(due_in: int | None, stored: int = 0) -> InboxLine:
    due_at = None if due_in is None else NOW + due_in * HOUR
    return InboxLine(
        room="00" * 16,
        topic="debt",
        new=True,
        handed=False,
        asked=False,
        takeover=None,
        counsellor_name=None,
        client_name=None,
        opened_at=NOW,
        last_stored_at=NOW + stored * HOUR,
        waiting_since=due_at and due_at - 48 * HOUR,
        due_at=due_at,
        breached=False,
        contested=False,
        danger=False,
    )


def test_what_is_due_first_stands_first_and_what_is_overdue_before_that() -> None:
    """However late it came in."""
    lines = [line(5), line(None), line(-3), line(30)]
    assert by_time_left(lines) == [lines[2], lines[0], lines[3], lines[1]]


def test_where_nothing_waits_the_newest_stands_first() -> None:
    """Below everybody who waits."""
    quiet_old, quiet_new, waiting = line(None, stored=1), line(None, stored=2), line(40)
    assert by_time_left([quiet_old, quiet_new, waiting]) == [waiting, quiet_new, quiet_old]


@given(st.lists(st.one_of(st.none(), st.integers(-100, 100))))
def test_nobody_who_waits_stands_below_somebody_with_more_time(dues: list[int | None]) -> None:
    """Whatever the inbox holds, and nothing of it gets lost."""
    ordered = by_time_left([line(due) for due in dues])
    left = [one.due_at for one in ordered if one.due_at is not None]
    assert left == sorted(left)
    assert all(one.due_at is None for one in ordered[len(left) :])
    assert len(ordered) == len(dues)
