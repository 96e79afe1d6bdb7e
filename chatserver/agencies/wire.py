"""What travels when somebody looks for the agency that is there for them, and for what proves who works there."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from chatserver.wire.binary import B64
from chatserver.wire.types import Capability, Count, HexId, TopicCode

Capabilities = Annotated[list[Capability], Meta(min_length=1, max_length=3)]
Generation = Annotated[int, Meta(ge=1, lt=2**53)]


class ReadSite(Struct, forbid_unknown_fields=True):
    pass


class EmergencyNumber(Struct):
    number: str
    de: str
    en: str


class Site(Struct):
    """What every page shows: numbers for an emergency, and whether this is a demonstration.

    `promise_hours`: within which every agency answers; nothing where one of them counts working time.
    `provider`: by what those who work here may sign in, too.
    """

    version: str
    demo: bool
    server_time: datetime
    promise_hours: int | None
    provider: str | None
    emergency: list[EmergencyNumber]


class ListTopics(Struct, forbid_unknown_fields=True):
    pass


class TopicWords(Struct):
    name: str
    line: str


class Topic(Struct):
    """`young` topics are addressed with "du" in German."""

    code: TopicCode
    young: bool
    de: TopicWords
    en: TopicWords


class Topics(Struct):
    topics: list[Topic]


class FindAgency(Struct, forbid_unknown_fields=True):
    """Any text is understood, so that what is no topic and no postal code gets an answer of its own.

    `instead_of`: the agency from which somebody wants to go elsewhere.
    """

    topic: str
    postal_code: str
    instead_of: HexId | None = None


class OpenHours(Struct, forbid_unknown_fields=True):
    """A block of a weekday (0 = Monday), such as 09:00 to 12:00; 24:00 is the midnight at its end."""

    weekday: Annotated[int, Meta(ge=0, le=6)]
    begins: str
    ends: str


class Agency(Struct):
    """`roster` is self-contained: root statement, roster key certificate, certificates, duty key (docs/protocol.md).

    `due_at`: by when whoever writes now is promised an answer. `weekly`: when somebody is there, by the wall clock in
    `zone`, but for public holidays (`holidays`) and the days of `closed`, which are those of the next two months.
    """

    id: HexId
    name: str
    about_de: str
    about_en: str
    address: str
    phone: str
    zone: str
    root_fingerprint: B64
    roster_number: int
    roster: B64
    due_at: datetime
    weekly: list[OpenHours]
    closed: list[date]
    holidays: bool
    languages: list[str]


class ResponsibleAgency(Struct):
    """`due_at`: if written now. `fallback`: nobody serves this topic at this postal code, so the one for the rest.

    `others`: they are there for it as well, in the same order: narrowest area, fewest waiting, name.
    """

    agency: Agency
    fallback: bool
    due_at: datetime
    others: list[Agency]


class ListNearby(Struct, forbid_unknown_fields=True):
    """`begins`: the first two to five digits of a postal code."""

    topic: str
    begins: str


class NearbyAgency(Struct):
    id: HexId
    name: str


class NearbyAgencies(Struct):
    agencies: list[NearbyAgency]


class ReadRoster(Struct, forbid_unknown_fields=True):
    """The roster `number` of an agency, or the newest one."""

    agency: HexId
    number: Count | None = None


class StoredRoster(Struct):
    agency: HexId
    number: int
    roster: B64


class ListDutySeeds(Struct, forbid_unknown_fields=True):
    pass


class DutySeed(Struct):
    agency: HexId
    generation: int
    sealed: B64


class DutySeeds(Struct):
    seeds: list[DutySeed]


class SealedSeed(Struct, forbid_unknown_fields=True):
    """The seed of one generation of the duty key, sealed to one colleague; `holder` is their account."""

    holder: HexId
    generation: Generation
    sealed: B64
