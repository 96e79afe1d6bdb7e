"""A planned agency: what an operator says of it, and for how long its link holds."""

import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from booking.model import Kind
from chatserver.accounts.model import hash_token
from chatserver.agencies.model import Area, check_postal_code
from chatserver.agencies.topics import TOPICS, topic_named
from chatserver.errors import PostalCodeInvalid, TopicUnknown
from crypto.encoding import display_name
from crypto.errors import NameInvalid

LINK_LASTS: Final = timedelta(days=7)
# For so long the operator still reads that a link has expired, and a repeat still finds what it has founded.
KEPT_EXPIRED: Final = timedelta(days=7)
EVERYWHERE: Final = ("01001-99998",)
_AREA: Final = re.compile(r"([0-9]{5})(?:\s*-\s*([0-9]{5}))?\Z")
_LONGEST_TEXT: Final = 2_000

# What a new agency offers until its counsellors say otherwise.
CHAT: Final = Kind(
    name="chat",
    length=timedelta(minutes=50),
    step=timedelta(minutes=60),
    buffer_before=timedelta(0),
    buffer_after=timedelta(minutes=10),
    notice=timedelta(hours=2),
    horizon=timedelta(days=28),
    cancel_notice=timedelta(hours=2),
)


class PlanInvalid(Exception):  # noqa: N818  named by what is the case
    """A plan that cannot be used. Its text is the sentence that the operator gets to read."""


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An agency as its operator plans it. It lies in the database as JSON until the agency is founded."""

    name: str
    about_de: str
    about_en: str
    address: str
    phone: str
    zone: str
    topics: list[str]
    areas: list[str]
    fallback: bool

    @property
    def served(self) -> list[Area]:
        """The areas as ranges."""
        return [area_of(one) for one in self.areas]


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """A plan with its link. `agency_id`: what it has become."""

    id: str
    token_hash: bytes
    plan: Plan
    created_at: datetime
    expires_at: datetime
    agency_id: str | None = None

    def open_at(self, now: datetime) -> bool:
        """Whether the link still holds."""
        return self.agency_id is None and now < self.expires_at


def new_founding(plan: Plan, now: datetime) -> tuple[Founding, str]:
    """A plan from now on, and the token for its link: 32 random bytes, of which only the hash is stored."""
    token = urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode("ascii")
    made = Founding(
        id=secrets.token_hex(16),
        token_hash=hash_token(token),
        plan=plan,
        created_at=now,
        expires_at=now + LINK_LASTS,
    )
    return made, token


def check_plan(plan: Plan) -> Plan:
    """The plan, tidied. Raises PlanInvalid with the first thing that is wrong."""
    name = " ".join(plan.name.split())
    try:
        display_name(name)
    except NameInvalid:
        raise PlanInvalid("--name: a name has 1 to 128 bytes and no control characters.") from None
    for option in ("about_de", "about_en", "address", "phone"):
        _check_text(option, getattr(plan, option))
    try:
        ZoneInfo(plan.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PlanInvalid(f"--zone: there is no time zone {plan.zone!r}. An example is Europe/Berlin.") from None
    topics, areas = list(dict.fromkeys(plan.topics)), list(dict.fromkeys(plan.areas))
    _check_topics(topics, fallback=plan.fallback)
    for one in areas:
        area_of(one)
    if not areas:
        raise PlanInvalid("--areas: at least one postal code or range, such as 48143-48167.")
    return msgspec.structs.replace(plan, name=name, topics=topics, areas=areas)


def _check_text(option: str, text: str) -> None:
    shown = f"--{option.replace('_', '-')}"
    if len(text) > _LONGEST_TEXT or any(ord(one) < ord(" ") and one != "\n" for one in text):
        raise PlanInvalid(f"{shown}: at most {_LONGEST_TEXT} ordinary characters.")


def _check_topics(topics: Sequence[str], *, fallback: bool) -> None:
    known = ", ".join(one.code for one in TOPICS)
    for one in topics:
        try:
            topic_named(one)
        except TopicUnknown:
            raise PlanInvalid(f"--topics: there is no topic {one!r}. There are: {known}.") from None
    if not topics and not fallback:
        raise PlanInvalid(f"--topics: at least one of {known}.")


def area_of(text: str) -> Area:
    """A postal code, or a range of them with both ends included. Raises PlanInvalid."""
    found = _AREA.match(text.strip())
    first, last = (found.group(1), found.group(2) or found.group(1)) if found else ("", "")
    try:
        check_postal_code(first)
        check_postal_code(last)
    except PostalCodeInvalid:
        raise PlanInvalid(f"--areas: {text!r} is no German postal code and no range such as 48143-48167.") from None
    if first > last:
        raise PlanInvalid(f"--areas: {text!r} ends before it begins.")
    return Area(first, last)
