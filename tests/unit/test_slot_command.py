"""`sprechraum slots explain` as a shell runs it: without settings, without a database, in any folder."""

import json
from pathlib import Path
from typing import Any

import pytest

from chatserver.cli import main
from tests.shell import CANNOT_BE_USED

MONDAY = {"from": "2026-03-30T00:00:00Z", "to": "2026-03-31T00:00:00Z"}
HOUR = {**MONDAY, "zone": "Europe/Berlin", "length_minutes": 60}


def starts(tmp_path: Path, capsys: pytest.CaptureFixture[str], case: Any, *more: str) -> list[str]:
    """What it prints."""
    file = tmp_path / "calendar.json"
    file.write_text(json.dumps(case), "utf-8")
    assert main(["slots", "explain", str(file), *more]) == 0
    return capsys.readouterr().out.splitlines()


def refusal(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> str:
    """The one sentence for what cannot be read."""
    file = tmp_path / "calendar.json"
    file.write_text(text, "utf-8")
    assert main(["slots", "explain", str(file)]) == CANNOT_BE_USED
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    return line


def test_starts_count_from_the_beginning_of_each_block(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """09:15 and 10:15 by the wall in Berlin, not the full hours; and blocks that touch are one."""
    case = {**HOUR, "weekly": {"mon": [["09:15", "10:30"], ["10:30", "11:20"], ["13:00", "14:00"]]}}
    assert starts(tmp_path, capsys, case) == ["2026-03-30T07:15:00Z", "2026-03-30T08:15:00Z", "2026-03-30T11:00:00Z"]


def test_notice_means_the_next_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At 07:50 with half an hour of notice the first start is 09:00 in UTC, not 08:20."""
    case = {**HOUR, "zone": "UTC", "now": "2026-03-30T07:50:00Z", "notice_minutes": 30}
    case["weekly"] = {"mon": [["08:00", "11:00"]]}
    assert starts(tmp_path, capsys, case) == ["2026-03-30T09:00:00Z", "2026-03-30T10:00:00Z"]


def test_buffers_keep_time_free_but_need_not_be_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten minutes before the block may be closed; ten minutes into something else may not be."""
    case = {**HOUR, "zone": "UTC", "buffer_before_minutes": 10, "weekly": {"mon": [["08:00", "11:00"]]}}
    case["busy"] = [["2026-03-30T07:00:00Z", "2026-03-30T07:50:00Z"], ["2026-03-30T08:30:00Z", "2026-03-30T08:51:00Z"]]
    assert starts(tmp_path, capsys, case) == ["2026-03-30T10:00:00Z"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-29", ["00:00", "01:00"]),
        ("2026-10-25", ["23:00", "00:00", "01:00", "02:00"]),
    ],
)
def test_an_hour_that_is_jumped_over_is_none_and_one_shown_twice_is_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], day: str, expected: list[str]
) -> None:
    """From 01:00 to 04:00 by the wall are two hours in spring and four in autumn."""
    case = {**HOUR, "from": f"{day[:-2]}{int(day[-2:]) - 1}T12:00:00Z", "to": f"{day}T12:00:00Z"}
    case["exceptions"] = {day: [["01:00", "04:00"]]}
    assert [one[11:16] for one in starts(tmp_path, capsys, case)] == expected


def test_an_exception_holds_in_place_of_the_week(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Other hours, or none."""
    case = {**HOUR, "zone": "UTC", "weekly": {"mon": [["08:00", "11:00"]]}}
    assert starts(tmp_path, capsys, {**case, "exceptions": {"2026-03-30": []}}) == []
    late = {**case, "exceptions": {"2026-03-30": [["22:30", "24:00"]]}}
    assert starts(tmp_path, capsys, late) == ["2026-03-30T22:30:00Z"]


def test_ranges_are_open_at_these_instants(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counted from their beginning, also beyond midnight and over several days; exceptions hold there, too."""
    case = {**HOUR, "length_minutes": 50, "ranges": [["2026-03-28T07:20:00Z", "2026-03-30T03:00:00Z"]]}
    assert starts(tmp_path, capsys, case) == ["2026-03-30T00:10:00Z", "2026-03-30T01:00:00Z", "2026-03-30T01:50:00Z"]
    closed = {**case, "exceptions": {"2026-03-30": [["04:00", "05:00"]]}}
    assert starts(tmp_path, capsys, closed) == ["2026-03-30T02:00:00Z"]


def test_what_is_refused_is_said_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Among the others, in the order of time."""
    case = {**HOUR, "zone": "UTC", "now": "2026-03-30T08:30:00Z", "notice_minutes": 60}
    case |= {"weekly": {"mon": [["08:00", "12:30"]]}, "busy": [["2026-03-30T10:59:00Z", "2026-03-30T11:00:00Z"]]}
    told = [one.partition(":00Z ")[2].partition(":")[0] for one in starts(tmp_path, capsys, case, "--why")]
    assert told == ["past", "too_soon", "taken", "", "closed"]
    assert starts(tmp_path, capsys, case) == ["2026-03-30T11:00:00Z"]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"zone": "Europe/Münster"}, "zone"),
        ({"to": "2026-03-29T00:00:00Z"}, "to"),
        ({"to": "2046-03-29T00:00:00Z"}, "to"),
        ({"from": "2026-03-30T00:00:00"}, "from"),
        ({"length_minutes": 0}, "length_minutes"),
        ({"length_minutes": "60"}, "length_minutes"),
        ({"step_minutes": -5}, "step_minutes"),
        ({"notice_minutes": 10**30}, "notice_minutes"),
        ({"weekly": {"mo": []}}, "weekly"),
        ({"weekly": {"mon": [["17:00", "09:00"]]}}, "weekly.mon[0]"),
        ({"weekly": {"mon": [["09:00", "24:01"]]}}, "weekly.mon[0]"),
        ({"exceptions": {"2026-02-30": []}}, "exceptions"),
        ({"exceptions": {"2026-03-30": [["9", "10"]]}}, "exceptions.2026-03-30[0]"),
        ({"busy": [["2026-03-30T11:00:00Z", "2026-03-30T10:00:00Z"]]}, "busy[0]"),
        ({"ranges": [["2026-03-30T11:00:00Z"]]}, "ranges"),
        ({"weekly": {"mon": []}, "ranges": [["2026-03-30T09:00:00Z", "2026-03-30T10:00:00Z"]]}, "ranges"),
        ({"room": 1}, "room"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, Any], named: str
) -> None:
    """In one sentence."""
    assert named in refusal(tmp_path, capsys, json.dumps({**HOUR, **changed}))


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, '{"from": 1,\n]'])
def test_what_is_no_calendar_at_all_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """Whatever it is."""
    assert refusal(tmp_path, capsys, text).startswith("sprechraum: ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what the system says of it."""
    assert main(["slots", "explain", str(tmp_path / "none.json")]) == CANNOT_BE_USED
    assert "none.json" in capsys.readouterr().err
