"""What travels about other calendars: whether they could be read, and where they meet appointments."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from chatserver.wire.types import HexId, RequestId

Failure = Literal[
    "calendar_unreadable",
    "calendar_too_large",
    "calendar_too_complex",
    "address_not_public",
    "address_unreachable",
    "address_refused",
    "address_redirects",
    "address_too_slow",
    "address_unknown",
]


class ListImports(Struct, forbid_unknown_fields=True):
    pass


class Import(Struct):
    """`host`: where it is read; nothing for a file. `times`: in how many spans one is busy.

    `left_out`: entries that could not be read. `failure`: why the last try failed, at `failed_at`; what was read before
    that holds.
    """

    id: HexId
    host: str
    made_at: datetime
    read_at: datetime | None
    failed_at: datetime | None
    failure: Failure | None
    times: int
    left_out: int


class Meeting(Struct):
    """An appointment at a time at which one is busy elsewhere. It stands: one has promised to be there."""

    appointment: str
    room: HexId
    starts_at: datetime
    ends_at: datetime


class Imports(Struct):
    """`most`: how many there can be."""

    imports: list[Import]
    meetings: list[Meeting]
    most: int


class SubscribeAddress(Struct, forbid_unknown_fields=True):
    """It is read soon, and then every half hour."""

    address: Annotated[str, Meta(max_length=1024)]
    request_id: RequestId


class ImportFile(Struct, forbid_unknown_fields=True):
    """The file is the body."""

    request_id: RequestId


class ReadImportNow(Struct, forbid_unknown_fields=True):
    calendar: HexId


class DropImport(Struct, forbid_unknown_fields=True):
    calendar: HexId


class ImportsChanged(Struct):
    """One's other calendars were read, or could not be."""
