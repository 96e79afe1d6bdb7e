"""The addresses of what is public about agencies, and of the duty seeds."""

from typing import Final

from chatserver.agencies import actions, wire
from chatserver.http import Route, Who

ROUTES: Final = (
    Route(
        "GET",
        "/api/site",
        wire.ReadSite,
        wire.Site,
        actions.read_site,
        who=Who.ANYONE,
        summary="Version, server time, the promise and the emergency numbers.",
    ),
    Route(
        "GET",
        "/api/topics",
        wire.ListTopics,
        wire.Topics,
        actions.list_topics,
        who=Who.ANYONE,
        summary="The seventeen topics in both languages.",
        same_for_all=True,
    ),
    Route(
        "GET",
        "/api/agencies/responsible",
        wire.FindAgency,
        wire.ResponsibleAgency,
        actions.find_agency,
        who=Who.ANYONE,
        summary="The agency that is there for a topic and a postal code, or the fallback. The postal code is not kept.",
    ),
    Route(
        "GET",
        "/api/agencies/nearby",
        wire.ListNearby,
        wire.NearbyAgencies,
        actions.list_nearby,
        who=Who.ANYONE,
        summary="Which agencies the beginning of a postal code leads to, at most five. Nothing is kept.",
    ),
    Route(
        "GET",
        "/api/agencies/{agency}/roster",
        wire.ReadRoster,
        wire.StoredRoster,
        actions.read_roster,
        who=Who.ANYONE,
        summary="A roster of an agency: the newest, or the one with this number.",
    ),
    Route(
        "GET",
        "/api/duty-seeds",
        wire.ListDutySeeds,
        wire.DutySeeds,
        actions.list_duty_seeds,
        who=Who.COUNSELLOR,
        summary="The duty seeds that are sealed to whoever asks.",
    ),
)
