"""Seeing, checking and keeping what an agency says of itself and whom it serves."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.agencies import store as agencies
from chatserver.agencies.model import Agency, Area
from chatserver.agencies.topics import TOPICS
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.errors import NotFound, ProfileChanged, ProfileInvalid, TermsInvalid
from chatserver.guarantee.terms import Terms
from chatserver.profiles import store
from chatserver.profiles.area_lines import area_line
from chatserver.profiles.files import Settings
from chatserver.profiles.judging import Judged, judge
from chatserver.profiles.wire import (
    CheckProfile,
    Fault,
    KeepProfile,
    KeptProfile,
    Profile,
    ProfileChecked,
    ReadProfile,
)
from chatserver.rosters.actions import coordinated_agency
from chatserver.terms.actions import agreed, as_wanted
from chatserver.versions import seen_as


async def read_profile(deps: Deps, asker: Asker, command: ReadProfile) -> KeptProfile:
    """That of the agency which the asker coordinates. Raises NotFound."""
    async with look(deps) as db:
        return await _kept(db, await coordinated_agency(db, asker))


async def check_profile(deps: Deps, asker: Asker, command: CheckProfile) -> ProfileChecked:
    """All that does not fit; nothing is kept. Raises NotFound."""
    async with look(deps) as db:
        agency = await coordinated_agency(db, asker)
    return ProfileChecked(judge(command.profile, fallback=agency.fallback).faults)


async def keep_profile(deps: Deps, asker: Asker, command: KeepProfile) -> KeptProfile:
    """All of it or nothing, for whoever looks for an agency from now on. Threads and their promises go on.

    Raises NotFound, ProfileInvalid, ProfileChanged (somebody else was quicker).
    """
    async with work(deps) as tx:
        agency = await agencies.held(tx.db, await coordinated_agency(tx.db, asker))
        judged = judge(command.profile, fallback=agency.fallback)
        if judged.faults:
            raise ProfileInvalid(_place(judged.faults[0]))
        kept = await _kept(tx.db, agency)
        if kept.profile == _said(judged.told_by(agency), judged.topics, judged.areas):
            # A repeat of a request whose answer got lost, perhaps.
            return kept
        if command.seen != kept.seen:
            raise ProfileChanged
        tx.record("profile_changed", deps.now(), by=asker.account_id)
        return await _kept(tx.db, await _keep(tx, agency, judged))


def _place(fault: Fault) -> str:
    return fault.field if fault.line is None else f"{fault.field}:{fault.line}"


async def _kept(db: AsyncConnection, agency: Agency) -> KeptProfile:
    said = _said(agency, await store.topics_of(db, agency.id), await store.areas_of(db, agency.id))
    return KeptProfile(agency.name, agency.fallback, said, seen_as(said))


def _said(agency: Agency, topics: Iterable[str], areas: Iterable[Area]) -> Profile:
    """In the words of a form, always the same for the same."""
    offered = set(topics)
    return Profile(
        about_de=agency.about_de,
        about_en=agency.about_en,
        address=agency.address,
        phone=agency.phone,
        topics=[one.code for one in TOPICS if one.code in offered],
        areas=[area_line(one) for one in sorted(areas, key=lambda one: (one.topic or "", one.first, one.last))],
    )


# -- what an operator does on the command line


class SettingsInvalid(Exception):  # noqa: N818  named by what is the case
    """Settings that cannot be kept. `faults`: a sentence for each, with its field and its line there."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


async def settings_named(deps: Deps, name: str) -> Settings:
    """Profile and terms of the agency with this name. Raises NotFound."""
    async with look(deps) as db:
        agency = await _named(db, name)
        return await _settings(db, agency)


async def settings_once_kept(deps: Deps, wanted: Settings) -> Settings:
    """How these would stand there. Raises NotFound, SettingsInvalid."""
    async with look(deps) as db:
        agency = await _named(db, wanted.agency)
    judged, terms = _agreed(wanted, agency)
    profile = _said(judged.told_by(agency), judged.topics, judged.areas)
    return Settings(agency.name, profile, as_wanted(terms))


async def keep_settings(deps: Deps, wanted: Settings) -> None:
    """All of it or nothing, whatever was there before; no running promise moves. Raises NotFound, SettingsInvalid."""
    async with work(deps) as tx:
        agency = await agencies.held(tx.db, await _named(tx.db, wanted.agency))
        judged, terms = _agreed(wanted, agency)
        await _keep(tx, agency, judged)
        await agencies.keep_terms(tx.db, agency.id, terms)
        tx.record("profile_changed", deps.now(), agency_id=agency.id)
        tx.record("terms_changed", deps.now(), agency_id=agency.id)


def _agreed(wanted: Settings, agency: Agency) -> tuple[Judged, Terms]:
    judged = judge(wanted.profile, fallback=agency.fallback)
    faults = [f"profile.{_place(one)}: {one.sentence}" for one in judged.faults]
    try:
        terms = agreed(wanted.terms, agency.zone)
    except TermsInvalid as reason:
        raise SettingsInvalid([*faults, f"terms.{reason.field}: {reason.sentence}"]) from None
    if faults:
        raise SettingsInvalid(faults)
    return judged, terms


async def _settings(db: AsyncConnection, agency: Agency) -> Settings:
    kept, terms = await _kept(db, agency), await agencies.terms_of(db, agency.id)
    return Settings(agency.name, kept.profile, as_wanted(terms))


async def _named(db: AsyncConnection, name: str) -> Agency:
    agency = await agencies.agency_named(db, name)
    if agency is None:
        raise NotFound
    return agency


# -- both


async def _keep(tx: Work, agency: Agency, judged: Judged) -> Agency:
    changed = judged.told_by(agency)
    await store.keep_shown(tx.db, changed)
    await store.replace_topics(tx.db, agency.id, judged.topics)
    await agencies.replace_areas(tx.db, agency.name, judged.areas)
    return changed
