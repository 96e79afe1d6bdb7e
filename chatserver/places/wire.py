"""What travels of an agency's places."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

PlaceId = Annotated[str, Meta(max_length=64, description="as the server gives it")]
StepFree = Literal["yes", "partly", "no", "unknown"]
Line = Annotated[str, Meta(max_length=120)]


class Place(Struct):
    """`address_told`: it is told in the conversation by the counsellor, sealed; the server does not have it.

    `way_in`: how one finds the door, and what to know about it.
    """

    id: str
    name: str
    address: str
    address_told: bool
    step_free: StepFree
    way_in: str


class ListPlaces(Struct, forbid_unknown_fields=True):
    """One's own agency's."""


class Places(Struct):
    places: list[Place]


class AddPlace(Struct, forbid_unknown_fields=True):
    name: Line
    address: Annotated[str, Meta(max_length=300)] = ""
    address_told: bool = False
    step_free: StepFree = "unknown"
    way_in: Annotated[str, Meta(max_length=500)] = ""


class ChangePlace(AddPlace, forbid_unknown_fields=True, kw_only=True):
    place: PlaceId


class ClosePlace(Struct, forbid_unknown_fields=True):
    """No new appointments there; those that are booked stay."""

    place: PlaceId
