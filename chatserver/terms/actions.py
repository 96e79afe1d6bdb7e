"""Seeing and changing what an agency promises. Promises that run keep the terms under which they were given."""

from datetime import datetime

from chatserver.agencies import store as agencies
from chatserver.agencies.wire import OpenHours
from chatserver.deps import Asker, Deps, look, work
from chatserver.errors import TermsChanged, TermsInvalid
from chatserver.guarantee.hours import PolicyInvalid
from chatserver.guarantee.terms import OpenBlock, Terms, check_bearable, weekly_hours
from chatserver.rosters.actions import coordinated_agency, own_agency
from chatserver.terms.wire import KeepTerms, PreviewTerms, ReadTerms, WantedTerms
from chatserver.terms.wire import Terms as ShownTerms
from chatserver.versions import seen_as


async def read_terms(deps: Deps, asker: Asker, command: ReadTerms) -> ShownTerms:
    """One's own agency's. Raises NotFound."""
    async with look(deps) as db:
        agency = await own_agency(db, asker)
        terms = await agencies.terms_of(db, agency.id)
    return _shown(terms, deps.now(), kept=terms)


async def preview_terms(deps: Deps, asker: Asker, command: PreviewTerms) -> ShownTerms:
    """What the terms would be, and by when an answer would be promised now. Raises NotFound, TermsInvalid."""
    async with look(deps) as db:
        agency = await coordinated_agency(db, asker)
        kept = await agencies.terms_of(db, agency.id)
    return _shown(agreed(command, agency.zone), deps.now(), kept=kept)


async def keep_terms(deps: Deps, asker: Asker, command: KeepTerms) -> ShownTerms:
    """For promises that begin from now on. A repeat changes nothing.

    Raises NotFound, TermsInvalid, TermsChanged (somebody else was quicker).
    """
    async with work(deps) as tx:
        agency = await agencies.held(tx.db, await coordinated_agency(tx.db, asker))
        terms = agreed(command, agency.zone)
        kept = await agencies.terms_of(tx.db, agency.id)
        if as_wanted(kept) != as_wanted(terms):
            if command.seen != seen_as(as_wanted(kept)):
                raise TermsChanged
            await agencies.keep_terms(tx.db, agency.id, terms)
            tx.record("terms_changed", deps.now(), by=asker.account_id)
    return _shown(terms, deps.now(), kept=terms)


def agreed(command: WantedTerms, zone: str) -> Terms:
    """The terms that a command asks for. Raises TermsInvalid, which names what cannot be kept."""
    try:
        terms = Terms(
            zone=zone,
            hours=weekly_hours(OpenBlock(one.weekday, one.begins, one.ends) for one in command.weekly),
            closed=frozenset(command.closed),
            land=command.land,
            languages=tuple(dict.fromkeys(command.languages)),
            kind=command.kind,
            promised_hours=command.promised_hours,
        )
        check_bearable(terms)
    except PolicyInvalid as reason:
        raise TermsInvalid(str(reason).partition(":")[0]) from None
    return terms


def _shown(terms: Terms, now: datetime, *, kept: Terms) -> ShownTerms:
    return ShownTerms(
        zone=terms.zone,
        weekly=[OpenHours(*one) for one in terms.weekly()],
        closed=sorted(terms.closed),
        land=terms.land,
        languages=list(terms.languages),
        kind=terms.kind,
        promised_hours=terms.promised_hours,
        due_at=terms.policy().due_at(now),
        seen=seen_as(as_wanted(kept)),
    )


def as_wanted(terms: Terms) -> WantedTerms:
    """In the words of a form, always the same for the same."""
    return WantedTerms(
        weekly=[OpenHours(*one) for one in terms.weekly()],
        closed=sorted(terms.closed),
        land=terms.land,
        languages=list(terms.languages),
        kind=terms.kind,
        promised_hours=terms.promised_hours,
    )
