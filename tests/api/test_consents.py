"""Consent to the use of what clients write: before the first word, to the very text, and taken back at any time."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from booking.tables import metadata
from chatserver.agencies.wire import FindAgency, ResponsibleAgency
from chatserver.consents.wire import GiveConsent, OwnConsent, ReadConsent, WithdrawConsent
from chatserver.tables import consent_texts, consents
from chatserver.texts.wire import ReadText, Text
from tests.api.house import House, visited
from tests.api.story import ADDICTION, FIRST_WORDS, anker, enquire, talk
from tests.people import Client
from tests.person_web import Refused
from tests.places import Place

# In the area of Anker, and not in its address.
POSTAL_CODE = "48159"


async def own(client: Client) -> OwnConsent:
    """As one's settings show it."""
    return await client.browser.get("/api/account/consent", ReadConsent(), OwnConsent)


async def agree(client: Client, version: str) -> OwnConsent:
    """On the page of one's consent."""
    return await client.browser.post("/api/account/consent", GiveConsent(version), OwnConsent)


async def withdraw(client: Client) -> OwnConsent:
    """There, too."""
    return await client.browser.post("/api/account/consent/withdraw", WithdrawConsent(), OwnConsent)


async def given(house: House, client: Client) -> list[tuple[object, ...]]:
    """What is stored of it."""
    async with house.deps.database.read() as db:
        query = select(consents.c.version, consents.c.given_at, consents.c.withdrawn_at).order_by(consents.c.id)
        return [tuple(row) for row in await db.execute(query.where(consents.c.account_id == client.account_id))]


async def test_nobody_writes_before_they_have_agreed(house: House) -> None:
    """Not without, not to other words; then nothing has come into being. Once is enough."""
    client = await house.signed_up("nachtfalter")
    enquiry = await client.prepare_enquiry(await anker(client), ADDICTION, FIRST_WORDS)
    for version in (None, "0" * 16):
        with pytest.raises(Refused, match="consent_missing"):
            await client.send_enquiry(replace(enquiry, consent=version))
    assert (await client.threads(), await given(house, client), (await own(client)).standing) == ([], [], "never")
    await client.send_enquiry(enquiry)
    present = (await own(client)).present
    assert await given(house, client) == [(present, house.now(), None)]
    again = await client.prepare_enquiry(await anker(client), ADDICTION, FIRST_WORDS)
    await client.send_enquiry(replace(again, consent=None))
    assert len(await given(house, client)) == 1


async def test_the_words_stay_as_they_were_agreed_to(house: House) -> None:
    """Whoever has to prove a consent must be able to show what it was to."""
    client, _ = await enquire(house)
    shown = await client.browser.get("/api/texts/{text}", ReadText("consent"), Text)
    async with house.deps.database.read() as db:
        kept = (await db.execute(select(consent_texts.c.de, consent_texts.c.en, consent_texts.c.version))).all()
    assert [tuple(row) for row in kept] == [(shown.de, shown.en, shown.version)]


async def test_who_withdraws_can_read_and_delete_and_write_no_more(house: House) -> None:
    """The answer that was promised may still come. Agreeing anew opens everything again."""
    talking = await talk(house)
    client = talking.client
    await talking.room.write("Noch eine Frage.")
    house.clock.advance(timedelta(hours=1))
    assert (await withdraw(client)).standing == "withdrawn"
    assert await withdraw(client) == await own(client)
    with pytest.raises(Refused, match="consent_missing"):
        await talking.room.write("Und noch eine.")
    enquiry = await client.prepare_enquiry(await anker(client), ADDICTION, FIRST_WORDS)
    with pytest.raises(Refused, match="consent_missing"):
        await client.send_enquiry(replace(enquiry, consent=None))
    await talking.desk.read()
    await talking.desk.write("Hier ist die Antwort.")
    assert "Hier ist die Antwort." in await talking.room.read()
    present = (await own(client)).present
    assert (await agree(client, present)).standing == "current"
    await talking.room.write("Danke.")
    assert [row[2] for row in await given(house, client)] == [house.now(), None]
    await withdraw(client)
    await client.delete_thread(talking.room.id)
    assert await client.threads() == []


async def test_other_words_are_asked_for_anew(founded: Place) -> None:
    """Before anything new is begun. What has begun goes on meanwhile: nobody is cut off in the middle by a lawyer."""
    config = founded.config()
    async with visited(config) as house:
        first = await talk(house)
        before = await own(first.client)
    words_in(config.texts_folder, "consent", "Ich willige in alles Neue ein.")
    async with visited(config) as house:
        client = house.client("nachtfalter")
        await client.log_in()
        assert ((await own(client)).standing, (await own(client)).version) == ("outdated", before.present)
        await (await client.open(first.room.id)).write("Es geht weiter.")
        enquiry = await client.prepare_enquiry(await anker(client), ADDICTION, FIRST_WORDS)
        for version in (None, before.present):
            with pytest.raises(Refused, match="consent_missing"):
                await client.send_enquiry(replace(enquiry, consent=version))
        await client.send_enquiry(enquiry)
        assert (await own(client)).standing == "current"
        assert [row[0] for row in await given(house, client)] == [before.present, (await own(client)).present]


def words_in(folder: Path, name: str, text: str) -> None:
    """What the operator says from the next start on."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.de.txt").write_text(text, "utf-8")


async def test_a_new_identity_keeps_the_consent_and_a_deleted_account_leaves_none(house: House) -> None:
    """It is the person's, not the key's."""
    client, _ = await enquire(house)
    before = await own(client)
    await client.renew_identity("neunzehn stille laternen am kanal")
    assert await own(client) == before
    await client.delete_account()
    async with house.deps.database.read() as db:
        assert (await db.execute(select(consents))).all() == []


async def test_the_postal_code_is_nowhere_once_an_agency_is_found(house: House) -> None:
    """Neither in any table nor in a log; with it the topic could lead to a village."""
    client = await house.signed_up("nachtfalter")
    asked = FindAgency(ADDICTION, POSTAL_CODE)
    found = await client.browser.get("/api/agencies/responsible", asked, ResponsibleAgency)
    assert not found.fallback
    before = await cells_with(house, POSTAL_CODE)
    await client.write_enquiry(found.agency, ADDICTION, FIRST_WORDS)
    assert await cells_with(house, FIRST_WORDS) == set()
    # The search would find it: what an agency serves stands there.
    assert "areas.first" in await cells_with(house, "48143")
    assert before == await cells_with(house, POSTAL_CODE) == set()


async def cells_with(house: House, word: str) -> set[str]:
    """Every column in which it stands somewhere, whatever its type."""
    found = set[str]()
    async with house.deps.database.read() as db:
        for table in metadata.sorted_tables:
            for row in (await db.execute(select(table))).mappings():
                held = {column: value.encode() if isinstance(value, str) else value for column, value in row.items()}
                found |= {
                    f"{table.name}.{column}"
                    for column, value in held.items()
                    if word.encode() in (value if isinstance(value, bytes) else str(value).encode())
                }
    return found
