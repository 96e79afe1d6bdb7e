"""Setting up second factors, looking after them, and showing one once more."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from chatserver.accounts.actions import forget_factors
from chatserver.accounts.wire import Admitted
from chatserver.errors import NotFound
from chatserver.factors.model import secret_from
from chatserver.factors.wire import (
    AddFactor,
    FactorAsked,
    FactorOffered,
    Factors,
    ListFactors,
    OfferFactor,
    RemoveFactor,
    ReplaceSpareCodes,
    SpareCodes,
)
from chatserver.sessions.wire import AskStepUp
from chatserver.tables import factors, spare_codes
from tests.api.at_the_door import app_code, asked, newcomer_at_the_door, refused, show
from tests.api.from_empty import begin
from tests.api.house import House
from tests.person_web import Refused

# -- setting up


async def test_who_is_new_can_do_nothing_before_a_second_factor_is_set_up(empty_house: House) -> None:
    begun = await begin(empty_house)
    newcomer = empty_house.newcomer("yilmaz")
    accepted = await newcomer.prepare_acceptance(await begun.founder.invite("Frau Yilmaz", "counsel"))
    answer = await newcomer.browser.post("/api/invitations/accept", accepted, Admitted)
    assert answer.signed_in is None
    assert answer.asked is None
    with pytest.raises(Refused, match="session_expired"):
        await empty_house.who_is(newcomer)
    again = await newcomer.half_log_in()
    assert again.offered is not None
    await newcomer.set_up(newcomer.new_passkey(again.offered))
    assert (await empty_house.who_is(newcomer)).name == "yilmaz"


async def test_a_lost_answer_to_an_acceptance_leads_to_the_same_question(empty_house: House) -> None:
    begun = await begin(empty_house)
    newcomer = empty_house.newcomer("yilmaz")
    accepted = await newcomer.prepare_acceptance(await begun.founder.invite("Frau Yilmaz", "counsel"))
    for _ in range(2):
        answer = await newcomer.browser.post("/api/invitations/accept", accepted, Admitted)
        assert answer.offered is not None
    await newcomer.admitted(answer)
    answer = await newcomer.browser.post("/api/invitations/accept", accepted, Admitted)
    assert answer.asked is not None


async def test_registering_with_the_keys_of_a_colleague_goes_round_nothing(empty_house: House) -> None:
    founder = (await begin(empty_house)).founder
    thief = empty_house.client(founder.name, founder.password)
    account = await thief.prepare_account()
    stored = await founder.prepare_account()
    with pytest.raises(Refused, match="name_taken"):
        await thief.register(account)
    with pytest.raises(Refused, match="name_taken"):
        await thief.register(stored)


async def test_an_app_is_set_up_by_the_code_that_it_shows_and_that_one_is_used_then(empty_house: House) -> None:
    newcomer, offered = await newcomer_at_the_door(empty_house)
    with pytest.raises(Refused, match="second_factor_wrong"):
        await newcomer.set_up(AddFactor(offered.ticket, "App", code="12 34"))
    await newcomer.set_up(AddFactor(offered.ticket, "App", code=app_code(offered, empty_house)))
    again = await asked(newcomer.elsewhere())
    assert again.app
    assert again.passkeys == []
    assert await refused(newcomer, again.ticket, app_code(offered, empty_house)) == "code_used"


async def test_a_password_sets_up_the_first_factor_and_no_other(empty_house: House) -> None:
    """Or whoever knows the password adds one of their own beside it."""
    newcomer, offered = await newcomer_at_the_door(empty_house)
    thief = newcomer.elsewhere()
    second = (await thief.half_log_in()).offered
    assert second is not None
    await newcomer.set_up(newcomer.new_passkey(offered))
    for wish in (thief.new_passkey(second), AddFactor(second.ticket, "App", code=app_code(second, empty_house))):
        with pytest.raises(Refused, match="log_in_begun_anew"):
            await thief.set_up(wish)
    assert (await thief.half_log_in()).offered is None


async def test_of_two_who_set_up_at_once_one_does(empty_house: House) -> None:
    newcomer, offered = await newcomer_at_the_door(empty_house)
    thief = newcomer.elsewhere()
    second = (await thief.half_log_in()).offered
    assert second is not None
    told = await asyncio.gather(
        newcomer.set_up(newcomer.new_passkey(offered)), thief.set_up(thief.new_passkey(second)), return_exceptions=True
    )
    assert [one.code for one in told if isinstance(one, Refused)] == ["log_in_begun_anew"]


async def test_a_passkey_made_for_another_site_is_not_kept(empty_house: House) -> None:
    newcomer, offered = await newcomer_at_the_door(empty_house)
    for made in (
        newcomer.passkey.made(offered, "https://beratung.example"),
        newcomer.passkey.made(offered, empty_house.url, rp_id="beratung.example"),
    ):
        with pytest.raises(Refused, match="passkey_refused"):
            await newcomer.set_up(AddFactor(offered.ticket, "Schlüssel", passkey=made))


@pytest.mark.parametrize("label", ["", " ", "x" * 41, "a\nb", "\u202egnp"])
async def test_a_label_that_could_deceive_or_fill_the_page_is_malformed(empty_house: House, label: str) -> None:
    newcomer, offered = await newcomer_at_the_door(empty_house)
    with pytest.raises(Refused, match="malformed"):
        await newcomer.set_up(AddFactor(offered.ticket, label, code=app_code(offered, empty_house)))


# -- spare codes


async def test_a_spare_code_opens_once(empty_house: House) -> None:
    founder = (await begin(empty_house)).founder
    assert len(founder.spare_codes) == 10
    spare = founder.spare_codes[3]
    await show(founder, (await asked(founder)).ticket, spare.upper().replace("-", " "))
    assert await refused(founder, (await asked(founder)).ticket, spare) == "second_factor_wrong"
    own = await founder.browser.get("/api/factors", ListFactors(), Factors)
    assert own.spare_codes == 9


async def test_new_spare_codes_end_the_old_ones(empty_house: House) -> None:
    founder = (await begin(empty_house)).founder
    made = await founder.browser.post("/api/factors/spare-codes", ReplaceSpareCodes(), SpareCodes)
    assert await refused(founder, (await asked(founder)).ticket, founder.spare_codes[0]) == "second_factor_wrong"
    await show(founder, (await asked(founder)).ticket, made.spare_codes[0])


async def test_the_spare_codes_of_a_colleague_open_nothing(empty_house: House) -> None:
    begun = await begin(empty_house)
    colleague = await begun.hire("yilmaz", "counsel")
    question = await asked(colleague)
    assert await refused(colleague, question.ticket, begun.founder.spare_codes[0]) == "second_factor_wrong"


async def test_the_database_holds_no_secret_that_would_open(empty_house: House) -> None:
    newcomer, offered = await newcomer_at_the_door(empty_house)
    secret = secret_from(offered.secret)
    await newcomer.set_up(AddFactor(offered.ticket, "App", code=app_code(offered, empty_house)))
    async with empty_house.deps.database.read() as db:
        kept = [row.secret for row in await db.execute(select(factors.c.secret))]
        hashes = [row.hash for row in await db.execute(select(spare_codes.c.hash))]
    assert all(secret not in one for one in kept)
    assert all(spare.replace("-", "").encode() not in one for one in hashes for spare in newcomer.spare_codes)


# -- looking after one's own


async def test_one_sees_ones_own_and_nothing_that_opens(house: House) -> None:
    berger = await house.counsellor("berger")
    own = await berger.browser.get("/api/factors", ListFactors(), Factors)
    told = sorted((one.kind, one.label, one.used_at) for one in own.factors)
    assert told == [("passkey", "Schlüssel", house.now()), ("totp", "App", None)]


async def test_another_one_is_set_up_in_a_session(house: House) -> None:
    berger = await house.counsellor("berger")
    offered = await berger.browser.post("/api/factors/offer", OfferFactor(), FactorOffered)
    own = await berger.browser.post(
        "/api/factors", AddFactor(offered.ticket, "Handy", code=app_code(offered, house)), Factors
    )
    assert sorted(one.label for one in own.factors) == ["App", "Handy", "Schlüssel"]


async def test_the_only_one_stays(house: House) -> None:
    berger = await house.counsellor("berger")
    first, second = (await berger.browser.get("/api/factors", ListFactors(), Factors)).factors
    path = "/api/factors/{id}/remove"
    await berger.browser.post(path, RemoveFactor(first.id), Factors)
    with pytest.raises(Refused, match="last_factor"):
        await berger.browser.post(path, RemoveFactor(second.id), Factors)


async def test_somebody_elses_is_not_there(house: House) -> None:
    berger, nowak = await house.counsellor("berger"), await house.counsellor("nowak")
    other = (await nowak.browser.get("/api/factors", ListFactors(), Factors)).factors[0]
    with pytest.raises(Refused, match="not_found"):
        await berger.browser.post("/api/factors/{id}/remove", RemoveFactor(other.id), Factors)
    assert len((await nowak.browser.get("/api/factors", ListFactors(), Factors)).factors) == 2


async def test_more_than_ten_are_too_many(house: House) -> None:
    berger = await house.counsellor("berger")
    for number in range(9):
        offered = await berger.browser.post("/api/factors/offer", OfferFactor(), FactorOffered)
        wish = AddFactor(offered.ticket, f"Handy {number}", code=app_code(offered, house))
        if number == 8:
            with pytest.raises(Refused, match="factors_full"):
                await berger.browser.post("/api/factors", wish, Factors)
        else:
            await berger.browser.post("/api/factors", wish, Factors)


# -- stepping up


async def test_an_open_page_does_not_suffice_to_change_factors(house: House) -> None:
    berger = await house.counsellor("berger")
    berger.browser.step_up = None
    await berger.browser.post("/api/factors/offer", OfferFactor(), FactorOffered)
    house.clock.advance(timedelta(minutes=5))
    for path, wish in (
        ("/api/factors/offer", OfferFactor()),
        ("/api/factors", AddFactor(bytes(32), "App", code="123456")),
        ("/api/factors/spare-codes", ReplaceSpareCodes()),
    ):
        with pytest.raises(Refused, match="step_up_required"):
            await berger.browser.post(path, wish, FactorOffered)
    await berger.step_up()
    await berger.browser.post("/api/factors/offer", OfferFactor(), FactorOffered)


async def test_stepping_up_in_one_browser_lets_no_other_do_more(house: House) -> None:
    berger, left_open = await house.counsellor("berger"), await house.counsellor("berger")
    left_open.browser.step_up = None
    house.clock.advance(timedelta(minutes=5))
    await berger.step_up()
    with pytest.raises(Refused, match="step_up_required"):
        await left_open.browser.post("/api/factors/offer", OfferFactor(), FactorOffered)


async def test_clients_have_no_second_factor(house: House) -> None:
    client = await house.signed_up("nachtfalter")
    with pytest.raises(Refused, match="not_found"):
        await client.browser.post("/api/step-up/ask", AskStepUp(), FactorAsked)
    with pytest.raises(Refused, match="not_found"):
        await client.browser.get("/api/factors", ListFactors(), Factors)


# -- when everything is lost


async def test_an_operator_lets_somebody_set_up_anew_and_their_sessions_end(house: House) -> None:
    berger = await house.counsellor("berger")
    await forget_factors(house.deps, "berger")
    with pytest.raises(Refused, match="session_expired"):
        await house.who_is(berger)
    answer = await berger.half_log_in()
    assert answer.offered is not None
    await berger.set_up(berger.new_passkey(answer.offered))


async def test_there_is_nothing_to_forget_of_clients_and_of_nobody(house: House) -> None:
    await house.signed_up("nachtfalter")
    for name in ("nachtfalter", "niemand-da"):
        with pytest.raises(NotFound):
            await forget_factors(house.deps, name)
