"""What nodes say to each other: small, in JSON, and nothing that would not be found out without it."""

from typing import Any, TypeAlias

import msgspec
from msgspec import Struct


class Told(Struct, tag="told", forbid_unknown_fields=True):
    """Pages of these accounts are to be told this."""

    to: list[str]
    event: str
    body: Any


class Stored(Struct, tag="stored", forbid_unknown_fields=True):
    """An item stands there now, for pages of these accounts. What it is, each node reads for itself."""

    to: list[str]
    room: str
    position: int


class Ended(Struct, tag="ended", forbid_unknown_fields=True):
    """A session is over: its pages are to be cut."""

    session: str


class Shown(Struct, tag="shown", forbid_unknown_fields=True):
    """A page of this person shows the room."""

    room: str
    account: str
    page: str


class Left(Struct, tag="left", forbid_unknown_fields=True):
    """The page shows the room no more."""

    room: str
    page: str


class Gone(Struct, tag="gone", forbid_unknown_fields=True):
    """The page is closed."""

    page: str


class AllShown(Struct, tag="all_shown", forbid_unknown_fields=True):
    """Everything that pages of this node show, for nodes that have missed something."""

    pages: list[Shown]


class WhoShows(Struct, tag="who_shows", forbid_unknown_fields=True):
    """Asks every other node for AllShown."""


class Alive(Struct, tag="alive", forbid_unknown_fields=True):
    """The node is there, and its pages with it."""


class Bye(Struct, tag="bye", forbid_unknown_fields=True):
    """The node stops."""


Word: TypeAlias = Told | Stored | Ended | Shown | Left | Gone | AllShown | WhoShows | Alive | Bye


class Said(Struct, forbid_unknown_fields=True):
    """A word, and whose: `number` counts what this node has said, so that a gap shows."""

    node: str
    number: int
    word: Word


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Said).decode
