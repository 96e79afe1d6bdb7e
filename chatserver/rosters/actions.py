"""Publishing rosters, sealing duty seeds, and what people see of their own agency."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.accounts import store as accounts
from chatserver.agencies import store as agencies
from chatserver.agencies.model import Agency, Counsellor
from chatserver.agencies.model import Roster as StoredRoster
from chatserver.agencies.wire import SealedSeed
from chatserver.deps import Asker, Deps, Work, work
from chatserver.due_work import plan
from chatserver.errors import NotFound, RosterInconsistent
from chatserver.notices.actions import tell_notice
from chatserver.rosters import store
from chatserver.rosters.model import (
    Seed,
    certified_people,
    check_next,
    check_seeds,
    check_signer,
    newly_certified,
    newly_revoked,
    warnings,
)
from chatserver.rosters.wire import (
    DutySeedsKept,
    KeepDutySeeds,
    PublishRoster,
    RosterChanged,
    RosterPublished,
)
from crypto import Certificate, Roster, fingerprint_of, from_ms, read_roster
from crypto.errors import RosterMissing

ColleagueNews = Literal["colleague_certified", "colleague_left", "colleague_renewed"]

# -- whose roster


async def agency_with_id(db: AsyncConnection, agency_id: str) -> Agency:
    """Raises NotFound."""
    found = await agencies.agency_by_id(db, agency_id)
    if found is None:
        raise NotFound
    return found


async def own_agency(db: AsyncConnection, asker: Asker) -> Agency:
    """Where the asker works now. Raises NotFound."""
    works = await agencies.counsellor_by_account(db, asker.account_id)
    if works is None or works.left_at is not None:
        raise NotFound
    return await agency_with_id(db, works.agency_id)


async def coordinated_agency(db: AsyncConnection, asker: Asker) -> Agency:
    """The agency whose roster the asker keeps. Raises NotFound."""
    works = await agencies.counsellor_by_account(db, asker.account_id)
    if works is None or not works.coordinates:
        raise NotFound
    return await own_agency(db, asker)


async def newest_signed(db: AsyncConnection, agency: Agency) -> Roster:
    """The newest roster, verified. Raises RosterMissing."""
    stored = await agencies.newest_roster(db, agency.id)
    if stored is None:
        raise RosterMissing
    return read_roster(stored.roster, agency.root_fingerprint)


# -- publishing


@dataclass(frozen=True, slots=True)
class Published:
    """A roster that has been stored, with the one before it and the people whom it names, by account."""

    agency: Agency
    roster: Roster
    before: Roster
    people: dict[str, Certificate]


async def publish_roster(deps: Deps, asker: Asker, command: PublishRoster) -> RosterPublished:
    """The next roster of one's own agency; rows and roles follow from it. Whoever comes second loses.

    A repeat gets the first answer. To revoke somebody is a departure. Raises NotFound, RosterStale, RosterForked,
    RosterInconsistent and what the protocol refuses.
    """
    async with work(deps) as tx:
        agency = await coordinated_agency(tx.db, asker)
        first = await published_before(tx.db, agency, command.roster)
        if first is not None:
            return RosterPublished(agency.id, first)
        done = await publish(tx, asker, agency, command, deps.now())
        if newly_revoked(done.roster, done.before):
            raise RosterInconsistent("revocations")
        changed = done.roster.keys != done.before.keys
        tx.record("roster_keys_changed" if changed else "roster_published", deps.now(), by=asker.account_id)
        await _tell(tx, asker, done, deps.now())
    return RosterPublished(agency.id, done.roster.number)


async def published_before(db: AsyncConnection, agency: Agency, raw: bytes) -> int | None:
    """The number of exactly this roster, if it is the newest: its first answer got lost."""
    newest = await agencies.newest_roster(db, agency.id)
    return newest.number if newest is not None and newest.roster == raw else None


class Wish(Protocol):
    """A roster as it came, with its seeds."""

    roster: bytes
    duty_seeds: list[SealedSeed]


async def publish(tx: Work, asker: Asker, agency: Agency, wish: Wish, now: datetime) -> Published:
    """Judges and stores the next roster with everything that follows from it, in the caller's transaction."""
    await store.lock_agency(tx.db, agency.id)
    before, new = await newest_signed(tx.db, agency), read_roster(wish.roster, agency.root_fingerprint)
    check_next(new, before, now)
    account = await accounts.account_by_id(tx.db, asker.account_id)
    if account is None:
        raise NotFound
    check_signer(new, fingerprint_of(account.signing_key))
    people = await keep_people(tx.db, agency, new, now)
    renewed = new.duty_generation != before.duty_generation
    await keep_seeds(tx.db, agency, new, wish.duty_seeds, people, renewed=renewed)
    await keep_roster(tx.db, agency, new, now)
    return Published(agency, new, before, people)


