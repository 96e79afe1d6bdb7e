"""Somebody who works here, between the password and the second factor."""

from datetime import timedelta

import pytest

from chatserver.accounts.wire import Admitted, ShowFactor, SignedIn
from chatserver.demo.cast import demo_secret
from chatserver.factors.model import code_at, secret_from, step_at
from chatserver.factors.wire import (
    FactorAsked,
    FactorOffered,
)
from tests.api.from_empty import begin
from tests.api.house import House
from tests.people import Counsellor
from tests.person_web import Refused


def at_the_door(house: House, name: str = "berger") -> Counsellor:
    """Somebody who works here, in an empty browser."""
    return house.also(Counsellor(name, "lampe sucht garten 71", house.url, house.now))


def code(house: House, name: str = "berger", by: timedelta = timedelta(0)) -> str:
    """What this person's app shows when its clock is wrong by so much."""
    return code_at(demo_secret(name), step_at(house.now() + by))


async def asked(berger: Counsellor) -> FactorAsked:
    """The question after the password."""
    answer = await berger.half_log_in()
    assert answer.asked is not None
    return answer.asked


async def show(berger: Counsellor, ticket: bytes, typed: str) -> SignedIn:
    return await berger.browser.post("/api/login/factor", ShowFactor(ticket, code=typed), SignedIn)


async def refused(berger: Counsellor, ticket: bytes, typed: str) -> str:
    with pytest.raises(Refused) as refusal:
        await show(berger, ticket, typed)
    return refusal.value.code


async def newcomer_at_the_door(house: House) -> tuple[Counsellor, FactorOffered]:
    """Somebody who has accepted, and is offered a second factor."""
    begun = await begin(house)
    newcomer = house.newcomer("yilmaz")
    accepted = await newcomer.prepare_acceptance(await begun.founder.invite("Frau Yilmaz", "counsel"))
    answer = await newcomer.browser.post("/api/invitations/accept", accepted, Admitted)
    assert answer.offered is not None
    return newcomer, answer.offered


def app_code(offered: FactorOffered, house: House) -> str:
    return code_at(secret_from(offered.secret), step_at(house.now()))
