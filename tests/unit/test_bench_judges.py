"""The judges of the bench: a server that loses something must not look fast."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench import bookings, reservations
from bench.figures import Figure, Outcome, keep, spread
from bench.furnished import Seats, Signed
from bench.knocking import auc
from bench.load.judge import differences
from bench.load.messages import Conversation, Message
from bench.load.plan import Seen
from bench.messages import EACH, FULL, HEAVY, LIGHT, bottleneck, ratios
from chatserver.appointments.wire import Appointment, AppointmentState

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def talk(*messages: Message) -> Conversation:
    """One room in which these were written."""
    somebody = Signed("", "00" * 32, "00" * 32)
    room = Conversation(Seats("00" * 16, 2, "00" * 32, "00" * 32, 3, "00" * 32, somebody, somebody))
    room.sent += messages
    return room


def message(at: int, **changed: Any) -> Message:
    """One that was written at the second of its position, and had arrived half a second later."""
    well: dict[str, Any] = {
        "side": at % 2,
        "envelope": f"envelope {at}".encode(),
        "body": b"",
        "due": float(at),
        "told_at": at + 0.4,
        "heard_at": at + 0.5,
        "position": at,
        "heard_position": at,
        "heard": 1,
    }
    return Message(**{**well, **changed})


def stored(*positions: int) -> list[tuple[int, str]]:
    """What the server hands out."""
    return [(position, f"envelope {position}") for position in positions]


def test_what_was_acknowledged_and_is_there_at_both_sides_is_no_loss() -> None:
    """After a first item that nobody of the bench wrote; two that were on their way together may stand either way."""
    assert differences(talk(message(2), message(3)), stored(1, 2, 3)) == []
    crossing = talk(message(2, due=3.0, told_at=3.4), message(3))
    assert differences(crossing, stored(1, 2, 3)) == []
    assert differences(talk(message(1), message(2)), None) == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ([message(2), message(3)], stored(1, 2)),
        ([message(2)], [*stored(1), (2, "something else")]),
        ([message(2)], [*stored(1, 2), (3, "envelope 2")]),
        ([message(2)], stored(1, 2, 4)),
        ([message(2)], stored(2, 1)),
        ([message(2), message(2)], stored(1, 2)),
        ([message(3, due=2.0, told_at=2.4, heard_at=2.5), message(2, due=3.0)], stored(1, 2, 3)),
        ([message(2, told_at=0.0, position=0)], stored(1, 2)),
        ([message(2, refused="no", position=0)], stored(1)),
        ([message(2, heard=0, heard_at=0.0, heard_position=0)], stored(1, 2)),
        ([message(2, heard=2)], stored(1, 2)),
        ([message(2, heard_position=3)], stored(1, 2)),
    ],
    ids=[
        "lost",
        "another text",
        "stored twice",
        "a gap",
        "handed out in another order",
        "two in one place",
        "out of order",
        "never acknowledged",
        "refused",
        "never at the other side",
        "twice at the other side",
        "elsewhere at the other side",
    ],
)
def test_a_message_that_is_not_where_it_was_acknowledged_is_found(
    written: list[Message], kept: list[tuple[int, str]]
) -> None:
    """Each of them alone."""
    assert differences(talk(*written), kept) != []


def test_news_of_a_message_that_nobody_wrote_is_found() -> None:
    """Or that was changed on the way."""
    room = talk(message(2))
    room.strangers = 1
    assert differences(room, stored(1, 2)) != []


def appointment(name: str, begins: datetime = NINE, state: AppointmentState = "booked") -> Appointment:
    """Fifty minutes."""
    minutes = timedelta(minutes=50)
    return Appointment(
        id=name, room="r", kind="chat", state=state, starts_at=begins, ends_at=begins + minutes, opens_at=begins,
        live=False, zone="Europe/Berlin", client="c", client_name="", counsellor="b", counsellor_name="", missed=False,
        counsellor_missed=False,
        cancel_until=begins, changes=0, place=None,
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


def reserved(counsellor: str, begins: int) -> dict[str, Any]:
    """An hour of somebody's day, as the table has it."""
    return {
        "counsellor": counsellor,
        "starts_at": f"2026-11-23T{begins:02}:00:00.000000Z",
        "ends_at": f"2026-11-23T{begins + 1:02}:00:00.000000Z",
    }


