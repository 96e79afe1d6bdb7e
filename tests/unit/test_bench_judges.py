"""The judges of the bench: a server that loses something must not look fast."""

from datetime import UTC, datetime, timedelta

import pytest

from bench import bookings, messages
from bench.figures import figure
from bench.messages import Sent
from chatserver.appointments.wire import Appointment, AppointmentState

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def sent(*positions: int | None) -> list[Sent]:
    """What one writer was told about their messages."""
    return [Sent(f"text {position}", b"", position=position) for position in positions]


def stored(*positions: int) -> dict[int, str | None]:
    """What can be read."""
    return {position: f"text {position}" for position in positions}


def test_what_was_acknowledged_and_is_there_is_no_loss() -> None:
    """Two writers in one room, after its genesis."""
    assert messages.differences([sent(2, 4), sent(3, 5)], stored(2, 3, 4, 5), [1, 2, 3, 4, 5]) == []


@pytest.mark.parametrize(
    ("told", "read", "positions"),
    [
        (sent(2, 3), stored(2), [1, 2]),
        (sent(2, None), stored(2), [1, 2]),
        (sent(2, 3), stored(2) | {3: "something else"}, [1, 2, 3]),
        (sent(2, 3), stored(2) | {3: None}, [1, 2, 3]),
        (sent(3, 2), stored(2, 3), [1, 2, 3]),
        (sent(2, 2), stored(2), [1, 2]),
        (sent(2, 4), stored(2, 4), [1, 2, 4]),
    ],
    ids=["lost", "never acknowledged", "another text", "unreadable", "out of order", "twice", "a gap"],
)
def test_a_message_that_is_not_where_it_was_acknowledged_is_found(
    told: list[Sent], read: dict[int, str | None], positions: list[int]
) -> None:
    """Each of them alone."""
    assert messages.differences([told], read, positions) != []


def appointment(name: str, begins: datetime = NINE, state: AppointmentState = "booked") -> Appointment:
    """Fifty minutes."""
    minutes = timedelta(minutes=50)
    return Appointment(
        id=name, room="r", kind="chat", state=state, starts_at=begins, ends_at=begins + minutes, opens_at=begins,
        live=False, zone="Europe/Berlin", client="c", client_name="", counsellor="b", counsellor_name="",
    )  # fmt: skip


def test_appointments_that_stand_in_the_calendar_one_after_the_other_are_no_loss() -> None:
    """A cancelled one may lie over another."""
    first, second = appointment("a"), appointment("b", NINE + timedelta(hours=1))
    cancelled = appointment("c", NINE + timedelta(minutes=10), "cancelled")
    assert bookings.differences("berger", [first, second], [second, cancelled, first]) == []


def test_an_appointment_that_is_not_there_or_lies_over_another_is_found() -> None:
    """Also one that was moved, or cancelled by nobody."""
    first = appointment("a")
    assert bookings.differences("berger", [first], []) != []
    assert bookings.differences("berger", [first], [appointment("a", NINE + timedelta(hours=1))]) != []
    assert bookings.differences("berger", [first], [appointment("a", state="cancelled")]) != []
    both = [first, appointment("b", NINE + timedelta(minutes=49))]
    assert bookings.differences("berger", both, both) != []


def test_percentiles_are_of_those_that_were_counted() -> None:
    """The nearest rank: of a hundred, the ninety-ninth."""
    one = figure("messages", (number / 1000 for number in range(100, 0, -1)), 4.0)
    assert (one.count, one.rate, one.p50, one.p95, one.p99) == (100, 25, 50, 95, 99)
