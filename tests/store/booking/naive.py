"""Reservations once more, as naively as possible: a list of rows, and for each deed what it does to them.

Nothing of booking/ decides here. Miriam and Jonas see people on that Monday at nine, ten and eleven, an hour is kept
for each, and each of them has two chats a day at most.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tests.store.booking.practice import CHAT, ELEVEN, MINUTE, NINE, TEN

MORNING = (NINE, TEN, ELEVEN)
HOUR = timedelta(hours=1)
MOST_PER_DAY = 2


class Deed(NamedTuple):
    """`target`: the reservation that it is about, if it is about one; `name`: of what comes of it."""

    verb: str
    client: str
    counsellor: str
    starts_at: datetime
    target: str
    name: str


@dataclass
class Row:
    name: str
    counsellor: str
    client: str
    starts_at: datetime
    state: str
    expires_at: datetime | None = None
    extended: bool = False

    def keeps(self, now: datetime) -> bool:
        return self.state == "booked" or (
            self.state == "held" and self.expires_at is not None and self.expires_at > now
        )


@dataclass
class InLine:
    client: str
    counsellor: str
    offered: str | None = None
    offered_start: datetime | None = None
    offered_at: datetime | None = None


class Refused(Exception):  # noqa: N818
    pass


@dataclass
class Naive:
    """All that there is. `line`: in the order in which they came."""

    rows: list[Row] = field(default_factory=list)
    line: list[InLine] = field(default_factory=list)

    def after(self, deed: Deed, now: datetime) -> tuple[bool, "Naive"]:
        """Whether it succeeds, and what is there then; a refusal changes nothing."""
        then = deepcopy(self)
        try:
            getattr(then, f"_{deed.verb}")(deed, now)
        except Refused:
            return False, self
        return True, then

    def shown(self, now: datetime, ids: Mapping[str, str]) -> tuple[list[Any], list[Any]]:
        """Who has what, and who waits for what; `ids` of those whose names are new."""
        rows = [
            (
                ids.get(one.name, one.name),
                one.counsellor,
                one.client,
                one.starts_at,
                one.state,
                one.expires_at,
                one.extended,
            )
            for one in self.rows
            if one.keeps(now)
        ]
        line = [
            (one.client, one.counsellor, ids.get(one.offered or "", one.offered), one.offered_start, one.offered_at)
            for one in self.line
        ]
        return sorted(rows, key=lambda row: row[0]), line

    def offered(self, counsellor: str, now: datetime, but: str = "") -> list[datetime]:
        """Which starts can be had. `but`: a reservation that is not in the way."""
        mine = [one for one in self.rows if one.counsellor == counsellor and one.keeps(now) and one.name != but]
        if len(mine) >= MOST_PER_DAY:
            return []
        return [
            start
            for start in MORNING
            if start >= now + CHAT.notice and not any(abs(one.starts_at - start) < HOUR for one in mine)
        ]

    # -- deeds

    def _hold(self, deed: Deed, now: datetime) -> None:
        self._take(deed, now, Row(deed.name, deed.counsellor, deed.client, deed.starts_at, "held", now + 10 * MINUTE))

    def _book(self, deed: Deed, now: datetime) -> None:
        self._take(deed, now, Row(deed.name, deed.counsellor, deed.client, deed.starts_at, "booked"))
        self._satisfied(deed.client)

    def _book_hold(self, deed: Deed, now: datetime) -> None:
        row = self._mine(deed)
        if row.state == "booked":
            return
        if not row.keeps(now):
            raise Refused
        row.state, row.expires_at = "booked", None
        self._satisfied(deed.client)

    def _extend(self, deed: Deed, now: datetime) -> None:
        row = self._mine(deed)
        if row.state != "held" or not row.keeps(now) or row.extended or row.expires_at is None:
            raise Refused
        row.expires_at, row.extended = row.expires_at + 10 * MINUTE, True

    def _release(self, deed: Deed, _now: datetime) -> None:
        self._drop(
            one for one in self.rows if one.name == deed.target and one.client == deed.client and one.state == "held"
        )

    def _cancel(self, deed: Deed, now: datetime) -> None:
        row = self._mine(deed)
        if row.state == "held":
            raise Refused
        if row.state == "booked":
            self._in_time(row, now)
        row.state = "cancelled"

    def _move(self, deed: Deed, now: datetime) -> None:
        row = self._mine(deed)
        if row.state != "booked":
            raise Refused
        self._in_time(row, now)
        self._clear(row.counsellor, deed.client, now)
        if deed.starts_at not in self.offered(row.counsellor, now, but=row.name):
            raise Refused
        row.starts_at = deed.starts_at
        self._satisfied(deed.client)

    def _wait(self, deed: Deed, _now: datetime) -> None:
        for one in self.line:
            if one.client == deed.client:
                one.counsellor = deed.counsellor
                return
        self.line.append(InLine(deed.client, deed.counsellor))

    def _leave(self, deed: Deed, _now: datetime) -> None:
        offered = {one.offered for one in self.line if one.client == deed.client}
        self._satisfied(deed.client)
        self._drop(one for one in self.rows if one.name in offered and one.state == "held")

    def _offer(self, deed: Deed, now: datetime) -> None:
        self._drop(one for one in self.rows if one.counsellor == deed.counsellor and _is_over(one, now))
        free = [one for one in self.line if one.counsellor == deed.counsellor and one.offered is None]
        for one in sorted(free, key=lambda one: (one.offered_at is not None, one.offered_at or now)):
            if any(row.client == one.client and row.state == "held" for row in self.rows):
                continue
            # Whatever uses a part of what has become free.
            starts = [start for start in self.offered(deed.counsellor, now) if abs(start - deed.starts_at) < HOUR]
            start = next((start for start in starts if start != one.offered_start), None)
            if start is not None:
                name, until = f"{deed.name} {one.client}", now + 30 * MINUTE
                self.rows.append(Row(name, deed.counsellor, one.client, start, "held", until, extended=True))
                one.offered, one.offered_start, one.offered_at = name, start, now

    def _sweep(self, _deed: Deed, now: datetime) -> None:
        self._drop(one for one in self.rows if _is_over(one, now))

    # -- parts of deeds

    def _take(self, deed: Deed, now: datetime, row: Row) -> None:
        self._clear(deed.counsellor, deed.client, now)
        if deed.starts_at not in self.offered(deed.counsellor, now):
            raise Refused
        self.rows.append(row)

    def _clear(self, counsellor: str, client: str, now: datetime) -> None:
        own = [one for one in self.rows if one.client == client and one.state == "held"]
        self._drop([*own, *(one for one in self.rows if one.counsellor == counsellor and _is_over(one, now))])

    def _drop(self, gone: Iterator[Row] | list[Row]) -> None:
        names = {one.name for one in gone}
        self.rows = [one for one in self.rows if one.name not in names]
        for waiting in self.line:
            if waiting.offered in names:
                waiting.offered = None

    def _satisfied(self, client: str) -> None:
        self.line = [one for one in self.line if one.client != client]

    def _mine(self, deed: Deed) -> Row:
        for one in self.rows:
            if one.name == deed.target and one.client == deed.client:
                return one
        raise Refused

    @staticmethod
    def _in_time(row: Row, now: datetime) -> None:
        if now >= row.starts_at - CHAT.cancel_notice:
            raise Refused


def _is_over(row: Row, now: datetime) -> bool:
    return row.expires_at is not None and row.expires_at <= now
