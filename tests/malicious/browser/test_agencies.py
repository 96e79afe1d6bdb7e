"""T10 to T13, T39 to T41, T50: what a page shows of agencies about which the server lies."""

import re
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import expect

from chatserver.enquiries.wire import SendEnquiry
from chatserver.wire.binary import from_base64url, from_wire, to_base64url
from crypto import (
    Roster,
    new_identity,
    read_roster,
    root_fingerprint_of,
    to_ms,
)
from tests.browser import staff
from tests.browser.staff import Worker
from tests.malicious.browser.lotsen import MUENSTER, Lotsen, as_agency, lotsenstelle, page_of
from tests.malicious.browser.stage import Stage, Victim
from tests.malicious.foreign import anybodys_roster, foreign_duty, foreign_roster
from tests.malicious.intruders import read_enquiry, read_with
from tests.malicious.scene import ANSWER
from tests.next_roster import Changes, certificate, next_roster

pytestmark = pytest.mark.asyncio(loop_scope="session")

RESPONSIBLE = "/api/agencies/responsible"
LETTER = "Das habe ich noch niemandem erzählt."


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lotsen(stage: Stage) -> Lotsen:
    return await lotsenstelle(stage)


async def looking_for_help(stage: Stage, path: str = "/") -> Victim:
    """Somebody at their first visit, before the page that asks for the place."""
    page = await stage.arrive(path)
    await page.link("start_write").click()
    await page.page.get_by_role("button", name="Allgemeine Sozialberatung", exact=True).click()
    return page


async def finds(page: Victim, *without: str) -> None:
    """Asks which agency would answer."""
    await page.go(f"/postal-code#{urlsplit(page.page.url).fragment}")
    await page.without(*without)
    await page.field("postal_label").fill(MUENSTER)
    await page.button("go_on").click()


async def test_expired_certificates(stage: Stage, lotsen: Lotsen) -> None:
    """T10: the server keeps a list that has run out; nothing begins with it, and the page says so."""
    page = await looking_for_help(stage)
    await page.page.clock.set_fixed_time(stage.house.now() + timedelta(days=40))
    await finds(page, "T10")
    await page.heading("agency_title")
    await expect(page.page.get_by_text(lotsen.agency.name)).to_be_visible()
    await finds(page)
    await page.refused("roster_expired")


async def test_keys_that_anybody_could_use(stage: Stage, lotsen: Lotsen) -> None:
    """T12: the root is a key under which anybody's signature holds; the page takes no such key, and says so."""
    raw = anybodys_roster(await lotsen.newest(), to_ms(stage.house.now()))
    with patch("crypto.roster_parts.check_signing_key", lambda key: key):
        root = root_fingerprint_of(raw)
    stage.liar.lie(RESPONSIBLE, partial(as_agency, raw, root=root))
    page = await looking_for_help(stage)
    await finds(page)
    await page.refused("key_invalid")
    await finds(page, "T12")
    await page.heading("agency_title")


async def test_a_false_root_at_first_contact(stage: Stage, lotsen: Lotsen) -> None:
    """T39: somebody comes by the agency's link; without its fingerprint the server would read along."""
    true = await lotsen.newest()
    raw = foreign_roster(true, to_ms(stage.house.now()))
    false = read_roster(raw, root_fingerprint_of(raw))
    shares: list[str] = []

    def remembered(told: Any) -> Any:
        shares.append(told["share"])
        return told

    stage.liar.lie(RESPONSIBLE, partial(as_agency, raw))
    stage.liar.lie("/api/shares", remembered)
    link = f"/#root={to_base64url(true.root_fingerprint)}"
    page = await looking_for_help(stage, link)
    await finds(page, "T39")
    await page.heading("agency_title")
    await page.write(LETTER)
    stage.liar.overheard.clear()
    async with page.page.expect_response("**/api/enquiries"):
        await page.send_as("gutglaeubig", "neun grüne gießkannen im regen")
    assert (
        read_enquiry(foreign_duty(false), false, enquiry_in(stage.liar.overheard), from_base64url(shares[-1])) == LETTER
    )
    page = await looking_for_help(stage, link)
    await finds(page)
    await page.refused("root_mismatch")
    # Whoever wants another agency than the link's may go on, on purpose; it is not confirmed then.
    await page.button("postal_without_link").click()
    await page.heading("agency_title")


def enquiry_in(overheard: bytearray) -> SendEnquiry:
    """What the page sent, whatever the server said to it."""
    found = re.search(rb'\{"agency":.*\}', bytes(overheard))
    assert found is not None
    sent: SendEnquiry = from_wire(msgspec.json.decode(found[0]), SendEnquiry)
    return sent


async def test_a_false_list_is_said_when_it_comes_and_not_only_when_somebody_writes(stage: Stage) -> None:
    """The page finds out as it asks again; it says so in the conversation, and no more once the true list is there."""
    scene, page = await stage.conversation(), await stage.clients_page()
    await page.opens(scene.room.id)
    await page.sees(ANSWER)
    true = scene.berger.rosters.newest(scene.desk.reader.log.root_fingerprint)
    assert true is not None
    false = foreign_roster(true, to_ms(stage.house.now()))
    stage.liar.be_honest()
    stage.liar.lie(rf"^/api/threads/{scene.room.id}$", lambda told: {**told, "roster_number": true.number + 1})
    stage.liar.lie(r"^/api/agencies/[^/]+/roster", lambda told: {**told, "roster": to_base64url(false)})
    await page.is_looked_at_again()
    await page.refused("root_mismatch")
    stage.liar.be_honest()
    await page.is_looked_at_again()
    await expect(page.page.get_by_text(page.says("error_root_mismatch"))).to_have_count(0)