def test_a_slot_that_was_given_twice_or_to_nobody_is_found() -> None:
    """Two counsellors may well have the same hour."""
    rows = [reserved("berger", 9), reserved("berger", 10), reserved("nowak", 9)]
    assert reservations.differences(rows, 3) == []
    assert reservations.differences(rows, 4) != []
    assert reservations.differences([*rows, reserved("berger", 9)], 4) != []


def test_percentiles_are_of_those_that_were_counted() -> None:
    """The nearest rank: of a hundred, the ninety-ninth."""
    rate, middle, late = spread("messages", (number / 1000 for number in range(100, 0, -1)), 4.0)
    assert (rate.value, middle.value, late.value) == (25, 50, 99)


@pytest.mark.parametrize(
    ("figure", "word"),
    [
        (Figure("rate", 1.4, "x", 0.65, 1.3, more=True), "aim"),
        (Figure("rate", 0.7, "x", 0.65, 1.3, more=True), "holds"),
        (Figure("rate", 0.6, "x", 0.65, 1.3, more=True), "MISSED"),
        (Figure("late", 9, "ms", 40, 10), "aim"),
        (Figure("late", 40, "ms", 40, 10), "holds"),
        (Figure("late", 41, "ms", 40, 10), "MISSED"),
        (Figure("late", None, "ms", 40, 10), "MISSED"),
        (Figure("memory", 41, "MB"), ""),
    ],
)
def test_a_figure_that_falls_short_of_what_it_must_be_is_missed(figure: Figure, word: str) -> None:
    """One that could not be measured, too; what nobody demands cannot be missed."""
    assert figure.word == word
    assert figure.holds == (word != "MISSED")
    assert Outcome([figure]).missed == ([figure.name] if word == "MISSED" else [])


def test_the_list_of_results_keeps_what_was_not_measured_this_time(tmp_path: Path) -> None:
    """One object per figure; a part that was measured alone replaces its own."""
    path = tmp_path / "results" / "latest.json"
    keep([Figure("a", 1, "s", 2, 1), Figure("b", 1, "s")], path)
    keep([Figure("b", 2, "s"), Figure("c", 3, "s", 2)], path)
    kept = json.loads(path.read_text("utf-8"))
    assert kept[0] == {"name": "a", "value": 1, "unit": "s", "must": 2, "aim": 1, "holds": True}
    assert [(one["name"], one["value"], one["holds"]) for one in kept[1:]] == [("b", 2, True), ("c", 3, False)]


@pytest.mark.parametrize(
    ("server", "generator", "says"),
    [(0.97, 0.4, "server was full"), (0.5, 0.95, "GENERATOR was full"), (0.5, 0.4, "neither")],
)
def test_the_side_that_had_nothing_left_is_named(server: float, generator: float, says: str) -> None:
    """A figure that the generator could not reach is none."""
    assert says in bottleneck([Seen("saturated", server=server, generator=generator)])


def run(rate: float, server: float = 0.97) -> dict[str, Seen]:
    """One turn of a server, the same in each scenario."""
    names = (EACH, FULL, LIGHT, HEAVY)
    return {one: Seen(one, rate=rate, arrived={99: 1 / rate}, server=server, server_s=1 / rate) for one in names}


def test_a_ratio_is_the_median_of_those_that_were_taken_together() -> None:
    """A turn in which the machine was slow for both changes nothing."""
    found = ratios([run(80), run(8), run(90)], [run(100), run(10), run(100)])
    assert [one.value for one in found.figures] == [0.8, 0.8, 1.25, 1.25]
    assert found.notes == []


def test_a_ratio_to_a_library_that_was_held_up_by_something_else_is_none() -> None:
    """Else a busy machine would make every server look as good as the library."""
    found = ratios([run(90)], [run(100, server=0.3)])
    assert [one.value for one in found.figures if one.must is not None] == [None] * 3
    assert len(found.missed) == 3
    assert "30%" in found.notes[0]


def test_what_is_told_apart_by_time_is_a_share_of_pairs() -> None:
    """Chance is a half; which of both takes longer does not matter, and those that take as long count for neither."""
    assert auc([1, 2, 3, 4], [1, 2, 3, 4]) == 0.5
    assert auc([1, 2], [3, 4]) == auc([3, 4], [1, 2]) == 1
    assert auc([1, 1], [1, 1]) == 0.5
    assert auc([1, 3], [2, 4]) == 0.75
