"""What travels of the journal: to everybody what hides all, to people of a thread what opens their own."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from chatserver.wire.binary import B64
from chatserver.wire.types import Count, HexId


class ReadJournal(Struct, forbid_unknown_fields=True):
    """`after`: the number of the last entry that the reader has."""

    agency: HexId
    after: Count = 0


class Journal(Struct):
    """At most a thousand commitments, and the signed heads among them. `last`: how many entries there are."""

    agency: HexId
    after: int
    last: int
    entries: list[B64]
    heads: list[B64]


class ReadOpenings(Struct, forbid_unknown_fields=True):
    room: HexId


class Opening(Struct):
    """One event of the thread's promises, and what its entry commits to. `number` is none until it is sealed."""

    number: int | None
    kind: Literal["opened", "stopped", "breached", "contested", "waived", "put_back", "handed_on", "inherited"]
    promise: B64
    at: datetime
    due_at: datetime
    policy: str
    because: str
    salt: B64


class Openings(Struct):
    """With the entry of that number anybody can see that the event was sealed; nobody else's opens with it."""

    agency: HexId
    openings: list[Opening]


class ExportedJournal(Journal):
    """A whole journal in a file. `openings`: of the entries whose threads are still there, if they were asked for."""

    journal_key: B64
    openings: list[Opening] | None
