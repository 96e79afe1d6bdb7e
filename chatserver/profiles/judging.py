"""Judging what coordinators want to say and serve: all that does not fit at once, each with its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from chatserver.agencies.model import Agency, Area
from chatserver.agencies.topics import TOPICS
from chatserver.profiles.area_lines import areas_in
from chatserver.profiles.wire import Fault, Profile

_SHOWN: Final = ("about_de", "about_en", "address", "phone")
_TOPICS: Final = frozenset(one.code for one in TOPICS)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a profile comes to. Where there is a fault, the rest is not to be used."""

    profile: Profile
    topics: list[str]
    areas: list[Area]
    faults: list[Fault]

    def told_by(self, agency: Agency) -> Agency:
        """The agency with what clients are to read of it."""
        said = self.profile
        return replace(
            agency,
            about_de=said.about_de.strip(),
            about_en=said.about_en.strip(),
            address=said.address.strip(),
            phone=said.phone.strip(),
        )


def judge(profile: Profile, *, fallback: bool) -> Judged:
    """Reads all of it. A `fallback` agency may offer no topic: it answers whatever nobody else does."""
    offered = set(profile.topics)
    faults = [*_text_faults(profile), *_topic_faults(profile.topics, fallback=fallback)]
    areas = areas_in(profile.areas, offered, faults)
    return Judged(profile, [one.code for one in TOPICS if one.code in offered], areas, faults)


def _text_faults(profile: Profile) -> Iterator[Fault]:
    for field in _SHOWN:
        if any(ord(one) < ord(" ") and one != "\n" for one in getattr(profile, field)):
            yield Fault(field, "text_odd", "There is a control character in it.")
    for field in ("about_de", "about_en"):
        if not getattr(profile, field).strip():
            yield Fault(field, "text_missing", "Clients read this sentence; please write one.")


def _topic_faults(topics: Sequence[str], *, fallback: bool) -> Iterator[Fault]:
    for line, one in enumerate(topics, 1):
        if one not in _TOPICS:
            yield Fault("topics", "topic_unknown", f"There is no topic {one!r}.", line)
    if not topics and not fallback:
        yield Fault("topics", "topics_none", "Please offer at least one topic.")
