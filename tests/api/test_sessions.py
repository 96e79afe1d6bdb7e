"""One's own log-ins: seen, ended, and over by themselves when nobody uses them."""

from datetime import timedelta

import pytest

from chatserver.accounts.jobs import keep_use
from chatserver.sessions.wire import EndOtherSessions, EndSession, ListSessions, Session, Sessions
from tests.api.house import House, visited
from tests.people import Talking
from tests.person_web import Refused
from tests.places import Place

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def seen_by(somebody: Talking) -> list[Session]:
    return (await somebody.browser.get("/api/sessions", ListSessions(), Sessions)).sessions


async def test_one_sees_where_one_is_logged_in_and_which_is_this(house: House) -> None:
    nachtfalter = await house.signed_up("nachtfalter")
    begun = house.now()
    house.clock.advance(HOUR)
    there = house.also(nachtfalter.elsewhere())
    await there.log_in()
    told = [(one.begun_at, one.this) for one in await seen_by(there)]
    assert told == [(begun + HOUR, True), (begun, False)]
    assert [one.this for one in await seen_by(nachtfalter)] == [False, True]


async def test_nobody_sees_or_ends_the_session_of_somebody_else(house: House) -> None:
    nachtfalter, luisa = await house.signed_up("nachtfalter"), await house.signed_up("luisa7")
    (other,) = await seen_by(nachtfalter)
    assert other.id not in {one.id for one in await seen_by(luisa)}
    with pytest.raises(Refused, match="not_found"):
        await luisa.browser.post("/api/sessions/{id}/end", EndSession(other.id), Sessions)
    assert len(await seen_by(nachtfalter)) == 1


async def test_what_is_ended_elsewhere_is_over_and_its_socket_is_cut(house: House) -> None:
    nachtfalter = await house.signed_up("nachtfalter")
    there = house.also(nachtfalter.elsewhere())
    await there.log_in()
    await there.connect()
    other = next(one for one in await seen_by(nachtfalter) if not one.this)
    left = await nachtfalter.browser.post("/api/sessions/{id}/end", EndSession(other.id), Sessions)
    assert [one.this for one in left.sessions] == [True]
    await there.browser.cut_off()
    with pytest.raises(Refused, match="session_expired"):
        await house.who_is(there)


async def test_all_others_are_ended_at_once_and_this_one_goes_on(house: House) -> None:
    nachtfalter = await house.signed_up("nachtfalter")
    others = [house.also(nachtfalter.elsewhere()) for _ in range(3)]
    for one in others:
        await one.log_in()
    left = await nachtfalter.browser.post("/api/sessions/end-others", EndOtherSessions(), Sessions)
    assert [one.this for one in left.sessions] == [True]
    for one in others:
        with pytest.raises(Refused, match="session_expired"):
            await house.who_is(one)
    assert (await house.who_is(nachtfalter)).name == "nachtfalter"


async def test_a_session_that_nobody_uses_is_over_before_its_time(founded: Place) -> None:
    async with visited(founded.config(session_idle_hours=2)) as house:
        nachtfalter = await house.signed_up("nachtfalter")
        house.clock.advance(2 * HOUR)
        with pytest.raises(Refused, match="session_expired"):
            await house.who_is(nachtfalter)


async def test_using_it_keeps_a_session_but_not_beyond_its_end(founded: Place) -> None:
    async with visited(founded.config(session_idle_hours=2, session_hours=5)) as house:
        nachtfalter = await house.signed_up("nachtfalter")
        begun = house.now()
        for _ in range(3):
            house.clock.advance(HOUR + 30 * MINUTE)
            await house.who_is(nachtfalter)
            await keep_use(house.deps)
        (own,) = await seen_by(nachtfalter)
        assert own.used_at == begun + 3 * (HOUR + 30 * MINUTE)
        house.clock.advance(30 * MINUTE)
        with pytest.raises(Refused, match="session_expired"):
            await house.who_is(nachtfalter)


async def test_an_open_page_is_in_use(founded: Place) -> None:
    async with visited(founded.config(session_idle_hours=2)) as house:
        nachtfalter = await house.signed_up("nachtfalter")
        await nachtfalter.connect()
        for _ in range(3):
            house.clock.advance(HOUR)
            await keep_use(house.deps)
        assert (await house.who_is(nachtfalter)).name == "nachtfalter"


async def test_what_is_over_is_not_brought_back_by_having_been_used(founded: Place) -> None:
    async with visited(founded.config(session_idle_hours=2)) as house:
        nachtfalter = await house.signed_up("nachtfalter")
        await house.who_is(nachtfalter)
        house.clock.advance(2 * HOUR)
        await keep_use(house.deps)
        with pytest.raises(Refused, match="session_expired"):
            await house.who_is(nachtfalter)


async def test_a_clock_that_is_put_back_shortens_nothing(founded: Place) -> None:
    async with visited(founded.config(session_idle_hours=2)) as house:
        nachtfalter = await house.signed_up("nachtfalter")
        house.clock.advance(-HOUR)
        await house.who_is(nachtfalter)
        await keep_use(house.deps)
        house.clock.advance(2 * HOUR + 30 * MINUTE)
        assert (await house.who_is(nachtfalter)).name == "nachtfalter"
