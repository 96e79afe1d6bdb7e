"""A new identity: whoever has opened the old vault is shut out, and everybody in the room is told."""

from datetime import timedelta

import pytest

from chatserver.accounts.wire import SignedIn
from chatserver.identities.wire import RenewIdentity
from crypto import Commit, Rekey, Rotate
from tests.api.house import House
from tests.api.story import FIRST_WORDS, enquire, talk
from tests.api.test_deletions import places_of
from tests.person_files import FileToSend
from tests.person_web import Refused

NEW_PASSWORD = "neun helle fenster zum hof"


async def test_the_history_stays_and_both_go_on(house: House) -> None:
    """In an empty browser, with the new password: everything that was, and the conversation goes on."""
    talking = await talk(house)
    await talking.desk.write("Danke, dass Sie schreiben.")
    before = talking.client.identity.fingerprint
    await talking.client.renew_identity(NEW_PASSWORD)
    again = house.also(talking.client.elsewhere())
    await again.log_in()
    room = await again.open(talking.room.id)
    assert room.texts == [FIRST_WORDS, "Danke, dass Sie schreiben."]
    await room.write("Ich bin es, mit neuen Schlüsseln.")
    assert (await talking.desk.read())[-1] == "Ich bin es, mit neuen Schlüsseln."
    entries = [one.entry for one in talking.desk.verdicts.values() if isinstance(one.entry, Commit)]
    assert [one.fingerprint for one in entries[-1].changes if isinstance(one, Rekey)] == [before]
    assert await again.thread(talking.room.id) == (await again.threads())[0]
    assert again.vault.ids("identity_before") == [before]


async def test_the_old_password_vault_and_sessions_open_nothing_any_more(house: House) -> None:
    """Another browser that is still signed in is cut off; its keys read nothing that comes."""
    talking = await talk(house)
    thief = house.also(talking.client.elsewhere())
    await thief.log_in()
    await thief.connect()
    stolen = await thief.open(talking.room.id)
    await talking.client.renew_identity(NEW_PASSWORD)
    await thief.browser.cut_off()
    with pytest.raises(Refused, match="session_expired"):
        await stolen.read()
    with pytest.raises(Refused, match="wrong_credentials"):
        await house.also(thief.elsewhere()).log_in()
    await talking.desk.read()
    await talking.desk.write("Nur noch für Sie.")
    room = await talking.client.open(talking.room.id)
    items = [one for one in room.verdicts.values() if one.position > stolen.reader.position]
    assert len(items) == 2
    assert room.reader.epoch not in stolen.reader.secrets


async def test_appointments_and_promises_move_along(house: House) -> None:
    """The time that was booked is still theirs, and an answer is still due."""
    talking = await talk(house)
    slots = await talking.client.slots(talking.room.id)
    booked = await talking.client.book(talking.room.id, slots.slots[-1])
    due_at = (await talking.client.thread(talking.room.id)).due_at
    await talking.client.renew_identity(NEW_PASSWORD)
    assert [one.id for one in await talking.client.appointments()] == [booked.id]
    assert (await talking.client.thread(talking.room.id)).due_at == due_at
    await talking.client.cancel(booked.id)


async def test_files_move_along(house: House) -> None:
    """Whoever sent one can still open it, and delete it."""
    talking = await talk(house)
    sent = await talking.room.send_file(FileToSend("brief.txt", b"Lieber Herr Nowak", "text/plain"))
    await talking.client.renew_identity(NEW_PASSWORD)
    room = await talking.client.open(talking.room.id)
    assert await room.fetch_file(sent.position) == b"Lieber Herr Nowak"
    await room.discard_file(sent.position)
    with pytest.raises(Refused, match="not_found"):
        await room.fetch_file(sent.position)


async def test_a_room_left_out_or_a_commit_that_was_overtaken_changes_nothing(house: House) -> None:
    """All of it, or nothing: half an identity could neither read nor be read."""
    talking = await talk(house)
    client = talking.client
    wish = await client.prepare_identity(NEW_PASSWORD)
    for rooms in ([], [*wish.rooms, *wish.rooms]):
        with pytest.raises(Refused, match="commit_inconsistent"):
            await client.send_identity(RenewIdentity(wish.auth, wish.account, rooms))
    await talking.desk.read()
    await talking.desk.change(Rotate("live"))
    with pytest.raises(Refused, match="commit_outdated"):
        await client.send_identity(wish)
    assert await talking.room.read() == [FIRST_WORDS]
    await talking.room.write("Noch mit den alten Schlüsseln.")
    assert (await house.who_is(client)).account_id == client.account_id


async def test_only_the_person_with_the_present_password_and_only_a_client(house: House) -> None:
    """A stolen cookie must not take over for good what it can only borrow."""
    client, _ = await enquire(house)
    wish = await client.prepare_identity(NEW_PASSWORD)
    with pytest.raises(Refused, match="wrong_credentials"):
        await client.send_identity(RenewIdentity(bytes(32), wish.account, wish.rooms))
    berger = await house.counsellor("berger")
    with pytest.raises(Refused, match="not_found"):
        await berger.browser.post("/api/identity", wish, SignedIn)
    other = await house.signed_up("luisa7")
    with pytest.raises(Refused, match=r"malformed|wrong_credentials"):
        await other.send_identity(RenewIdentity((await other.keys()).auth, wish.account, []))


async def test_deleting_the_account_deletes_the_identity_before_it_too(house: House) -> None:
    """Nothing of either is left."""
    client, room = await enquire(house)
    before = client.account_id
    await client.renew_identity(NEW_PASSWORD)
    house.clock.advance(timedelta(hours=1))
    await client.delete_account()
    assert await places_of(house, before) == set()
    assert await places_of(house, room.id) == {"deletions"}
