"""Not taking an enquiry: it stays with the colleagues, and is never lost."""

from datetime import timedelta

import pytest

from chatserver.declines.wire import Declined, DeclineEnquiry
from tests.api.house import House
from tests.api.story import enquire, talk
from tests.api.test_clock import kinds
from tests.people import Client, Counsellor
from tests.person_web import Refused


async def decline(somebody: Client | Counsellor, room: str, reason: str = "conflict") -> Declined:
    """As the page does it."""
    command = DeclineEnquiry(room, reason)  # type: ignore[arg-type]  # also what is not on the list
    return await somebody.browser.post("/api/enquiries/{room}/decline", command, Declined)


async def test_what_somebody_has_declined_is_offered_to_their_colleagues_only(house: House) -> None:
    """The coordinator hears of it once, and the promise goes on."""
    client, room = await enquire(house)
    berger, yilmaz = await house.counsellor("berger"), await house.counsellor("yilmaz")
    for _ in range(2):
        await decline(berger, room.id)
    assert await berger.inbox() == []
    assert [one.room for one in await yilmaz.inbox()] == [room.id]
    assert await kinds(await house.counsellor("hagemann")) == ["enquiry_declined"]
    assert (await client.thread(room.id)).due_at is not None
    await yilmaz.take(room.id)


async def test_what_everybody_on_duty_has_declined_is_offered_to_all_again(house: House) -> None:
    """An enquiry that nobody is shown would wait for ever."""
    _, room = await enquire(house)
    duty = [await house.counsellor(name) for name in ("berger", "yilmaz", "nowak")]
    for one in duty[:2]:
        await decline(one, room.id, "capacity")
    assert [len(await one.inbox()) for one in duty] == [0, 0, 1]
    await decline(duty[2], room.id, "topic")
    assert [len(await one.inbox()) for one in duty] == [1, 1, 1]


async def test_only_those_on_duty_decline_what_is_new_for_a_reason_of_the_list(house: House) -> None:
    """For others it does not exist, and what was taken cannot be declined."""
    talking = await talk(house)
    with pytest.raises(Refused, match="enquiry_taken"):
        await decline(await house.counsellor("yilmaz"), talking.room.id)
    client, room = await enquire(house, "luisa7")
    for somebody in (client, await house.counsellor("okafor"), await house.counsellor("hagemann")):
        with pytest.raises(Refused, match="not_found"):
            await decline(somebody, room.id)
    with pytest.raises(Refused, match="malformed"):
        await decline(talking.counsellor, room.id, "keine Lust")


async def test_a_deleted_enquiry_takes_its_declines_along(house: House) -> None:
    """Nothing is left that names its room."""
    client, room = await enquire(house)
    await decline(await house.counsellor("berger"), room.id)
    await client.delete_thread(room.id)
    assert await (await house.counsellor("yilmaz")).inbox() == []


async def test_who_declined_is_not_reminded_unless_nobody_else_is_left(house: House) -> None:
    """The others on duty are; once all have declined it is everybody's again."""
    _, room = await enquire(house)
    berger, yilmaz, nowak = [await house.counsellor(name) for name in ("berger", "yilmaz", "nowak")]
    await decline(berger, room.id)
    await house.pass_time(timedelta(hours=24))
    assert [(await kinds(one)).count("reply_reminder") for one in (berger, yilmaz, nowak)] == [0, 1, 1]
    for one in (yilmaz, nowak):
        await decline(one, room.id)
    await house.pass_time(timedelta(hours=12))
    assert [(await kinds(one)).count("reply_escalated") for one in (berger, yilmaz, nowak)] == [1, 1, 1]
