"""Deleting: nothing is left but the signed word for it, and no backup without the shares opens anything."""

from collections.abc import Awaitable
from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.tables import metadata
from chatserver.deletions.wire import DeleteAccount, Deleted, DeleteThread, ThreadDeleted
from crypto import to_ms
from tests.api.backups import backed_up, restore
from tests.api.house import House
from tests.api.story import FIRST_WORDS, enquire, talk
from tests.person_web import Refused


async def places_of(house: House, named: str) -> set[str]:
    """The tables in which an id stands anywhere, as text, inside a text, or as bytes."""
    found = set()
    async with house.deps.database.read() as db:
        for table in metadata.sorted_tables:
            for row in await db.execute(select(table)):
                if any(_holds(value, named) for value in row):
                    found.add(table.name)
    return found


def _holds(value: object, named: str) -> bool:
    return (isinstance(value, str) and named in value) or (
        isinstance(value, bytes) and (bytes.fromhex(named) in value or named.encode() in value)
    )


async def code_of(refused: Awaitable[object]) -> str:
    """Why not."""
    with pytest.raises(Refused) as why:
        await refused
    return why.value.code


async def test_nothing_of_a_thread_is_left_but_the_certificate(house: House) -> None:
    """Every table is searched: one that comes later is found by this test, not by a client."""
    talking = await talk(house)
    await talking.desk.write("Danke, dass Sie schreiben.")
    slots = await talking.client.slots(talking.room.id)
    await talking.client.book(talking.room.id, slots.slots[0])
    room = talking.room.id
    assert {"rooms", "threads", "reservations", "notices", "keyring"} <= await places_of(house, room)
    gone = await talking.client.delete_thread(room)
    assert await places_of(house, room) == {"deletions"}
    assert (gone.kind, gone.subject.hex(), gone.deleted_at) == ("room", room, to_ms(house.now()))
    assert gone.final_at == to_ms(house.now() + timedelta(days=14))


async def test_work_that_was_planned_for_it_does_nothing_any_more(house: House) -> None:
    """Reminders and breaches of a promise to nobody."""
    client, room = await enquire(house)
    await client.delete_thread(room.id)
    berger = await house.counsellor("berger")
    await house.pass_time(timedelta(hours=49))
    assert await berger.notices() == []
    assert await berger.inbox() == []


async def test_a_new_promise_with_the_number_of_a_deleted_one_is_kept(house: House) -> None:
    """SQLite gives numbers again: work that was left behind would fall due for somebody else, or be taken for done."""
    client, room = await enquire(house)
    await client.delete_thread(room.id)
    await enquire(house, "luisa7")
    berger = await house.counsellor("berger")
    await house.pass_time(timedelta(hours=24))
    assert [one.kind for one in await berger.notices()] == ["reply_reminder"]


async def test_the_counsellor_is_told_and_the_time_is_free_again(house: House) -> None:
    """A page that shows the thread learns that it is gone; nobody waits for somebody who will not come."""
    talking = await talk(house)
    slots = await talking.client.slots(talking.room.id)
    await talking.client.book(talking.room.id, slots.slots[0])
    await talking.counsellor.connect()
    await talking.client.delete_thread(talking.room.id)
    told = await talking.counsellor.browser.heard("thread_deleted", ThreadDeleted)
    assert told.room == talking.room.id
    notices = await talking.counsellor.notices()
    assert (notices[0].kind, notices[0].room) == ("appointment_cancelled", None)
    assert await talking.counsellor.threads() == []
    other = await talk(house, "luisa7")
    assert (await other.client.slots(other.room.id)).slots[0] == slots.slots[0]


async def test_a_repeat_gets_the_first_certificate(house: House) -> None:
    """The answer got lost; the thread did not come back."""
    client, room = await enquire(house)
    first = await client.delete_thread(room.id)
    house.clock.advance(timedelta(hours=1))
    assert await client.delete_thread(room.id) == first
    assert await client.certificate_of(room.id) == first


async def test_only_the_client_deletes_and_only_with_the_password(house: House) -> None:
    """A stolen cookie, a colleague, a stranger: nothing is deleted."""
    talking = await talk(house)
    room = talking.room.id
    stolen = DeleteThread(room, b"\x00" * 32)
    assert await code_of(talking.client.browser.post("/api/threads/{room}/delete", stolen, Deleted)) == (
        "wrong_credentials"
    )
    assert (
        await code_of(talking.client.browser.post("/api/account/delete", DeleteAccount(b"\x00" * 32), Deleted))
        == "wrong_credentials"
    )
    stranger = await house.signed_up("luisa7")
    assert await code_of(stranger.delete_thread(room)) == "not_found"
    assert await code_of(stranger.delete_thread("0" * 32)) == "not_found"
    with pytest.raises(Refused, match="not_found"):
        await talking.counsellor.browser.post("/api/threads/{room}/delete", stolen, Deleted)
    assert await code_of(stranger.certificate_of(room)) == "not_found"
    assert talking.room.texts == [FIRST_WORDS]
    assert await talking.room.read() == [FIRST_WORDS]


async def test_an_account_goes_with_its_vault_and_every_thread(house: House) -> None:
    """The page is cut off, the name can be taken by somebody else, and it opens nothing of before."""
    client, room = await enquire(house)
    account = client.account_id
    await client.connect()
    gone = await client.delete_account()
    await client.browser.cut_off()
    assert (gone.kind, gone.subject.hex()) == ("user", account)
    assert await places_of(house, account) == {"deletions"}
    assert await places_of(house, room.id) == {"deletions"}
    again = client.elsewhere()
    assert await code_of(house.also(again).log_in()) == "wrong_credentials"
    await again.sign_up()
    assert await again.threads() == []
    assert await again.certificate_of(account) == gone


async def test_a_backup_without_the_shares_opens_no_room(house: House) -> None:
    """T37: everything is restored but the shares, which have a backup of their own, kept for 14 days."""
    client, room = await enquire(house)
    backup = await backed_up(house)
    await client.delete_thread(room.id)
    await restore(house, backup)
    again = house.also(client.elsewhere())
    await again.log_in()
    assert await again.threads() == []
    assert "room_items" in await places_of(house, room.id)


async def test_a_backup_without_the_shares_opens_no_vault(house: House) -> None:
    """T37: not even for somebody who knows the password."""
    client, _ = await enquire(house)
    backup = await backed_up(house)
    await client.delete_account()
    await restore(house, backup)
    assert await code_of(house.also(client.elsewhere()).log_in()) == "account_deleted"
