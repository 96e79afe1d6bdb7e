"""What travels when somebody agrees, or does not any more."""

from typing import Annotated

from msgspec import Meta, Struct

from chatserver.wire.types import ConsentStanding, Instant

ConsentVersion = Annotated[str, Meta(pattern="^[0-9a-f]{16}$", description="Names the words that were agreed to")]


class ReadConsent(Struct, forbid_unknown_fields=True):
    pass


class GiveConsent(Struct, forbid_unknown_fields=True):
    """`version`: of the text `consent`, as it was shown."""

    version: ConsentVersion


class WithdrawConsent(Struct, forbid_unknown_fields=True):
    """From then on nothing new is taken from this person; what is there can be read, and deleted."""


class OwnConsent(Struct):
    """`present`: the version of the words that hold now; `version`: of those that were agreed to last."""

    standing: ConsentStanding
    present: ConsentVersion
    version: ConsentVersion | None
    given_at: Instant | None
    withdrawn_at: Instant | None
