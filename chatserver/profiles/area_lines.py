"""Postal codes as coordinators write or paste them: a line for each range, and the topic behind it if it is for one."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from chatserver.agencies.area_lists import COLUMNS
from chatserver.agencies.model import Area, check_postal_code
from chatserver.agencies.topics import TOPICS
from chatserver.errors import PostalCodeInvalid
from chatserver.profiles.wire import Fault

# "48143", "48143-48167", "48143 - 48167 debt", and out of a spreadsheet "48143;48167;debt" or "debt;48143;48167".
_ONE: Final = r"[0-9]+"
# Pasted ranges often have the dash that typesetters use.
_APART: Final = r"\s*[-\u2013;,\t]\s*"
_CODES_FIRST: Final = re.compile(rf"({_ONE})(?:{_APART}({_ONE}))?(?:\s*[;,:\t ]\s*([^0-9;,]*))?\Z")
_TOPIC_FIRST: Final = re.compile(rf"([^0-9;,]*)[;,\t]\s*({_ONE}){_APART}({_ONE})\Z")
_NAMES: Final = {word.casefold(): one.code for one in TOPICS for word in (one.code, one.de.name, one.en.name)}


def area_line(area: Area) -> str:
    """A range as it stands in its line."""
    codes = area.first if area.first == area.last else f"{area.first}-{area.last}"
    return codes if area.topic is None else f"{codes} {area.topic}"


def areas_in(lines: Sequence[str], topics: set[str], faults: list[Fault]) -> list[Area]:
    """The ranges of all lines that say something; what is wrong with the others is added to the faults.

    `topics`: those that the agency offers. Topics are known by code and by name, in both languages.
    """
    found: list[tuple[int, Area]] = []
    for number, line in enumerate(lines, 1):
        text = line.strip().strip("\ufeff").rstrip(";,")
        if not text or (number == 1 and not any(one.isdigit() for one in text) and COLUMNS[-1] in text):
            continue
        area = _area(text, topics, number, faults)
        if area is not None:
            found.append((number, area))
    _note_overlaps(found, faults)
    return [area for _, area in found]


def _area(text: str, topics: set[str], number: int, faults: list[Fault]) -> Area | None:
    first, last, word = _parts(text)
    topic = _NAMES.get(word.casefold()) if word else None
    if not first or any(not _is_code(one) for one in (first, last)):
        words = f"Line {number}: {text!r} is no German postal code and no range such as 48143-48167."
        faults.append(Fault("areas", "area_unreadable", words, number))
    elif first > last:
        words = f"Line {number}: {first}-{last} ends before it begins."
        faults.append(Fault("areas", "area_reversed", words, number))
    elif word and topic not in topics:
        words = f"Line {number}: {word!r} is none of the topics that this agency offers."
        faults.append(Fault("areas", "area_topic", words, number))
    else:
        return Area(first, last, topic)
    return None


def _parts(text: str) -> tuple[str, str, str]:
    """First and last code and the word for the topic; nothing where the line has no such form."""
    read = _TOPIC_FIRST.match(text)
    if read is not None:
        return read[2], read[3], read[1].strip()
    read = _CODES_FIRST.match(text)
    if read is None:
        return "", "", ""
    return read[1], read[2] or read[1], (read[3] or "").strip()


def _is_code(text: str) -> bool:
    try:
        check_postal_code(text)
    except PostalCodeInvalid:
        return False
    return True


def _note_overlaps(found: Iterable[tuple[int, Area]], faults: list[Fault]) -> None:
    furthest: dict[str | None, tuple[int, Area]] = {}
    for number, area in sorted(found, key=lambda one: (one[1].first, one[0])):
        line, before = furthest.get(area.topic, (0, area))
        if line and area.first <= before.last:
            words = f"Line {number} overlaps line {line} ({area_line(before)})."
            faults.append(Fault("areas", "area_overlaps", words, number, line))
        if not line or area.last > before.last:
            furthest[area.topic] = (number, area)
