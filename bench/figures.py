"""One frame for all that is measured: a value, what it must be, and what we aim at."""

import json
import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any, Final

MILLI: Final = 1000
HEADINGS: Final = ("what", "value", "unit", "must", "aim", "")
LATEST: Final = Path(__file__).parent / "results" / "latest.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line. `value` is None where nothing could be measured because it fell too short.

    `more`: more is better, and `must` is the least that will do; otherwise it is the most.
    """

    name: str
    value: float | None
    unit: str
    must: float | None = None
    aim: float | None = None
    more: bool = False

    @property
    def holds(self) -> bool:
        """Whether it is as it must be; where nothing is demanded, it is."""
        return self.must is None or self._reaches(self.must)

    @property
    def word(self) -> str:
        """What the figure is worth; on a machine that does something else besides, not much."""
        if self.must is None:
            return ""
        if self.aim is not None and self._reaches(self.aim):
            return "aim"
        return "holds" if self.holds else "MISSED"

    def _reaches(self, bar: float) -> bool:
        if self.value is None:
            return False
        return self.value >= bar if self.more else self.value <= bar

    def as_json(self) -> dict[str, Any]:
        """For the list of results."""
        names = ("name", "value", "unit", "must", "aim", "holds")
        return {one: getattr(self, one) for one in names}


def bar(name: str, seconds: float, must: float, aim: float) -> Figure:
    """How long something took (the median), and how long it may take."""
    return Figure(name, seconds, "s", must, aim)


@dataclass(slots=True)
class Outcome:
    """The figures of one part, and what was counted but did not happen: a single one makes all figures worthless.

    `notes` are sentences about the measuring itself, such as which side was the bottleneck.
    """

    figures: list[Figure] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Takes over what another part found."""
        self.figures += other.figures
        self.lost += other.lost
        self.notes += other.notes

    @property
    def missed(self) -> list[str]:
        """The names of all figures that fall short of what they must be."""
        return [one.name for one in self.figures if not one.holds]


def spread(what: str, took: Iterable[float], seconds: float) -> list[Figure]:
    """Rate and percentiles, from the seconds that each one took and the seconds that all took together."""
    ordered = sorted(took)
    percentiles = [
        Figure(f"{what}, p{share}", MILLI * percentile(ordered, share) if ordered else None, "ms") for share in (50, 99)
    ]
    return [Figure(what, len(ordered) / seconds, "a second"), *percentiles]


def percentile(ordered: Sequence[float], share: int) -> float:
    """The smallest value that is not exceeded by `share` in a hundred (nearest rank)."""
    return ordered[max(ceil(share / 100 * len(ordered)), 1) - 1] if ordered else float("nan")


def machine() -> str:
    """Figures of different machines do not compare, so each table says where it is from, and what else went on."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, load {os.getloadavg()[0]:.1f}"
    )


def table(figures: Sequence[Figure]) -> str:
    """Columns for eyes."""
    rows = [HEADINGS, *(_cells(one) for one in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    left = (0, 2)
    return "\n".join(
        "  ".join(
            f"{cell:<{width}}" if column in left else f"{cell:>{width}}"
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _cells(one: Figure) -> tuple[str, ...]:
    return one.name, _plain(one.value), one.unit, _plain(one.must), _plain(one.aim), one.word


def _plain(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= MILLI else f"{value:.4g}"


def keep(figures: Sequence[Figure], path: Path = LATEST) -> None:
    """Writes the list for programs. A part that was measured alone replaces its own figures and leaves the others."""
    fresh = {one.name: one.as_json() for one in figures}
    known = json.loads(path.read_text("utf-8")) if path.exists() else []
    kept = [fresh.pop(one["name"], one) for one in known]
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps([*kept, *fresh.values()], indent=1) + "\n", "utf-8")
