"""The second factor: nobody who works here comes in by a password alone, and nothing that was seen opens again."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from chatserver.accounts.wire import ShowFactor, SignedIn
from chatserver.factors.model import new_spare_codes
from chatserver.factors.wire import (
    FactorAsked,
)
from chatserver.sessions.wire import AskStepUp, SteppedUp
from chatserver.tables import sessions
from tests.api.at_the_door import asked, at_the_door, code, refused, show
from tests.api.from_empty import begin
from tests.api.house import House
from tests.passkeys import Passkey
from tests.people import Counsellor
from tests.person_web import Refused

HALF_MINUTE = timedelta(seconds=30)


# -- the ticket


async def test_the_password_alone_begins_no_session(house: House) -> None:
    berger = at_the_door(house)
    answer = await berger.half_log_in()
    assert answer.signed_in is None
    assert answer.offered is None
    assert not list(berger.browser.http.cookie_jar)
    with pytest.raises(Refused, match="session_expired"):
        await house.who_is(berger)
    async with house.deps.database.read() as db:
        assert (await db.execute(select(sessions.c.id))).all() == []


async def test_a_wrong_password_leads_to_no_ticket_and_tells_nothing_of_who_works_here(house: House) -> None:
    for name in ("berger", "niemand-da"):
        somebody = house.also(Counsellor(name, "falsch geraten ist auch daneben", house.url, house.now))
        with pytest.raises(Refused, match="wrong_credentials"):
            await somebody.half_log_in()


async def test_a_ticket_holds_for_ten_minutes(house: House) -> None:
    berger = at_the_door(house)
    question = await asked(berger)
    house.clock.advance(timedelta(minutes=10))
    assert await refused(berger, question.ticket, code(house)) == "log_in_begun_anew"


async def test_a_ticket_opens_once(house: House) -> None:
    berger = at_the_door(house)
    question = await asked(berger)
    await show(berger, question.ticket, code(house))
    house.clock.advance(HALF_MINUTE)
    assert await refused(berger, question.ticket, code(house)) == "log_in_begun_anew"
    assert await refused(berger, bytes(32), code(house)) == "log_in_begun_anew"


async def test_a_ticket_of_a_session_is_none_for_a_log_in(house: House) -> None:
    inside = await house.counsellor("berger")
    question = await inside.browser.post("/api/step-up/ask", AskStepUp(), FactorAsked)
    assert await refused(at_the_door(house), question.ticket, code(house)) == "log_in_begun_anew"
    outside = await asked(at_the_door(house))
    with pytest.raises(Refused, match="log_in_begun_anew"):
        await inside.browser.post("/api/step-up", inside.shown(outside), SteppedUp)


async def test_whoever_leaves_between_password_and_code_does_not_come_in(empty_house: House) -> None:
    begun = await begin(empty_house)
    colleague = await begun.hire("yilmaz", "counsel")
    question = (await colleague.elsewhere().half_log_in()).asked
    assert question is not None
    await begun.founder.let_go(colleague.account_id)
    with pytest.raises(Refused, match="log_in_begun_anew"):
        await colleague.browser.post("/api/login/factor", colleague.shown(question), SignedIn)


async def test_a_new_password_ends_what_the_old_one_has_begun(house: House) -> None:
    thief, berger = at_the_door(house), await house.counsellor("berger")
    question = await asked(thief)
    await berger.change_password("sieben stühle im morgennebel")
    assert await refused(thief, question.ticket, code(house)) == "log_in_begun_anew"


# -- codes of an app


async def test_a_code_opens_once_whoever_watched_it_being_typed(house: House) -> None:
    berger, thief = at_the_door(house), at_the_door(house)
    await show(berger, (await asked(berger)).ticket, code(house))
    assert await refused(thief, (await asked(thief)).ticket, code(house)) == "code_used"


async def test_an_older_code_does_not_open_after_a_newer_one(house: House) -> None:
    berger, thief = at_the_door(house), at_the_door(house)
    await show(berger, (await asked(berger)).ticket, code(house))
    assert await refused(thief, (await asked(thief)).ticket, code(house, by=-HALF_MINUTE)) == "code_used"


async def test_of_two_with_the_same_code_at_once_one_comes_in(house: House) -> None:
    two = [at_the_door(house), at_the_door(house)]
    questions = [await asked(one) for one in two]
    told = await asyncio.gather(
        *(show(one, question.ticket, code(house)) for one, question in zip(two, questions, strict=True)),
        return_exceptions=True,
    )
    assert [one.code for one in told if isinstance(one, Refused)] == ["code_used"]


@pytest.mark.parametrize("off", [-30, 30])
async def test_a_clock_that_is_half_a_minute_wrong_does_no_harm(house: House, off: int) -> None:
    berger = at_the_door(house)
    await show(berger, (await asked(berger)).ticket, code(house, by=timedelta(seconds=off)))
    assert (await house.who_is(berger)).name == "berger"


@pytest.mark.parametrize("off", [-90, 90])
async def test_a_clock_that_is_ninety_seconds_wrong_is_named(house: House, off: int) -> None:
    berger = at_the_door(house)
    question = await asked(berger)
    assert await refused(berger, question.ticket, code(house, by=timedelta(seconds=off))) == "code_clock_wrong"
    await show(berger, question.ticket, code(house))


async def test_after_five_wrong_codes_nobody_guesses_on_from_anywhere(house: House) -> None:
    guesser = at_the_door(house)
    question = await asked(guesser)
    wrong = "000000" if code(house) != "000000" else "000001"
    assert [await refused(guesser, question.ticket, wrong) for _ in range(5)] == ["second_factor_wrong"] * 5
    elsewhere = at_the_door(house)
    question = await asked(elsewhere)
    assert await refused(elsewhere, question.ticket, code(house)) == "too_many_requests"
    assert await refused(elsewhere, question.ticket, new_spare_codes()[0]) == "too_many_requests"


async def test_who_was_kept_out_by_a_guesser_comes_in_by_a_passkey_and_a_quarter_of_an_hour_later(house: House) -> None:
    berger = at_the_door(house)
    question = await asked(berger)
    for _ in range(5):
        await refused(berger, question.ticket, new_spare_codes()[0])
    await berger.log_in()
    for _ in range(5):
        await refused(berger, (await asked(berger)).ticket, new_spare_codes()[0])
    house.clock.advance(timedelta(minutes=15))
    await show(berger, (await asked(berger)).ticket, code(house))


async def test_guesses_at_once_are_counted_one_by_one(house: House) -> None:
    guesser = at_the_door(house)
    question = await asked(guesser)
    told = await asyncio.gather(*(refused(guesser, question.ticket, "wrong code") for _ in range(12)))
    assert sorted(told) == ["second_factor_wrong"] * 5 + ["too_many_requests"] * 7


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "１２３４５６", "x" * 5000, "\0"])
async def test_what_is_no_code_is_refused_as_a_wrong_one(house: House, typed: str) -> None:
    berger = at_the_door(house)
    assert await refused(berger, (await asked(berger)).ticket, typed) == "second_factor_wrong"


async def test_neither_code_nor_passkey_and_both_are_malformed(house: House) -> None:
    berger = at_the_door(house)
    question = await asked(berger)
    for shown in (ShowFactor(question.ticket), replace_code(berger.shown(question), "123456")):
        with pytest.raises(Refused, match="malformed"):
            await berger.browser.post("/api/login/factor", shown, SignedIn)


def replace_code(shown: ShowFactor, typed: str) -> ShowFactor:
    return ShowFactor(shown.ticket, code=typed, passkey=shown.passkey)


# -- passkeys


@pytest.mark.parametrize(
    "elsewhere",
    [{"rp_id": "beratung.example"}, {"origin": "https://beratung.example"}, {"origin": "http://localhost.example"}],
)
async def test_a_passkey_of_another_site_is_refused(house: House, elsewhere: dict[str, str]) -> None:
    berger = at_the_door(house)
    question = await asked(berger)
    shown = berger.passkey.shown(question, elsewhere.get("origin", house.url), rp_id=elsewhere.get("rp_id", ""))
    with pytest.raises(Refused, match="passkey_refused"):
        await berger.browser.post("/api/login/factor", ShowFactor(question.ticket, passkey=shown), SignedIn)


async def test_what_a_passkey_said_to_an_earlier_question_is_refused(house: House) -> None:
    berger = at_the_door(house)
    earlier, question = await asked(berger), await asked(berger)
    shown = berger.shown(earlier).passkey
    with pytest.raises(Refused, match="passkey_refused"):
        await berger.browser.post("/api/login/factor", ShowFactor(question.ticket, passkey=shown), SignedIn)


async def test_the_passkey_of_a_colleague_is_refused(house: House) -> None:
    berger = at_the_door(house)
    question = await asked(berger)
    for passkey in (Passkey.of("nowak"), replace(Passkey.of("nowak"), credential_id=berger.passkey.credential_id)):
        shown = passkey.shown(question, house.url)
        with pytest.raises(Refused, match="passkey_refused"):
            await berger.browser.post("/api/login/factor", ShowFactor(question.ticket, passkey=shown), SignedIn)


async def test_a_passkey_that_counts_backwards_was_copied(house: House) -> None:
    berger = at_the_door(house)
    berger.passkey = replace(berger.passkey, counts=7)
    await berger.log_in()
    berger.passkey = replace(berger.passkey, counts=6)
    with pytest.raises(Refused, match="passkey_refused"):
        await berger.log_in()


@pytest.mark.parametrize("part", ["client_data", "authenticator_data", "signature", "credential_id"])
async def test_rubbish_in_the_place_of_a_passkey_is_refused(house: House, part: str) -> None:
    berger = at_the_door(house)
    question = await asked(berger)
    for rubbish in (b"", b"\xff" * 300, b"{}", b"x" * 60_000):
        shown = berger.shown(question)
        setattr(shown.passkey, part, rubbish)
        with pytest.raises(Refused, match="passkey_refused"):
            await berger.browser.post("/api/login/factor", shown, SignedIn)
