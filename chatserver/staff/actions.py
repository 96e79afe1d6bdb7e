"""What people see of their own agency."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.agencies.actions import shown_agency
from chatserver.agencies.model import CAPABILITIES, Agency, capabilities_of
from chatserver.deps import Asker, Deps, look
from chatserver.errors import NotFound
from chatserver.rosters import store
from chatserver.rosters.actions import agency_with_id, newest_signed, own_agency
from chatserver.staff.wire import Colleague, ListStaff, OwnAgency, ReadOwnAgency, Staff
from chatserver.wire.types import Capability
from crypto import Certificate


async def read_own_agency(deps: Deps, asker: Asker, command: ReadOwnAgency) -> OwnAgency:
    """Where somebody works, or waits to be certified. Raises NotFound."""
    async with look(deps) as db:
        waits = await store.waiting_at(db, asker.account_id)
        if waits is not None:
            agency = await agency_with_id(db, waits.agency_id)
            shown, capabilities = await shown_agency(db, agency, deps.now()), capabilities_of(waits.capabilities)
            return OwnAgency(shown, waits.display_name, capabilities, certified=False)
        agency = await own_agency(db, asker)
        mine = await _certificate(db, agency, asker)
        shown = await shown_agency(db, agency, deps.now())
    return OwnAgency(shown, mine.display_name, _words(mine), certified=True)


async def _certificate(db: AsyncConnection, agency: Agency, asker: Asker) -> Certificate:
    newest = await newest_signed(db, agency)
    found = next((one for one in newest.certificates if one.user_id.hex() == asker.account_id), None)
    if found is None:
        raise NotFound
    return found


async def list_staff(deps: Deps, asker: Asker, command: ListStaff) -> Staff:
    """Everybody who works or worked at one's own agency, as its newest roster has them. Raises NotFound."""
    async with look(deps) as db:
        agency = await own_agency(db, asker)
        newest = await newest_signed(db, agency)
        sealed = await store.sealed_generations(db, agency.id)
        people = await store.workers(db, agency.id)
    listed = {one.user_id.hex(): one for one in newest.certificates}
    return Staff(
        agency=agency.id,
        roster_number=newest.number,
        duty_generation=newest.duty_generation,
        people=[
            Colleague(
                account_id=one.account_id,
                name=one.name,
                display_name=one.display_name,
                capabilities=[] if one.left_at else _words(listed.get(one.account_id)),
                signing_key=one.signing_key,
                kem_statement=one.kem_statement,
                left_at=one.left_at,
                lacks=_lacking(newest.duty_generation, sealed.get(one.account_id, set())) if one.duty else [],
            )
            for one in people
        ],
    )


def _lacking(newest: int, sealed: set[int]) -> list[int]:
    return [one for one in range(1, newest + 1) if one not in sealed]


def _words(certificate: Certificate | None) -> list[Capability]:
    return [one for one in CAPABILITIES if certificate and one in certificate.capabilities]
