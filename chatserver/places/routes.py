"""The addresses of an agency's places."""

from typing import Final

from chatserver.http import Route, Who
from chatserver.places import actions, wire

ROUTES: Final = (
    Route(
        "GET",
        "/api/agency/places",
        wire.ListPlaces,
        wire.Places,
        actions.list_places,
        who=Who.COUNSELLOR,
        summary="The rooms of one's own agency in which people meet",
    ),
    Route(
        "POST",
        "/api/agency/places",
        wire.AddPlace,
        wire.Places,
        actions.add_place,
        who=Who.COORDINATOR,
        summary="Another room; a repeat under the same name adds none",
    ),
    Route(
        "POST",
        "/api/agency/places/{place}/change",
        wire.ChangePlace,
        wire.Places,
        actions.change_place,
        who=Who.COORDINATOR,
        summary="What whoever comes there has to know",
    ),
    Route(
        "POST",
        "/api/agency/places/{place}/close",
        wire.ClosePlace,
        wire.Places,
        actions.close_place,
        who=Who.COORDINATOR,
        summary="No new appointments there; those that are booked stay",
    ),
)
