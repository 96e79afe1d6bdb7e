"""Finding the agency that is there for somebody, and showing what proves who works there."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from booking.model import zone_of
from chatserver import __version__
from chatserver.agencies import store
from chatserver.agencies.area_lists import areas_from_csv
from chatserver.agencies.model import Agency, Area, check_postal_code, codes_that_begin, responsible
from chatserver.agencies.topics import TOPICS, topic_named
from chatserver.agencies.wire import Agency as ShownAgency
from chatserver.agencies.wire import (
    DutySeed,
    DutySeeds,
    EmergencyNumber,
    FindAgency,
    ListDutySeeds,
    ListNearby,
    ListTopics,
    NearbyAgencies,
    NearbyAgency,
    OpenHours,
    ReadRoster,
    ReadSite,
    ResponsibleAgency,
    Site,
    StoredRoster,
    Topic,
    Topics,
    TopicWords,
)
from chatserver.deps import Asker, Deps, look, work
from chatserver.errors import NotFound, TopicNotOffered
from chatserver.guarantee.terms import Terms

# Of the days on which an agency is closed, those that matter to whoever looks for one now.
CLOSED_SHOWN: Final = timedelta(days=60)


async def list_topics(deps: Deps, asker: Asker | None, command: ListTopics) -> Topics:
    """What somebody may write about, in the order in which it is shown."""
    return Topics(
        [
            Topic(one.code, one.young, TopicWords(one.de.name, one.de.line), TopicWords(one.en.name, one.en.line))
            for one in TOPICS
        ]
    )


async def find_agency(deps: Deps, asker: Asker | None, command: FindAgency) -> ResponsibleAgency:
    """The responsible agency, or the fallback, and by when it would answer; and others that are there as well.

    The postal code is not kept.

    Raises TopicUnknown, PostalCodeInvalid, TopicNotOffered (nobody is responsible and there is no fallback).
    """
    topic = topic_named(command.topic)
    postal_code = check_postal_code(command.postal_code)
    async with look(deps) as db:
        there = await store.candidates(db, topic.code, Area(postal_code, postal_code))
        found = responsible([one for one in there if one.agency.id != command.instead_of])
        fallback = await store.fallback_agency(db)
        if fallback is not None and fallback.id == command.instead_of:
            fallback = None
        offered = found or ([fallback] if fallback else [])
        if not offered:
            raise TopicNotOffered
        first, *others = [await shown_agency(db, one, deps.now()) for one in offered]
    return ResponsibleAgency(first, not found, first.due_at, others)


async def list_nearby(deps: Deps, asker: Asker | None, command: ListNearby) -> NearbyAgencies:
    """Which agencies the beginning of a postal code leads to, while it is typed; nothing is kept.

    Raises TopicUnknown, PostalCodeInvalid.
    """
    topic = topic_named(command.topic)
    codes = codes_that_begin(command.begins)
    async with look(deps) as db:
        found = responsible(await store.candidates(db, topic.code, codes))
    return NearbyAgencies([NearbyAgency(one.id, one.name) for one in found])


async def shown_agency(db: AsyncConnection, agency: Agency, now: datetime) -> ShownAgency:
    """What everybody may know of an agency, with its newest roster. Raises TopicNotOffered where there is none."""
    roster = await store.newest_roster(db, agency.id)
    if roster is None:
        raise TopicNotOffered
    terms = await store.terms_of(db, agency.id)
    return ShownAgency(
        id=agency.id,
        name=agency.name,
        about_de=agency.about_de,
        about_en=agency.about_en,
        address=agency.address,
        phone=agency.phone,
        zone=agency.zone,
        root_fingerprint=agency.root_fingerprint,
        roster_number=roster.number,
        roster=roster.roster,
        due_at=terms.policy().due_at(now),
        weekly=[OpenHours(*one) for one in terms.weekly()],
        closed=_shown_closed(terms, now),
        holidays=terms.land is not None,
        languages=list(terms.languages),
    )


def _shown_closed(terms: Terms, now: datetime) -> list[date]:
    today = now.astimezone(zone_of(terms.zone)).date()
    return [one for one in sorted(terms.closed) if today <= one <= today + CLOSED_SHOWN]


async def list_areas(deps: Deps) -> dict[str, list[Area]]:
    """What every agency serves, by its name."""
    async with look(deps) as db:
        return await store.areas_by_name(db)


async def list_offered(deps: Deps) -> dict[str, set[str]]:
    """Which topics every agency offers, by its name."""
    async with look(deps) as db:
        return await store.topics_by_name(db)


async def serve_areas(deps: Deps, text: str) -> dict[str, list[Area]]:
    """Takes a list of areas: all of it, or nothing. Promises that run stay where they are. Raises AreasInvalid."""
    async with work(deps) as tx:
        served = areas_from_csv(text, await store.topics_by_name(tx.db))
        for name, listed in served.items():
            await store.replace_areas(tx.db, name, listed)
    return served


async def read_roster(deps: Deps, asker: Asker | None, command: ReadRoster) -> StoredRoster:
    """A roster by number, or the newest. Rosters are public: whoever writes must be able to check who reads."""
    async with look(deps) as db:
        if command.number is None:
            roster = await store.newest_roster(db, command.agency)
        else:
            roster = await store.roster_numbered(db, command.agency, command.number)
    if roster is None:
        raise NotFound
    return StoredRoster(roster.agency_id, roster.number, roster.roster)


async def list_duty_seeds(deps: Deps, asker: Asker, command: ListDutySeeds) -> DutySeeds:
    """The duty seeds sealed to whoever asks."""
    async with look(deps) as db:
        seeds = await store.duty_seeds_of(db, asker.account_id)
    return DutySeeds([DutySeed(one.agency_id, one.generation, one.sealed) for one in seeds])


async def read_site(deps: Deps, asker: Asker | None, command: ReadSite) -> Site:
    """What every page shows."""
    config = deps.config
    async with look(deps) as db:
        hours = await store.slowest_promise(db)
    return Site(
        version=__version__,
        demo=config.demo,
        server_time=deps.now(),
        promise_hours=hours,
        provider=config.provider_name,
        emergency=[EmergencyNumber(one.number, one.de, one.en) for one in config.emergency],
    )
