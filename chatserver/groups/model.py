"""What can be kept of a group, and under which names people may sit in it."""

import unicodedata
from datetime import timedelta
from typing import Final

from booking.model import Kind
from chatserver.errors import GroupInvalid, GroupNameInvalid

STEP: Final = timedelta(minutes=30)
# Whoever may come is to have a day on which they can learn of it.
NOTICE: Final = timedelta(days=1)
NAME_LENGTH: Final = range(2, 41)
# One letter of some scripts is eighteen by itself, when it is written out.
LONGEST_SAID_AS: Final = 120


def said_as(name: str) -> str:
    """What counts as the same name: by width, accents' form, letters' case and spaces nobody tells two people apart."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def seat_name(wanted: str) -> str:
    """The name as it is shown. Raises GroupNameInvalid.

    Nothing that cannot be seen, or that turns the direction of what stands beside it.
    """
    name = " ".join(wanted.split())
    if len(name) not in NAME_LENGTH or not name.isprintable() or len(said_as(name)) > LONGEST_SAID_AS:
        raise GroupNameInvalid("name")
    return name


def written(text: str, field: str) -> str:
    """What stands in a field of a group. Raises GroupInvalid when nothing does."""
    if not text.strip():
        raise GroupInvalid(field)
    return text.strip()


def group_kind(minutes: int, seats: int, leave_notice: timedelta) -> Kind:
    """A group as the one rule knows it."""
    return Kind(
        name="group",
        length=timedelta(minutes=minutes),
        step=STEP,
        notice=NOTICE,
        capacity=seats,
        cancel_notice=leave_notice,
    )
