"""What can be kept of a place."""

from typing import Final

from chatserver.errors import PlaceInvalid, PlacesFull

MOST_PLACES: Final = 40


def check_place(*, name: str, address: str, address_told: bool) -> None:
    """Raises PlaceInvalid: a place has a name, and an address that is told in conversations is not kept here."""
    if not name:
        raise PlaceInvalid("name")
    if address_told and address:
        raise PlaceInvalid("address")


def check_room_for_another(count: int) -> None:
    """Raises PlacesFull."""
    if count >= MOST_PLACES:
        raise PlacesFull