async def keep_people(db: AsyncConnection, agency: Agency, new: Roster, now: datetime) -> dict[str, Certificate]:
    """Rows and roles of everybody whom the roster names, by account. Raises RosterInconsistent."""
    staff = {fingerprint_of(one.signing_key): one for one in await store.employees(db, agency.id)}
    people = {one.user_id.hex(): one for one in certified_people(new, staff, now).values()}
    for account_id, certificate in people.items():
        counsellor = Counsellor(
            account_id=account_id,
            agency_id=agency.id,
            display_name=certificate.display_name,
            duty="duty" in certificate.capabilities,
            coordinates="coordinate" in certificate.capabilities,
        )
        await store.keep_counsellor(db, counsellor, "coordinator" if counsellor.coordinates else "counsellor")
        await store.mark_certified(db, account_id, now)
    return people


async def keep_seeds(
    db: AsyncConnection,
    agency: Agency,
    new: Roster,
    seeds: Iterable[SealedSeed],
    people: dict[str, Certificate],
    *,
    renewed: bool,
) -> None:
    """The duty seeds that come with a roster. Raises RosterInconsistent."""
    came = [Seed(one.holder, one.generation, one.sealed) for one in seeds]
    check_seeds(new, came, {one for one, it in people.items() if "duty" in it.capabilities}, renewed=renewed)
    for one in came:
        await store.keep_seed(db, agency.id, one)


async def keep_roster(db: AsyncConnection, agency: Agency, new: Roster, now: datetime) -> None:
    """The roster itself, and the days on which its coordinators are warned of its end."""
    kept = StoredRoster(
        agency_id=agency.id,
        number=new.number,
        hash=new.hash,
        roster=new.raw,
        duty_generation=new.duty_generation,
        stored_at=now,
    )
    await agencies.add_roster(db, kept)
    for days, at in warnings(from_ms(new.expires_at), now):
        await plan(db, "roster_expires", f"roster_expires:{agency.id}:{new.number}:{days}", at)


async def _tell(tx: Work, asker: Asker, done: Published, now: datetime) -> None:
    if newly_certified(done.people.values(), done.before):
        await tell_colleagues(tx, asker, done, "colleague_certified", now)
    await tell_changed(tx, done)


async def tell_colleagues(tx: Work, asker: Asker, done: Published, kind: ColleagueNews, now: datetime) -> None:
    """Everybody who worked there before is told who came or left; whoever did it knows (T50)."""
    before = {one.user_id.hex() for one in done.before.certificates}
    await tell_notice(tx, [one for one in done.people if one in before and one != asker.account_id], kind, now=now)


async def tell_changed(tx: Work, done: Published) -> None:
    """Every page of the agency's people fetches the new roster."""
    news = RosterChanged(done.agency.id, done.roster.number)
    tx.tell(await store.everybody(tx.db, done.agency.id), "roster_changed", news)


# -- duty seeds


async def keep_duty_seeds(deps: Deps, asker: Asker, command: KeepDutySeeds) -> DutySeedsKept:
    """Whoever has the duty key, or made it, seals it to colleagues who were certified for it. Raises NotFound."""
    async with work(deps) as tx:
        agency = await own_agency(tx.db, asker)
        works = await agencies.counsellor_by_account(tx.db, asker.account_id)
        if works is None or not (works.duty or works.coordinates):
            raise NotFound
        came = [Seed(one.holder, one.generation, one.sealed) for one in command.seeds]
        newest = await newest_signed(tx.db, agency)
        check_seeds(newest, came, await agencies.on_duty(tx.db, agency.id), renewed=False)
        for one in came:
            await store.keep_seed(tx.db, agency.id, one)
        holders = {one.holder for one in came}
        tx.tell(holders, "roster_changed", RosterChanged(agency.id, newest.number))
    return DutySeedsKept(len(came))
