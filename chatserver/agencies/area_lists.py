"""Which agency serves which postal codes, as a table that people edit in a spreadsheet: CSV, a line for each range."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from chatserver.agencies.model import Area, check_postal_code
from chatserver.errors import PostalCodeInvalid

COLUMNS: Final = ("agency", "topic", "first", "last")
# A spreadsheet takes what begins so for a formula (CWE-1236).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_MOST_LINES: Final = 50_000
_LONGEST: Final = 4 * 1024 * 1024


class AreasInvalid(Exception):  # noqa: N818  named by what is the case
    """A list that cannot be used. `faults`: a sentence for each line that is wrong, in the order of the lines."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class _Fault(Exception):  # noqa: N818  named by what is the case
    """What is wrong with one line."""


def areas_as_csv(served: Mapping[str, Iterable[Area]]) -> str:
    """The list, with a heading; an agency that serves nothing has no line. Formulas are made harmless."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(COLUMNS)
    for name, areas in served.items():
        lines.writerows((_harmless(name), area.topic or "", area.first, area.last) for area in areas)
    return text.getvalue()


def areas_from_csv(text: str, offered: Mapping[str, set[str]]) -> dict[str, list[Area]]:
    """What each agency named in the list serves from now on. `offered`: the topics of each agency that there is.

    Raises AreasInvalid with every fault: an unknown agency or topic, a code that is none, a range that is reversed or
    overlaps an earlier one of the same agency and topic.
    """
    if len(text) > _LONGEST:
        raise AreasInvalid([f"The list has more than {_LONGEST // 2**20} MB."])
    faults: list[str] = []
    served: dict[str, list[tuple[int, Area]]] = {}
    for number, fields in _lines(text, faults):
        try:
            name, area = _line(fields, offered)
        except _Fault as fault:
            faults.append(f"line {number}: {fault}")
        else:
            served.setdefault(name, []).append((number, area))
    for listed in served.values():
        faults.extend(_overlaps(listed))
    if not served and not faults:
        faults.append("line 1: there is no range in this list.")
    if faults:
        raise AreasInvalid(faults)
    return {name: [area for _, area in listed] for name, listed in served.items()}


def _lines(text: str, faults: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines that say something, with their numbers; a German spreadsheet separates by semicolons."""
    text = text.removeprefix("\ufeff")
    heading = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in heading else ",", strict=True)
    try:
        for fields in reader:
            number, tidy = reader.line_num, [field.strip() for field in fields]
            if number > _MOST_LINES:
                faults.append(f"line {number}: the list has more than {_MOST_LINES} lines.")
                return
            if number == 1:
                if tuple(tidy) != COLUMNS:
                    faults.append(f"line 1: the heading must be {','.join(COLUMNS)}.")
                    return
            elif any(tidy):
                yield number, tidy
    except csv.Error as reason:
        faults.append(f"line {reader.line_num}: this is no CSV ({reason}).")


def _line(fields: list[str], offered: Mapping[str, set[str]]) -> tuple[str, Area]:
    """The agency and its range. Raises _Fault."""
    if len(fields) != len(COLUMNS):
        raise _Fault(f"{len(fields)} columns instead of {len(COLUMNS)}.")
    name, topic, first, last = fields
    name = name.removeprefix("'") if name.startswith(tuple(f"'{one}" for one in _FORMULA)) else name
    if name not in offered:
        raise _Fault(f"there is no agency {name!r}.")
    if topic and topic not in offered[name]:
        raise _Fault(f"{name} does not offer {topic!r}.")
    for code in (first, last):
        try:
            check_postal_code(code)
        except PostalCodeInvalid:
            raise _Fault(f"{code!r} is no German postal code.") from None
    if first > last:
        raise _Fault(f"{first}-{last} ends before it begins.")
    return name, Area(first, last, topic or None)


def _overlaps(listed: Iterable[tuple[int, Area]]) -> Iterator[str]:
    """A sentence for each range of one agency that overlaps another of the same topic."""
    furthest: dict[str | None, tuple[int, Area]] = {}
    for number, area in sorted(listed, key=lambda one: (one[1].first, one[0])):
        before = furthest.get(area.topic)
        if before is not None and area.first <= before[1].last:
            line, earlier = before
            yield f"line {number}: {area.first}-{area.last} overlaps line {line} ({earlier.first}-{earlier.last})."
        if before is None or area.last > before[1].last:
            furthest[area.topic] = (number, area)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
