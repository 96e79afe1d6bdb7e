"""What an agency says of the rooms in which people meet: everybody there sees it, coordinators change it."""

from secrets import token_hex

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.deps import Asker, Deps, look, work
from chatserver.places import store
from chatserver.places.model import check_place, check_room_for_another
from chatserver.places.wire import AddPlace, ChangePlace, ClosePlace, ListPlaces, Places
from chatserver.rosters.actions import coordinated_agency, own_agency


async def list_places(deps: Deps, asker: Asker, command: ListPlaces) -> Places:
    """One's own agency's. Raises NotFound."""
    async with look(deps) as db:
        return await _places(db, (await own_agency(db, asker)).id)


async def add_place(deps: Deps, asker: Asker, command: AddPlace) -> Places:
    """Something can be booked there from now on. Raises NotFound, PlaceInvalid, PlacesFull."""
    values = _values(command)
    async with work(deps) as tx:
        agency = await coordinated_agency(tx.db, asker)
        known = await store.open_places(tx.db, agency.id)
        # A second press, or a repeat over a bad line, is not a second room.
        if not any(one.name == values["name"] for one in known):
            check_room_for_another(len(known))
            await store.add_place(tx.db, agency.id, token_hex(16), values)
            tx.record("places_changed", deps.now(), by=asker.account_id)
        return await _places(tx.db, agency.id)


async def change_place(deps: Deps, asker: Asker, command: ChangePlace) -> Places:
    """For appointments that are booked, too. Raises NotFound, PlaceInvalid."""
    values = _values(command)
    async with work(deps) as tx:
        agency = await coordinated_agency(tx.db, asker)
        await store.keep_place(tx.db, agency.id, command.place, values)
        tx.record("places_changed", deps.now(), by=asker.account_id)
        return await _places(tx.db, agency.id)


async def close_place(deps: Deps, asker: Asker, command: ClosePlace) -> Places:
    """No new appointments there; those that are booked stay. A repeat changes nothing. Raises NotFound."""
    async with work(deps) as tx:
        agency = await coordinated_agency(tx.db, asker)
        await store.close_place(tx.db, agency.id, command.place, deps.now())
        tx.record("places_changed", deps.now(), by=asker.account_id)
        return await _places(tx.db, agency.id)


def _values(wanted: AddPlace) -> dict[str, str | bool]:
    """The columns of what is wanted. Raises PlaceInvalid."""
    name, address = wanted.name.strip(), wanted.address.strip()
    check_place(name=name, address=address, address_told=wanted.address_told)
    return {
        "name": name,
        "address": address,
        "address_told": wanted.address_told,
        "step_free": wanted.step_free,
        "way_in": wanted.way_in.strip(),
    }


async def _places(db: AsyncConnection, agency_id: str) -> Places:
    return Places(await store.open_places(db, agency_id))
