"""What travels when a coordinator reads the audit log of their agency."""

from typing import Annotated

from msgspec import Meta, Struct

from chatserver.wire.binary import B64
from chatserver.wire.types import Act, Count, HexId, Instant

Day = Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="a day in the agency's time zone")]


class ReadAuditLog(Struct, forbid_unknown_fields=True):
    """`before`: only entries under that number. `person`: by whom, or about whom."""

    before: Count | None = None
    person: HexId | None = None
    act: Act | None = None
    day: Day | None = None


class AuditEntry(Struct):
    """`by`: nobody for the operator of the server. `about`: the colleague whom it concerns, if there is one."""

    number: int
    at: Instant
    act: Act
    by: HexId | None
    by_name: str
    about: HexId | None
    about_name: str
    link: B64


class AuditPerson(Struct):
    """Somebody who works or worked at the agency."""

    account: HexId
    name: str


class AuditLog(Struct):
    """The newest first. `more`: there are older ones that fit. `zone`: the agency's, in which its days begin."""

    zone: str
    entries: list[AuditEntry]
    more: bool
    people: list[AuditPerson]


class SaveAuditLog(Struct, forbid_unknown_fields=True):
    """As for reading."""

    person: HexId | None = None
    act: Act | None = None
    day: Day | None = None
