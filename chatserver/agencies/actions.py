"""Finding the agency that is there for somebody, and showing what proves who works there."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver import __version__
from chatserver.agencies import store
from chatserver.agencies.model import PROMISE, Agency, check_postal_code, most_responsible
from chatserver.agencies.topics import TOPICS, topic_named
from chatserver.agencies.wire import Agency as ShownAgency
from chatserver.agencies.wire import (
    DutySeed,
    DutySeeds,
    EmergencyNumber,
    FindAgency,
    ListDutySeeds,
    ListTopics,
    ReadRoster,
    ReadSite,
    ResponsibleAgency,
    Site,
    StoredRoster,
    Topic,
    Topics,
    TopicWords,
)
from chatserver.deps import Asker, Deps, look
from chatserver.errors import NotFound, TopicNotOffered


async def list_topics(deps: Deps, asker: Asker | None, command: ListTopics) -> Topics:
    """What somebody may write about, in the order in which it is shown."""
    return Topics(
        [
            Topic(one.code, one.young, TopicWords(one.de.name, one.de.line), TopicWords(one.en.name, one.en.line))
            for one in TOPICS
        ]
    )


async def find_agency(deps: Deps, asker: Asker | None, command: FindAgency) -> ResponsibleAgency:
    """The responsible agency, or the fallback, and by when it would answer. The postal code is not kept.

    Raises TopicUnknown, PostalCodeInvalid, TopicNotOffered (nobody is responsible and there is no fallback).
    """
    topic = topic_named(command.topic)
    postal_code = check_postal_code(command.postal_code)
    async with look(deps) as db:
        nearest = most_responsible(await store.candidates(db, topic.code, postal_code))
        agency = nearest or await store.fallback_agency(db)
        if agency is None:
            raise TopicNotOffered
        shown = await shown_agency(db, agency)
    return ResponsibleAgency(shown, nearest is None, deps.now() + PROMISE)


async def shown_agency(db: AsyncConnection, agency: Agency) -> ShownAgency:
    """What everybody may know of an agency, with its newest roster. Raises TopicNotOffered where there is none."""
    roster = await store.newest_roster(db, agency.id)
    if roster is None:
        raise TopicNotOffered
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
    )


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
    return Site(
        version=__version__,
        demo=config.demo,
        server_time=deps.now(),
        promise_hours=PROMISE // timedelta(hours=1),
        emergency=[EmergencyNumber(one.number, one.de, one.en) for one in config.emergency],
    )
