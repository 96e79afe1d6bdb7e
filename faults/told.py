"""Whether everybody was told what they were owed: once, not early, and nothing else.

Pure: what was written down beforehand and what was found afterwards in, faults out. It knows the rules of the
guarantee and uses none of the server's code.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

# Rung, event, notice, and when.
LADDER: Final = (
    ("remind", "reminded", "reply_reminder", timedelta(hours=24)),
    ("escalate", "escalated", "reply_escalated", timedelta(hours=36)),
    ("warn", "warned", "promise_at_risk", timedelta(hours=44)),
    ("breach", "breached", "promise_broken", timedelta(hours=48)),
)


@dataclass(frozen=True, slots=True)
class Owed:
    """What somebody is to be told about a room, and not before."""

    room: str
    kind: str
    to: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Effect:
    """What somebody was told. `name` is that of this one: a notice's number, a mail's Message-ID."""

    room: str
    kind: str
    to: str
    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class People:
    """Who works at an agency."""

    duty: Sequence[str]
    coordinators: Sequence[str]


def owed(
    room: str, since: datetime, *, counsellor: str, client: str, people: People, after: datetime, until: datetime
) -> list[Owed]:
    """What a thread that nobody answers brings about in that time, while nobody is away."""
    hear: Mapping[str, Sequence[str]] = {
        "remind": [counsellor],
        "escalate": [counsellor, *people.duty],
        "warn": people.coordinators,
        "breach": [*people.coordinators, client],
    }
    return [
        Owed(room, notice, to, since + length)
        for rung, _, notice, length in LADDER
        if after < since + length <= until
        for to in dict.fromkeys(hear[rung])
    ]


def told_wrong(expected: Iterable[Owed], effects: Iterable[Effect], *, may_repeat: bool = False) -> list[str]:
    """What is wrong with the effects on one channel. `may_repeat`: the same one may come again, under its own name.

    A notice in the app is there once. A mail may arrive twice, but then it is the same mail: its reader knows.
    """
    found: defaultdict[tuple[str, str, str], list[Effect]] = defaultdict(list)
    for effect in effects:
        found[effect.room, effect.kind, effect.to].append(effect)
    wrong = []
    for one in expected:
        told = found.pop((one.room, one.kind, one.to), [])
        names = {effect.name for effect in told} if may_repeat else [effect.name for effect in told]
        what = f"{one.kind} of room {one.room} to {one.to}"
        if not told:
            wrong.append(f"{what} was never told")
        if len(names) > 1:
            wrong.append(f"{what} was told {len(names)} times")
        wrong += [f"{what} was told early" for effect in told if effect.at < one.due_at]
    return wrong + [f"{kind} of room {room} to {to} was told, and not owed" for room, kind, to in found]
