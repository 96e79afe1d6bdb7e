"""The same wish twice at the same moment: one holds, and the other is told so, as if it had come later."""

import asyncio

from chatserver.accounts.wire import Me
from tests.api.house import House
from tests.api.story import ADDICTION, FIRST_WORDS, anker, enquire
from tests.person_web import Refused


async def test_of_many_who_want_one_name_at_the_same_moment_one_gets_it(house: House) -> None:
    """The others choose another one."""
    everybody = [house.client("nachtfalter") for _ in range(6)]
    accounts = [await one.prepare_account() for one in everybody]
    wishes = [one.register(account) for one, account in zip(everybody, accounts, strict=True)]
    answers = await asyncio.gather(*wishes, return_exceptions=True)
    assert [one.name for one in answers if isinstance(one, Me)] == ["nachtfalter"]
    assert [one.code for one in answers if isinstance(one, Refused)] == ["name_taken"] * 5


async def test_an_enquiry_that_is_sent_twice_at_the_same_moment_is_one(house: House) -> None:
    """Both get the same answer; there is one room, and one promise."""
    client = await house.signed_up("nachtfalter")
    enquiry = await client.prepare_enquiry(await anker(client), ADDICTION, FIRST_WORDS)
    first, *others = await asyncio.gather(*(client.send_enquiry(enquiry) for _ in range(4)))
    assert others == [first] * 3
    assert [one.room for one in await client.threads()] == [first.room]


async def test_a_thread_that_is_deleted_twice_at_the_same_moment_has_one_certificate(house: House) -> None:
    """Two pages of one person."""
    client, room = await enquire(house)
    first, second = await asyncio.gather(client.delete_thread(room.id), client.delete_thread(room.id))
    assert first == second


async def test_an_account_that_is_deleted_twice_at_the_same_moment_has_one_certificate(house: House) -> None:
    """Whoever comes too late may find the session gone instead."""
    client, _ = await enquire(house)
    answers = await asyncio.gather(client.delete_account(), client.delete_account(), return_exceptions=True)
    gone = [one for one in answers if not isinstance(one, BaseException)]
    assert gone
    assert gone == gone[:1] * len(gone)
    assert {one.code for one in answers if isinstance(one, Refused)} <= {"session_expired"}
