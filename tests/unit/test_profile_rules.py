"""Profiles as coordinators write them: what is read, and each thing that does not fit with its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chatserver.agencies.model import Area
from chatserver.profiles.area_lines import area_line, areas_in
from chatserver.profiles.files import FileInvalid, Settings, settings_as_text, settings_in
from chatserver.profiles.judging import judge
from chatserver.profiles.wire import Fault, Profile
from chatserver.terms.wire import WantedTerms

FINE = Profile(
    about_de="Für alle.",
    about_en="For all.",
    address="",
    phone="",
    topics=["addiction", "debt"],
    areas=["48143-48167"],
)
FILE = Settings("Haus am Wehr", FINE, WantedTerms(land="NW", languages=["de", "gsg"]))


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"about_de": " "}, ("about_de", "text_missing", None, None)),
        ({"phone": "0251\x07"}, ("phone", "text_odd", None, None)),
        ({"topics": ["debt", "weather"]}, ("topics", "topic_unknown", 2, None)),
        ({"topics": []}, ("topics", "topics_none", None, None)),
        ({"areas": ["", "48167-48143"]}, ("areas", "area_reversed", 2, None)),
        ({"areas": ["48143-48167", "10115", "48150-48200"]}, ("areas", "area_overlaps", 3, 1)),
        ({"areas": ["48143-48167", "48150", "48160"]}, ("areas", "area_overlaps", 2, 1)),
        ({"areas": ["4814x"]}, ("areas", "area_unreadable", 1, None)),
        ({"areas": ["00000-99999"]}, ("areas", "area_unreadable", 1, None)),
        ({"areas": ["48143-48167 grief"]}, ("areas", "area_topic", 1, None)),
        ({"areas": ["٤٨١٤٣"]}, ("areas", "area_unreadable", 1, None)),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(
    changed: dict[str, Any], fault: tuple[str, str, int | None, int | None]
) -> None:
    """It comes first; what fits has none."""
    faults = judge(replace(FINE, **changed), fallback=False).faults
    assert next((one.field, one.code, one.line, one.other) for one in faults) == fault
    assert judge(FINE, fallback=False).faults == []


def test_the_agency_for_the_rest_may_offer_no_topic() -> None:
    """It answers whatever nobody else does."""
    assert judge(replace(FINE, topics=[]), fallback=True).faults == []


@pytest.mark.parametrize(
    ("line", "area"),
    [
        ("48143", Area("48143", "48143")),
        (" 48143 - 48167 ", Area("48143", "48167")),
        ("48143–48167 Schulden", Area("48143", "48167", "debt")),
        ("48143;48167;", Area("48143", "48167")),
        ("48143;48167;debt", Area("48143", "48167", "debt")),
        ("debt;48143;48167", Area("48143", "48167", "debt")),
        (",48143,48167", Area("48143", "48167")),
        ("48143\t48167\taddiction", Area("48143", "48167", "addiction")),
        ("48143 DEBT", Area("48143", "48143", "debt")),
    ],
)
def test_a_line_is_read_as_people_write_it_or_a_spreadsheet_has_it(line: str, area: Area) -> None:
    """With a dash, the dash of typesetters, commas, semicolons or tabs; the topic by its code or its name."""
    found: list[Fault] = []
    assert (areas_in([line], {"debt", "addiction"}, found), found) == ([area], [])


@given(st.text(max_size=60))
def test_no_line_is_read_as_something_that_it_is_not(line: str) -> None:
    """Whatever it holds: a range that serves, nothing, or a fault."""
    found: list[Fault] = []
    for area in areas_in([line], {"debt"}, found):
        assert area.first <= area.last
        assert areas_in([area_line(area)], {"debt"}, found) == [area]


def test_a_file_is_read_as_it_was_written() -> None:
    """And a person can edit it."""
    text = settings_as_text(FILE)
    assert settings_in(text) == FILE
    assert '\n    "land": "NW"' in text


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (lambda text: text.replace('"land": "NW"', '"land" "NW"'), "line "),
        (lambda text: text.replace('"promised_hours": 48', '"promised_hours": "48"'), "$.terms.promised_hours"),
        (lambda text: text.replace('"promised_hours": 48', '"promised_hours": 49'), "$.terms.promised_hours"),
        (lambda text: text.replace('"land": "NW"', '"lande": "NW"'), "lande"),
        (lambda _: "[" * 70_000, "too deep"),
        (lambda _: " " * 2_000_000, "MB"),
    ],
)
def test_a_file_that_is_wrong_says_where(broken: Any, named: str) -> None:
    """By line where it is no JSON, by field where it is."""
    with pytest.raises(FileInvalid) as reason:
        settings_in(broken(settings_as_text(FILE)))
    assert named in str(reason.value)
