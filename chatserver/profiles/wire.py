"""What travels when coordinators keep what their agency says of itself and whom it serves."""

from typing import Annotated

from msgspec import Meta, Struct

from chatserver.wire.types import HexId

Text = Annotated[str, Meta(max_length=2_000)]
Line = Annotated[str, Meta(max_length=200)]
Word = Annotated[str, Meta(max_length=40)]


class Profile(Struct, forbid_unknown_fields=True):
    """`areas`: a line for each range of postal codes, "48143-48167", or "48143-48167 debt" if for one topic only."""

    about_de: Text
    about_en: Text
    address: Text
    phone: Text
    topics: Annotated[list[Word], Meta(max_length=100)]
    areas: Annotated[list[Line], Meta(max_length=5_000)]


class ReadProfile(Struct, forbid_unknown_fields=True):
    pass


class KeptProfile(Struct):
    """`name` stands: every roster names it. `seen`: names this profile, so that nobody overwrites another's."""

    name: str
    fallback: bool
    profile: Profile
    seen: HexId


class KeepProfile(Struct, forbid_unknown_fields=True):
    """`seen`: of the profile that was changed."""

    profile: Profile
    seen: HexId


class CheckProfile(Struct, forbid_unknown_fields=True):
    profile: Profile


class Fault(Struct):
    """What does not fit. `line`: which of the field's entries, from 1; `other`: with which it does not go together.

    `sentence`: for whoever has no other words for the code.
    """

    field: str
    code: str
    sentence: str
    line: int | None = None
    other: int | None = None


class ProfileChecked(Struct):
    faults: list[Fault]
