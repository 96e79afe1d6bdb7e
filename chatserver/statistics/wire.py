"""What everybody may read of how promises are kept."""

from datetime import datetime

from msgspec import Struct

from chatserver.wire.types import HexId, TopicCode


class ReadStatistics(Struct, forbid_unknown_fields=True):
    pass


class MonthFigures(Struct):
    """One month ("2026-11"). What is none is too little to be shown, or would give away what is.

    `promises`: those that were answered in time, `kept`, or broken in this month. `median_minutes`, `p95_minutes`: so
    long half, and 95 of a hundred, of the replies of this month took at most. `first_enquiries`: people who wrote for
    the first time, and the change against the month before in percent. `live`: promises that were given and kept within
    a live chat; they are in none of the others.
    """

    month: str
    promises: int | None
    kept: int | None
    median_minutes: int | None
    p95_minutes: int | None
    first_enquiries: int | None
    first_enquiries_change: int | None
    live: int | None
    contested: int | None
    waived: int | None


class YearFigures(Struct):
    """The newest twelve months together, as far as they are shown, and the first enquiries against those before."""

    months: int
    promises: int | None
    kept: int | None
    median_minutes: int | None
    p95_minutes: int | None
    first_enquiries: int | None
    first_enquiries_change: int | None


class TopicFigures(Struct):
    topic: TopicCode
    months: list[MonthFigures]


class AgencyFigures(Struct):
    agency: HexId
    name: str
    months: list[MonthFigures]


class Statistics(Struct):
    """Months that are over, the oldest first, at most 24. `next_at`: when one more will be shown.

    `smallest`: no group of fewer is shown, nor could it be found by subtracting.
    """

    next_at: datetime
    smallest: int
    year: YearFigures
    site: list[MonthFigures]
    topics: list[TopicFigures]
    agencies: list[AgencyFigures]
