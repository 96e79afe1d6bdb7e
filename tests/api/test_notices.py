"""What people are told: written with its reason, told after the commit, seen when they say so."""

import pytest

from chatserver.deps import work
from chatserver.notices.actions import tell_notice
from chatserver.notices.wire import Notice
from tests.api.house import House
from tests.person_web import Refused

ROOM = "cd" * 16


async def test_a_notice_is_pushed_and_is_there_afterwards(house: House) -> None:
    """The push only wakes; the list is what counts."""
    nachtfalter = await house.signed_up("nachtfalter")
    await nachtfalter.connect()
    async with work(house.deps) as tx:
        await tell_notice(tx, [nachtfalter.account_id], "enquiry_taken", now=house.now(), room=ROOM)
    pushed = await nachtfalter.browser.heard("notice", Notice)
    assert (pushed.kind, pushed.room, pushed.seen) == ("enquiry_taken", ROOM, False)
    assert await nachtfalter.notices() == [pushed]


async def test_what_is_rolled_back_is_told_to_nobody(house: House) -> None:
    """Neither pushed nor listed."""
    nachtfalter = await house.signed_up("nachtfalter")
    await nachtfalter.connect()
    with pytest.raises(ZeroDivisionError):
        await _tell_in_vain(house, nachtfalter.account_id)
    async with work(house.deps) as tx:
        await tell_notice(tx, [nachtfalter.account_id], "enquiry_taken", now=house.now())
    assert (await nachtfalter.browser.heard("notice", Notice)).kind == "enquiry_taken"
    assert [one.kind for one in await nachtfalter.notices()] == ["enquiry_taken"]


async def _tell_in_vain(house: House, account_id: str) -> None:
    async with work(house.deps) as tx:
        await tell_notice(tx, [account_id], "promise_broken", now=house.now())
        raise ZeroDivisionError


async def test_a_notice_told_twice_to_one_person_at_once_is_one(house: House) -> None:
    """Somebody on duty who also coordinates hears it once."""
    nachtfalter = await house.signed_up("nachtfalter")
    async with work(house.deps) as tx:
        await tell_notice(tx, [nachtfalter.account_id] * 2, "enquiry_taken", now=house.now())
    assert len(await nachtfalter.notices()) == 1


async def test_seeing_goes_up_to_a_notice_and_touches_ones_own_only(house: House) -> None:
    """What came later stays unseen, and so does everybody else's."""
    nachtfalter, luisa = await house.signed_up("nachtfalter"), await house.signed_up("luisa7")
    async with work(house.deps) as tx:
        for _ in range(2):
            await tell_notice(tx, [nachtfalter.account_id, luisa.account_id], "enquiry_taken", now=house.now())
    later, earlier = await nachtfalter.notices()
    await nachtfalter.see_notices(earlier.id)
    assert [one.seen for one in await nachtfalter.notices()] == [False, True]
    assert [one.seen for one in await luisa.notices()] == [False, False]
    assert later.id > earlier.id


async def test_notices_need_a_session(house: House) -> None:
    """Without one there is nothing to list."""
    with pytest.raises(Refused, match="session_expired"):
        await house.client("nachtfalter").notices()
