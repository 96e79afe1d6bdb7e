"""What travels when a planned agency is founded: its keys are made in a browser, and only public ones come here."""

from datetime import datetime

from msgspec import Struct

from chatserver.agencies.wire import SealedSeed
from chatserver.vault.wire import OpenAccount
from chatserver.wire.binary import B64
from chatserver.wire.types import TopicCode


class LookAtFounding(Struct, forbid_unknown_fields=True):
    """`token`: from the link's fragment, as it stands there. It travels in a body, never in an address."""

    token: str


class PlannedAgency(Struct):
    """What the operator has planned. `areas`: postal codes, as "48143-48167"."""

    name: str
    about_de: str
    about_en: str
    address: str
    phone: str
    zone: str
    topics: list[TopicCode]
    areas: list[str]
    fallback: bool
    expires_at: datetime


class FoundAgency(Struct, forbid_unknown_fields=True):
    """Account, roster number 1 and duty key, at once. The duty key is sealed to the founder, if they have `duty`."""

    token: str
    account: OpenAccount
    roster: B64
    duty_seeds: list[SealedSeed]
