"""What travels to those who see to it that promises are kept. Nothing here names a client."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from chatserver.wire.types import HexId, TopicCode

StepKind = Literal[
    "opened",
    "taken",
    "unattended",
    "reminded",
    "escalated",
    "warned",
    "help_offered",
    "help_called",
    "breached",
    "handed_on",
    "inherited",
    "answered_elsewhere",
    "contested",
    "answered",
    "needs_no_answer",
    "closed",
    "waived",
    "put_back",
    "superseded",
]


class ReadBoard(Struct, forbid_unknown_fields=True):
    pass


class BoardStep(Struct):
    """Something that happened to a promise."""

    kind: StepKind
    at: datetime


class WaitingPromise(Struct):
    """Somebody who waits. `new`: nobody has taken it; `asked`: the colleague who was asked to take it.

    `gone`: why its counsellor does not answer now. `standby`: whether a colleague may step in.
    """

    room: HexId
    topic: TopicCode
    new: bool
    counsellor: HexId | None
    counsellor_name: str | None
    gone: Literal["away", "left"] | None
    asked: HexId | None
    asked_name: str | None
    standby: bool
    waiting_since: datetime
    due_at: datetime
    at_risk: bool
    breached: bool
    contested: bool
    steps: list[BoardStep]


class BrokenPromise(Struct):
    """A promise that was broken, and its story. `running`: nobody has answered yet."""

    topic: TopicCode
    counsellor_name: str | None
    waiting_since: datetime
    due_at: datetime
    breached_at: datetime
    running: bool
    steps: list[BoardStep]


class Assignee(Struct):
    """A colleague on duty who can be asked."""

    account: HexId
    name: str
    away: bool


class Board(Struct):
    """`waiting` and `at_risk`: now; `kept` of `promised`: this month, by the agency's wall clock, as far as sealed.

    `lines`: the least time left first. `broken`: of the last 30 days, the newest first.
    """

    server_time: datetime
    waiting: int
    at_risk: int
    kept: int
    promised: int
    lines: list[WaitingPromise]
    broken: list[BrokenPromise]
    colleagues: list[Assignee]


class ReadForecast(Struct, forbid_unknown_fields=True):
    pass


class ForecastDay(Struct):
    """`known`: promises that run out that day; `expected`: those that usually come besides.

    `replies`: how many are usually written; null while too few such weekdays are known. `short`: how many more have
    run out by the end of that day than could be answered until then, if all goes as usual.
    """

    day: str
    known: int
    expected: int
    replies: int | None
    short: int


class TopicForecast(Struct):
    topic: TopicCode
    days: list[ForecastDay]


class Forecast(Struct):
    """Seven days from today on, by the agency's wall clock. `enough`: enough has been answered to tell.

    `short_on`: the first day at whose end promises would be broken if all goes as usual.
    """

    zone: str
    enough: bool
    short_on: str | None
    total: list[ForecastDay]
    topics: list[TopicForecast]
