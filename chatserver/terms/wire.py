"""What travels of an agency's hours, languages and promise."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from chatserver.agencies.wire import OpenHours
from chatserver.wire.types import HexId

Weekly = Annotated[list[OpenHours], Meta(max_length=84)]
Language = Annotated[str, Meta(pattern="^[a-z]{2,3}$", description="ISO 639")]


class ReadTerms(Struct, forbid_unknown_fields=True):
    pass


class WantedTerms(Struct, forbid_unknown_fields=True):
    """`weekly`: by the wall clock in the agency's zone.

    `land`: one whose public holidays are closing days, such as NW. `promised_hours`: of the clock (`calendar`), or of
    working time (`business`).
    """

    weekly: Weekly = []
    closed: Annotated[list[date], Meta(max_length=200)] = []
    land: str | None = None
    languages: Annotated[list[Language], Meta(max_length=40)] = []
    kind: Literal["calendar", "business"] = "calendar"
    promised_hours: Annotated[int, Meta(ge=4, le=48)] = 48


class KeepTerms(WantedTerms, forbid_unknown_fields=True, kw_only=True):
    """`seen`: of the terms that were changed."""

    seen: HexId


class PreviewTerms(WantedTerms, forbid_unknown_fields=True):
    """The same, and nothing is kept."""


class Terms(Struct):
    """`due_at`: by when somebody who writes now is promised an answer under these.

    `seen`: names what is kept, so that nobody overwrites another's; in a preview, too.
    """

    zone: str
    weekly: Weekly
    closed: list[date]
    land: str | None
    languages: list[str]
    kind: Literal["calendar", "business"]
    promised_hours: int
    due_at: datetime
    seen: HexId
