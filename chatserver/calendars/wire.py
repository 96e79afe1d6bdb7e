"""What travels when an appointment goes into a calendar of one's own."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from chatserver.wire.types import Language

FeedToken = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$")]


class ReadAppointmentFile(Struct, forbid_unknown_fields=True):
    """`language`: of the one word that it says."""

    appointment: str
    language: Language = "de"


class OpenFeed(Struct, forbid_unknown_fields=True):
    """A new address; one that was there before leads nowhere from then on."""

    language: Language = "de"


class FeedOpened(Struct):
    """Told once: the server keeps only what it recognises it by."""

    address: str
    made_at: datetime


class ReadFeedState(Struct, forbid_unknown_fields=True):
    pass


class FeedState(Struct):
    """Since when there is an address; none if there is not."""

    made_at: datetime | None


class CloseFeed(Struct, forbid_unknown_fields=True):
    pass


class ReadFeed(Struct, forbid_unknown_fields=True):
    token: FeedToken
