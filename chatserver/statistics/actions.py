"""The statistics: worked out at most once a minute, and each month only when something more was counted in it."""

import asyncio
import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from typing import Final

from chatserver.agencies.topics import TOPICS
from chatserver.deps import Asker, Deps, look
from chatserver.spreadsheets import cell
from chatserver.statistics import store
from chatserver.statistics.hiding import SMALLEST
from chatserver.statistics.model import (
    YEAR,
    Figures,
    Month,
    change,
    month_of,
    months_until,
    newest_month,
    next_at,
    year_of,
)
from chatserver.statistics.wire import (
    AgencyFigures,
    MonthFigures,
    ReadStatistics,
    Statistics,
    TopicFigures,
    YearFigures,
)

KEPT_FOR: Final = timedelta(minutes=1)
_COLUMNS: Final = tuple(MonthFigures.__struct_fields__)


@dataclass(frozen=True, slots=True)
class Worked:
    """What was worked out last. `months`: by month and by how much had been counted in it."""

    statistics: Statistics
    agencies: Sequence[tuple[str, str]] = ()
    months: Mapping[tuple[str, int], Month] = field(default_factory=dict)


async def read_statistics(deps: Deps, asker: Asker | None, command: ReadStatistics) -> Statistics:
    """How the promises of all agencies were kept. The same for everybody."""
    return (await _worked(deps)).statistics


async def read_statistics_as_csv(deps: Deps, asker: Asker | None, command: ReadStatistics) -> bytes:
    """The same months as a table (RFC 4180), without anything that a spreadsheet would take for a formula."""
    return as_csv((await _worked(deps)).statistics)


async def _worked(deps: Deps) -> Worked:
    now = deps.now()

    async def work_out(before: Worked | None) -> Worked:
        return await _work_out(deps, now, before)

    return await deps.kept.answer("statistics", now, KEPT_FOR, work_out)


async def _work_out(deps: Deps, now: datetime, before: Worked | None) -> Worked:
    until, topics = newest_month(now), [one.code for one in TOPICS]
    async with look(deps) as db:
        agencies = await store.counted_agencies(db)
        ids = [one for one, _ in agencies]
        counted = await store.months_counted(db, ids, until)
        known = before.months if before is not None and before.agencies == agencies else {}
        months: dict[tuple[str, int], Month] = {}
        for name in months_until(min(counted), until) if counted else ():
            key = (name, counted.get(name, 0))
            if key in known:
                months[key] = known[key]
                continue
            counts = await store.counts_of(db, name)
            # Beside everybody else: after a start there are two years of them.
            months[key] = await asyncio.to_thread(month_of, name, counts, topics=topics, agencies=ids)
    return Worked(_told(list(months.values()), agencies, next_at(now)), agencies, months)


def _told(months: Sequence[Month], agencies: Sequence[tuple[str, str]], following: datetime) -> Statistics:
    topics = [one.code for one in TOPICS]
    return Statistics(
        next_at=following,
        smallest=SMALLEST,
        year=_year(months),
        site=_line([(one.month, one.site) for one in months]),
        topics=[TopicFigures(code, _line([(one.month, one.topics[code]) for one in months])) for code in topics],
        agencies=[
            AgencyFigures(code, name, _line([(one.month, one.agencies[code]) for one in months]))
            for code, name in agencies
        ],
    )


def _line(months: Sequence[tuple[str, Figures]]) -> list[MonthFigures]:
    earlier = [None, *(figures for _, figures in months)]
    return [
        MonthFigures(
            month=month,
            promises=one.promises,
            kept=one.kept,
            median_minutes=one.median,
            p95_minutes=one.p95,
            first_enquiries=one.first,
            first_enquiries_change=change(one.first, before.first if before else None),
            live=one.live,
            contested=one.contested,
            waived=one.waived,
        )
        for (month, one), before in zip(months, earlier, strict=False)
    ]


def _year(months: Sequence[Month]) -> YearFigures:
    span = year_of(months)
    return YearFigures(
        months=min(len(months), YEAR),
        promises=span.figures.promises,
        kept=span.figures.kept,
        median_minutes=span.figures.median,
        p95_minutes=span.figures.p95,
        first_enquiries=span.figures.first,
        first_enquiries_change=change(span.figures.first, span.first_before),
    )


def as_csv(told: Statistics) -> bytes:
    """A line for each month of the site, of each topic and of each agency. An empty cell is one that is not shown."""
    written = StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(("of", "name", *_COLUMNS))
    groups = [("site", "", told.site)]
    groups += [("topic", one.topic, one.months) for one in told.topics]
    groups += [("agency", one.name, one.months) for one in told.agencies]
    for of, name, months in groups:
        lines.writerows((of, cell(name), *(getattr(month, column) for column in _COLUMNS)) for month in months)
    return written.getvalue().encode()
