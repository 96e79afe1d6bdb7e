"""The same wish twice at the same moment: one holds, and the other is told so, as if it had come later."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from chatserver.accounts.wire import Me
from tests.api.from_empty import begin
from tests.api.house import House
from tests.api.story import ADDICTION, FIRST_WORDS, anker, enquire, talk
from tests.person_web import Browser, Refused


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


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whatever a browser sends goes out three times at the same moment; the list tells what was no plain answer."""
    once, failed = Browser._call, list[str]()

    async def thrice(self: Browser, method: str, path: str, into: Any, **more: Any) -> Any:
        calls = [once(self, method, path, into, **more) for _ in range(1 if method == "GET" else 3)]
        answers = await asyncio.gather(*calls, return_exceptions=True)
        failed.extend(f"{path}: {one}" for one in answers if isinstance(one, Refused) and one.status >= 500)
        good = [one for one in answers if not isinstance(one, BaseException)]
        if not good and isinstance(answers[0], BaseException):
            raise answers[0]
        return good[0]

    monkeypatch.setattr(Browser, "_call", thrice)
    return failed


async def test_a_story_in_which_everything_is_sent_three_times_at_once_is_the_same_story(
    house: House, impatient: list[str]
) -> None:
    """From the first words to the end of a live chat, and to the certificate of deletion."""
    talking = await talk(house)
    await talking.desk.write("Guten Morgen.")
    slot = (await talking.client.slots(talking.room.id)).slots[0]
    appointment = await talking.client.book(talking.room.id, slot)
    await house.pass_time(slot.starts_at - house.now() + timedelta(minutes=1))
    await talking.counsellor.begin_live_chat(appointment.id)
    await talking.client.end_live_chat(appointment.id)
    await talking.client.change_password("sieben stühle im morgennebel", new_code=True)
    await talking.room.read()
    await talking.room.write("Danke.", clock="none")
    assert await talking.desk.read() == [FIRST_WORDS, "Guten Morgen.", "Danke."]
    kinds = [one.kind for one in await talking.counsellor.notices()]
    assert kinds.count("appointment_booked") == 1
    await talking.client.delete_account()
    assert impatient == []


async def test_so_is_one_of_an_agency_that_is_founded_and_staffed(empty_house: House, impatient: list[str]) -> None:
    """A plan, its founder, two who are invited, and what they may do."""
    begun = await begin(empty_house)
    await begun.hire("arendt", "counsel", "duty")
    await begun.hire_coordinator("brandt", "counsel")
    names = [one.name for one in (await begun.founder.staff()).people]
    assert sorted(names) == sorted(set(names))
    assert len(names) == 3
    assert impatient == []
