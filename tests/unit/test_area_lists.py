"""Areas as a table that people edit: what comes out goes in again, and each wrong line is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chatserver.agencies.area_lists import AreasInvalid, areas_as_csv, areas_from_csv
from chatserver.agencies.model import Area

OFFERED = {"Anker": {"addiction", "debt"}, "=HYPERLINK(1)": {"debt"}, "Haus, am Wehr": set[str]()}
HEADING = "agency,topic,first,last\n"


def test_what_was_exported_is_imported_as_it_was() -> None:
    """Also names with a comma, and those that a spreadsheet would calculate (CWE-1236)."""
    served = {
        "Anker": [Area("48143", "48167"), Area("48143", "48143", "debt")],
        "=HYPERLINK(1)": [Area("01067", "01067", "debt")],
        "Haus, am Wehr": [Area("01001", "99998")],
    }
    text = areas_as_csv(served)
    assert text.splitlines()[1:4] == [
        "Anker,,48143,48167",
        "Anker,debt,48143,48143",
        "'=HYPERLINK(1),debt,01067,01067",
    ]
    assert areas_from_csv(text, OFFERED) == served


def test_a_spreadsheets_own_ways_are_understood() -> None:
    """A byte order mark, semicolons, spaces, empty lines, Windows line ends."""
    text = "\ufeffagency;topic;first;last\r\n Anker ; debt;48143 ;48167\r\n\r\n;;;\r\n"
    assert areas_from_csv(text, OFFERED) == {"Anker": [Area("48143", "48167", "debt")]}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Anker,,48143", "line 2: 3 columns instead of 4."),
        ("Nirgends,,48143,48167", "line 2: there is no agency 'Nirgends'."),
        ("Anker,weather,48143,48167", "line 2: Anker does not offer 'weather'."),
        ("Anker,,1067,01067", "line 2: '1067' is no German postal code."),
        ("Anker,,48143,x", "line 2: 'x' is no German postal code."),
        ("Anker,,٤٨١٤٣,48167", "line 2: '٤٨١٤٣' is no German postal code."),
        ("Anker,,48167,48143", "line 2: 48167-48143 ends before it begins."),
        ('Anker,,"48143,48167', "line 2: this is no CSV (unexpected end of data)."),
        ("", "line 1: there is no range in this list."),
    ],
)
def test_a_wrong_line_is_named(line: str, fault: str) -> None:
    """With its number, in words."""
    with pytest.raises(AreasInvalid) as refused:
        areas_from_csv(HEADING + line, OFFERED)
    assert refused.value.faults == [fault]


def test_every_fault_is_told_at_once() -> None:
    """Nobody mends a list line by line; overlaps count within an agency and a topic only."""
    lines = [
        "Anker,,48143,48167",
        "Anker,debt,48143,48167",
        "Anker,,48160,48170",
        "Weg,,48143,48143",
        "Anker,,48161,48161",
    ]
    with pytest.raises(AreasInvalid) as refused:
        areas_from_csv(HEADING + "\n".join(lines), OFFERED)
    assert refused.value.faults == [
        "line 5: there is no agency 'Weg'.",
        "line 4: 48160-48170 overlaps line 2 (48143-48167).",
        "line 6: 48161-48161 overlaps line 4 (48160-48170).",
    ]


@pytest.mark.parametrize("heading", ["", "first,last\n", "agency,topic,first\n", "\x00"])
def test_another_heading_is_another_list(heading: str) -> None:
    """Columns that changed places would send people to the wrong agency."""
    with pytest.raises(AreasInvalid, match="line 1"):
        areas_from_csv(heading, OFFERED)


def test_a_list_has_an_end() -> None:
    """In lines and in bytes."""
    with pytest.raises(AreasInvalid, match="more than 50000 lines"):
        areas_from_csv(HEADING + "\n" * 50_000 + "Anker,,48143,48143\n", OFFERED)
    with pytest.raises(AreasInvalid, match="more than 4 MB"):
        areas_from_csv("x" * (4 * 2**20 + 1), OFFERED)


@given(some.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    """It is a list, or it is refused."""
    try:
        areas_from_csv(text, OFFERED)
    except AreasInvalid as refused:
        told = refused.faults
    else:
        told = ["a list"]
    assert told
