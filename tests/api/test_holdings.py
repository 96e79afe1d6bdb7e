"""Everything that is held about a person, for that person: each planted word is in it, and nobody else's."""

from datetime import timedelta

from chatserver.holdings.wire import Holdings, ReadHoldings
from tests.api.house import House
from tests.api.story import talk
from tests.people import Client, Counsellor


async def holdings(somebody: Client | Counsellor) -> Holdings:
    """As the page asks for them."""
    return await somebody.browser.get("/api/account/holdings", ReadHoldings(), Holdings)


def cells(told: Holdings) -> set[str]:
    """Everything that stands anywhere."""
    return {cell for kind in told.held for row in kind.rows for cell in row if cell is not None}


def kinds(told: Holdings) -> dict[str, int]:
    """How many rows of each."""
    return {kind.kind: len(kind.rows) for kind in told.held}


async def test_a_client_gets_what_is_theirs_and_nothing_of_others(house: House) -> None:
    """Also what was written before a new identity; no key, no hash, nobody's id but their own."""
    talking, other = await talk(house), await talk(house, "luisa7")
    client, room = talking.client, talking.room
    await room.write("Noch etwas.")
    before = client.account_id
    await client.renew_identity("neunzehn stille laternen am kanal")
    told = await holdings(client)
    found = cells(told)
    assert (told.account_id, told.name, told.role) == (client.account_id, "nachtfalter", "client")
    assert {client.account_id, before, room.id, room.thread.topic, room.thread.agency, "open"} <= found
    counted = kinds(told)
    assert counted["conversations"] == counted["consents"] == 1
    assert counted["written"] >= 3
    assert {"account", "sessions", "promises", "vault", "rooms", "notices", "seats_in_rooms"} <= set(counted)
    strangers = {other.client.account_id, "luisa7", other.room.id, talking.counsellor.account_id}
    assert not found & strangers
    mine, theirs = {len(row) for one in told.held for row in one.rows}, {len(one.columns) for one in told.held}
    assert mine == theirs


async def test_a_counsellor_gets_their_work_and_no_clients(house: House) -> None:
    """When they took whom on is theirs; name, topic and id of that person are not."""
    talking = await talk(house)
    house.clock.advance(timedelta(minutes=1))
    told = await holdings(talking.counsellor)
    found, counted = cells(told), kinds(told)
    assert counted["taken"] == counted["work"] == 1
    assert {"account", "sessions", "factors", "calendar", "office_hours", "duty_keys"} <= set(counted)
    assert talking.room.id in found
    assert not found & {talking.client.account_id, "nachtfalter", talking.room.thread.topic}
