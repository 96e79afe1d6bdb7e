"""What is printed: how many, how fast, and how long one of them takes."""

import json
import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from math import ceil
from typing import Final

MILLI: Final = 1000
BAR_HEADINGS: Final = ("what", "bar s", "aim s", "took s", "")
HEADINGS: Final = ("what", "count", "per second", "p50 ms", "p95 ms", "p99 ms")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. The percentiles are in milliseconds."""

    what: str
    count: int
    seconds: float
    p50: float
    p95: float
    p99: float

    @property
    def rate(self) -> float:
        """How many a second."""
        return self.count / self.seconds


@dataclass(frozen=True, slots=True)
class Bar:
    """How long something took (the median), how long it may take, and what we aim at; all in seconds."""

    what: str
    took: float
    bar: float
    aim: float

    @property
    def word(self) -> str:
        """What the figure is worth; on a machine that does something else besides, not much."""
        return "aim" if self.took <= self.aim else "held" if self.took <= self.bar else "MISSED"


@dataclass(slots=True)
class Outcome:
    """The figures of one part, and what was counted but did not happen: a single one makes all figures worthless."""

    figures: list[Figure] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Takes over what another part found."""
        self.figures += other.figures
        self.bars += other.bars
        self.lost += other.lost


def figure(what: str, took: Iterable[float], seconds: float) -> Figure:
    """A line from the seconds that each one took, and the seconds that all took together."""
    ordered = sorted(took)
    p50, p95, p99 = (MILLI * percentile(ordered, share) for share in (50, 95, 99))
    return Figure(what, len(ordered), seconds, p50, p95, p99)


def percentile(ordered: Sequence[float], share: int) -> float:
    """The smallest value that is not exceeded by `share` in a hundred (nearest rank)."""
    return ordered[max(ceil(share / 100 * len(ordered)), 1) - 1] if ordered else float("nan")


def machine() -> str:
    """Figures of different machines do not compare, so each table says where it is from."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def table(figures: Sequence[Figure]) -> str:
    """Columns for eyes."""
    return _columns([HEADINGS, *(_cells(one) for one in figures)])


def bars_table(bars: Sequence[Bar]) -> str:
    """What must not take longer than it may."""
    return _columns(
        [BAR_HEADINGS, *((one.what, *(_s(s) for s in (one.bar, one.aim, one.took)), one.word) for one in bars)]
    )


def _s(seconds: float) -> str:
    return f"{seconds:.3f}"


def _columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        f"{row[0]:<{widths[0]}}"
        + "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in rows
    )


def as_json(outcome: Outcome) -> str:
    """The same for programs."""
    figures = [asdict(one) | {"rate": one.rate} for one in outcome.figures]
    bars = [asdict(one) | {"held": one.took <= one.bar} for one in outcome.bars]
    return json.dumps({"machine": machine(), "figures": figures, "bars": bars, "lost": outcome.lost}, indent=1)


def _cells(one: Figure) -> tuple[str, ...]:
    return one.what, str(one.count), f"{one.rate:.1f}", f"{one.p50:.1f}", f"{one.p95:.1f}", f"{one.p99:.1f}"