async def test_another_root(stage: Stage, lotsen: Lotsen) -> None:
    """T13: the server tells a counsellor that the agency has another root; the one that is pinned holds."""
    schulte = await stage.house.counsellor("schulte")
    page = await page_of(stage, schulte)
    true, now = await lotsen.newest(), to_ms(stage.house.now())
    # Two, since a page that has believed one of them has pinned it.
    for name, seed, without in (("Frau Geist", b"1" * 32, ("T13",)), ("Herr Spuk", b"2" * 32, ())):
        ghost = certificate(new_identity(), name, ["counsel", "duty"], stage.house.now())
        stage.liar.be_honest()
        stage.liar.lie(r"/api/agency$", partial(as_agency, foreign_roster(true, now, seed, [ghost])))
        await page.go("/inbox")
        await page.without(*without)
        await page.go("/team")
        if without:
            await expect(page.page.get_by_text(name)).to_be_visible()
    await page.refused("root_mismatch")
    await page.does_not_see("Herr Spuk")


async def test_a_ghost_with_a_certificate(stage: Stage, lotsen: Lotsen) -> None:
    """T50: a coordinator certifies somebody who is not there, and the server keeps quiet; the page shows who is new."""
    page = await page_of(stage, lotsen.okafor)
    stage.liar.lie("/api/notices", lambda told: {**told, "notices": []})
    for ghost, without in (("spuk", ("T50",)), ("geist", ())):
        await page.go("/inbox")
        await page.without(*without)
        name = await lotsen.hires(ghost)
        await page.go("/team")
        line = staff.colleague(page, Worker(name, "", ""))
        await expect(line).to_be_visible()
        await expect(line.get_by_text(page.says("team_new"))).to_have_count(0 if without else 1)
    await expect(page.text("team_new_hint")).to_be_visible()


async def test_a_stale_roster(stage: Stage, lotsen: Lotsen) -> None:
    """T11: the server shows an older list than this page has seen: somebody who left would be back."""
    client, room, _ = await lotsen.conversation("altgedient")
    page, old = await page_of(stage, client), await lotsen.newest()
    for without in (("T11",), ()):
        stage.liar.be_honest()
        await lotsen.renewed()
        await page.opens(room.id)
        lotsen.stage.liar.lie(r"/roster$", lambda _: _as_stored(lotsen, old))
        await page.go(page.home)
        await expect(page.log).to_have_count(0)
        await page.without(*without)
        await page.go(f"/thread/{room.id}")
        if without:
            await expect(page.log).to_be_visible()
    await page.refused("roster_stale")
    await expect(page.log).to_have_count(0)


def _as_stored(lotsen: Lotsen, roster: Roster) -> Any:
    return {"agency": lotsen.agency.id, "number": roster.number, "roster": to_base64url(roster.raw)}


async def test_two_rosters_of_one_number(stage: Stage, lotsen: Lotsen) -> None:
    """T40: this page is shown another list than the others; the next entry that names theirs gives it away."""
    client, room, desk = await lotsen.conversation("zweierlei")
    page, before = await page_of(stage, client), await lotsen.newest()
    seed = lotsen.brandt.roster_seed
    assert seed is not None
    ghost = certificate(new_identity(), "Frau Geist", ["counsel", "duty"], stage.house.now())
    lotsen.shows(next_roster(before, seed, Changes(certify=[ghost]), stage.house.now()))
    await lotsen.renewed()
    await lotsen.okafor.fetch_roster(lotsen.agency.id, lotsen.okafor.root)
    await desk.rotate("week")
    await desk.write("Unter der wahren Liste.")
    await page.opens(room.id, "T40")
    await page.sees("Unter der wahren Liste.")
    await page.is_not_alarmed()
    await page.opens(room.id)
    await page.alarms("roster_forked", "alarm_two_lists")
    await page.may_not_write()


async def test_an_old_duty_seed(stage: Stage, lotsen: Lotsen) -> None:
    """T41: a former counsellor keeps the old seed, and the server takes everything; the page renews the keys."""
    client, room, _ = await lotsen.conversation("verabschiedet")
    page = await page_of(stage, client)
    gone = await stage.house.counsellor("haddad")
    thief = gone.duty_seeds()[-1]
    await lotsen.brandt.let_go(gone.account_id)
    said = {"T41": "Das liest sie noch.", "": "Das liest sie nicht mehr."}
    with patch("chatserver.messages.model.check_message", lambda *_, **__: None):
        for without, text in said.items():
            await page.opens(room.id, without)
            await page.reply(text)
            await page.is_stored(text)
    await expect(page.text("event_keys")).to_be_visible()
    read = await read_with(thief, room)
    assert said["T41"] in read
    assert said[""] not in read
    assert room.texts[-2:] == list(said.values())
