"""A person in a browser and a person in Python talk; afterwards nothing of it lies on the server or went over the line.

Two implementations of one protocol meet here, in each role and at each other's vault. What only the two of them may
know is then searched for in everything that the server wrote, and in everything that passed between it and them.
"""

import asyncio
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from chatserver.accounts.wire import AskPasswordParameters, PasswordParameters
from crypto.passwords import COSTS, PASSWORD_SUITE, argon2id, password_bytes, password_salt
from tests.browser.conftest import House, Visit
from tests.browser.pages import Reading
from tests.leaks import find_leaks
from tests.people import Client, Counsellor
from tests.person_room import Room

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Words that nobody writes by chance, with letters that encodings treat differently.
ENQUIRY = "Wintergrünvögelchen fürchten Kellertüren"
ANSWER = "Zwetschgenräuber hören überall Flötentöne"
AFTERWARDS = "Gänseblümchenpflücker möchten schweigen"
NEVER_SENT = "Heidelbeerkönige träumen süß"
IN_THE_BROWSER = ("wintergruen", "vier blaue ziegel unterm schnee")
IN_PYTHON = ("zaunkoenig", "elf matte knöpfe im koffer")


async def test_two_implementations_talk_and_the_server_learns_nothing(house: House, visit: Visit) -> None:
    """Each is a client and a counsellor once; the browser's client then opens the same thread in Python."""
    page = Reading(await visit("/", locale="de-DE"), "de")
    async with Counsellor("yilmaz", "granatapfel auf dem dach", house.address, lambda: house.now) as yilmaz:
        await browser_asks_python_answers(page, yilmaz)
    async with (
        Client(*IN_THE_BROWSER, house.address, lambda: house.now) as elsewhere,
        Client(*IN_PYTHON, house.address, lambda: house.now) as zaunkoenig,
    ):
        await elsewhere.log_in()
        (thread,) = await elsewhere.threads()
        same = await elsewhere.open(thread.room)
        assert same.texts == [ENQUIRY, ANSWER, AFTERWARDS]
        room = await python_asks_browser_answers(zaunkoenig, visit)
        never = await secrets_of(elsewhere, same) | await secrets_of(zaunkoenig, room)
        not_kept = {f"auth of {one.name}": (await one.keys()).auth for one in (elsewhere, zaunkoenig)}
    never |= {text: text.encode() for text in (ENQUIRY, ANSWER, AFTERWARDS, NEVER_SENT)}
    kept, heard = list(files(house)), list(house.tap.haystacks())
    assert_that_the_search_sees([*kept, *heard], thread.room)
    assert find_leaks(never, [*kept, *heard]) == []
    assert find_leaks(not_kept, kept) == []


async def browser_asks_python_answers(page: Reading, yilmaz: Counsellor) -> None:
    """An enquiry from the pages, its answer from Python over the socket, and a word more from the pages."""
    await page.choose_agency("Sucht", "48147")
    await page.write(ENQUIRY)
    await page.send_as(*IN_THE_BROWSER)
    await page.heading("sent_title")
    await yilmaz.log_in()
    newest = max((line for line in await yilmaz.inbox() if line.new), key=lambda line: line.opened_at)
    desk = await yilmaz.take(newest.room)
    assert desk.texts == [ENQUIRY]
    await page.keep_code()
    await page.link("sent_open").click()
    await page.sees(ENQUIRY)
    await yilmaz.connect()
    await desk.enter()
    await desk.write(ANSWER)
    await page.sees(ANSWER)
    await page.reply(AFTERWARDS)
    assert await next_text(desk) == AFTERWARDS
    await page.field("composer_label").press_sequentially(NEVER_SENT)
    await expect(page.field("composer_label")).to_have_value(NEVER_SENT)


async def next_text(room: Room) -> str:
    """What is said next; a read mark says nothing."""
    while (text := await room.hear()) is None:
        pass
    return text


async def python_asks_browser_answers(client: Client, visit: Visit) -> Room:
    """The other way round."""
    await client.sign_up()
    found = await client.find_agency("addiction", "48147")
    room = await client.write_enquiry(found.agency, "addiction", ENQUIRY)
    page = Reading(await visit("/login", locale="de-DE"), "de")
    await page.log_in("nowak", "leiser zug nach norden")
    await page.take_newest()
    await page.sees(ENQUIRY)
    await page.reply(ANSWER)
    await page.is_stored(ANSWER)
    assert await room.read() == [ENQUIRY, ANSWER]
    return room


async def secrets_of(client: Client, room: Room) -> dict[str, bytes]:
    """Everything that only this person may know."""
    asked = AskPasswordParameters(client.name)
    told = await client.browser.get("/api/password-parameters", asked, PasswordParameters)
    salt, password = password_salt(client.name, told.server_salt), password_bytes(client.password)
    secrets = {
        "password": password,
        "root": await asyncio.to_thread(argon2id, password, salt, COSTS[PASSWORD_SUITE]),
        "wrap": (await client.keys()).wrap,
        "vault key": client.vault.vault_key,
        "keyring key": client.vault.keyring_key,
        "signing seed": client.identity.ed_seed,
        "KEM seed": client.identity.kem_seed,
    }
    keys = room.reader.keys
    assert keys.secrets
    for epoch in keys.secrets:
        secrets |= {f"secret of epoch {epoch}": keys.secrets[epoch], f"key of epoch {epoch}": keys.keys[epoch]}
    return {f"{name} of {client.name}": secret for name, secret in secrets.items()}


def files(house: House) -> Iterator[tuple[str, bytes]]:
    """All that the server has written: database, its WAL, secrets, and the log."""
    for path in (house.log, *(one for one in house.var.rglob("*") if one.is_file())):
        yield path.name, path.read_bytes()


def assert_that_the_search_sees(haystacks: list[tuple[str, bytes]], room: str) -> None:
    """A search in the wrong place finds nothing either: what the server may know must turn up in each of them."""
    known = {"a name": IN_THE_BROWSER[0].encode(), "a room": room.encode()}
    leaks = find_leaks(known, haystacks)
    # The log of the database or the database itself: which of them depends on the last checkpoint.
    found = {(leak.secret, (leak.place.partition(", ")[2] or leak.place).removesuffix("-wal")) for leak in leaks}
    assert found >= {
        ("a name", "sprechraum.sqlite3"),
        ("a name", "to the server"),
        ("a name", "to the client"),
        ("a room", "to the server, frames"),
        ("a room", "to the client, frames"),
    }
