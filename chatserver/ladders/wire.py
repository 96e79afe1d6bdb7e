"""What travels about a ladder: three hours of a promise of 48."""

from typing import Annotated

from msgspec import Meta, Struct

Hours = Annotated[int, Meta(ge=1, le=47, description="hours of a promise of 48; of others the same share")]


class ReadLadder(Struct, forbid_unknown_fields=True):
    pass


class KeepLadder(Struct, forbid_unknown_fields=True):
    """Each later than the one before."""

    remind_hours: Hours
    escalate_hours: Hours
    warn_hours: Hours


class Ladder(Struct):
    remind_hours: int
    escalate_hours: int
    warn_hours: int
