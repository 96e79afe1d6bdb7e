"""While very many come, each computes a little; nobody is shut out, and nothing is counted twice."""

from datetime import timedelta

import msgspec
import pytest

from tests.api.house import MUENSTER, House
from tests.effort import effort_for
from tests.person_web import Refused


async def rushed(house: House, agency: str | None = None) -> None:
    """So many have just come that the next one has to compute."""
    now = house.now()
    for _ in range(200):
        house.deps.rush.account_bits(now)
        house.deps.rush.enquiry_bits(agency, now)


async def test_at_rest_a_share_asks_for_nothing(house: House) -> None:
    """No browser computes anything."""
    assert (await house.client("nachtfalter").draw_share("user")).bits == 0


async def test_in_a_rush_an_account_costs_an_effort_and_whoever_makes_it_is_in(house: House) -> None:
    """The same for a first enquiry."""
    await rushed(house)
    nachtfalter = house.client("nachtfalter")
    account = await nachtfalter.prepare_account()
    with pytest.raises(Refused) as refused:
        await nachtfalter.register(msgspec.structs.replace(account, effort=b""))
    assert (refused.value.code, refused.value.status) == ("effort_missing", 422)
    await nachtfalter.register(account)

    found = await nachtfalter.find_agency("debt", MUENSTER)
    enquiry = await nachtfalter.prepare_enquiry(found.agency, "debt", "Ich weiß nicht weiter.")
    assert len(enquiry.effort) == 64
    with pytest.raises(Refused) as refused:
        await nachtfalter.send_enquiry(msgspec.structs.replace(enquiry, effort=bytes(64)))
    assert refused.value.code == "effort_missing"
    assert (await nachtfalter.send_enquiry(enquiry)).position == 2


async def test_one_effort_opens_one_account(house: House) -> None:
    """The share in the ticket is used by then, on whichever node."""
    await rushed(house)
    nachtfalter, luisa = house.client("nachtfalter"), house.client("luisa7")
    drawn = await nachtfalter.draw_share("user")
    effort = await effort_for(drawn)
    accounts = [
        msgspec.structs.replace(await one.prepare_account(), share_ticket=drawn.ticket, effort=effort)
        for one in (nachtfalter, luisa)
    ]
    await nachtfalter.register(accounts[0])
    with pytest.raises(Refused) as refused:
        await luisa.register(accounts[1])
    assert refused.value.code == "ticket_invalid"


async def test_an_enquiry_whose_answer_got_lost_is_answered_also_when_its_ticket_is_old(house: House) -> None:
    """A repeat costs nothing more and starts nothing."""
    await rushed(house)
    nachtfalter = await house.signed_up("nachtfalter")
    found = await nachtfalter.find_agency("debt", MUENSTER)
    enquiry = await nachtfalter.prepare_enquiry(found.agency, "debt", "Ich weiß nicht weiter.")
    first = await nachtfalter.send_enquiry(enquiry)
    house.clock.advance(timedelta(hours=2))
    assert await nachtfalter.send_enquiry(enquiry) == first


async def test_a_ticket_of_a_calm_agency_does_not_serve_at_a_rushed_one(house: House) -> None:
    """Or everybody would draw theirs where it is quiet."""
    nachtfalter = await house.signed_up("nachtfalter")
    found = await nachtfalter.find_agency("debt", MUENSTER)
    enquiry = await nachtfalter.prepare_enquiry(found.agency, "debt", "Ich weiß nicht weiter.")
    elsewhere = await nachtfalter.draw_share("room", "ab" * 16)
    with pytest.raises(Refused) as refused:
        await nachtfalter.send_enquiry(msgspec.structs.replace(enquiry, room_ticket=elsewhere.ticket))
    assert refused.value.code == "ticket_invalid"


async def test_whoever_has_an_account_computes_nothing_to_log_in(house: House) -> None:
    """However many come."""
    nachtfalter = await house.signed_up("nachtfalter")
    await nachtfalter.log_out()
    await rushed(house)
    await nachtfalter.log_in()
