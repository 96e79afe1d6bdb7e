"""What a hostile server, a cut link or a mistyped sheet does to an agency's own pages: nothing, and in words."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from playwright.async_api import expect

from chatserver.demo.cast import AGENCIES
from tests.browser import staff
from tests.browser.conftest import House, Visit
from tests.browser.pages import Reading
from tests.browser.staff import Worker

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLAN = AGENCIES[1]
NEWCOMER = Worker("Frau Kowalski", "kowalski", "elf kleine kraniche im moor")


async def coordinator(visit: Visit) -> Reading:
    """The coordinator of an agency, on the page of the team."""
    page = Reading(await visit("/login"), "en")
    await page.log_in(PLAN.coordinator.name, PLAN.coordinator.password)
    await page.heading("inbox_title")
    await page.section("nav_team")
    await page.heading("team_title")
    return page


async def test_keys_that_the_server_has_exchanged_are_never_certified(house: House, visit: Visit) -> None:
    """T14, T50: the proof of an acceptance is of other keys; the page says so and offers no signature."""
    page = await coordinator(visit)
    newcomer = Reading(await visit(await staff.invite(page, NEWCOMER.shown)), "en")
    await staff.accept(newcomer, NEWCOMER, PLAN.name)
    house.write_into_database("UPDATE invitations SET proof = ? WHERE display_name = ?", bytes(32), NEWCOMER.shown)
    await page.section("nav_inbox")
    await page.section("nav_team")
    await expect(page.text("team_false")).to_be_visible()
    await expect(page.text("team_certify", name=NEWCOMER.shown)).to_have_count(0)
    await page.page.get_by_role("button", name=page.says("team_withdraw_whom", name=NEWCOMER.shown)).click()
    await expect(page.text("team_false")).to_have_count(0)
    await expect(staff.colleague(page, NEWCOMER)).to_have_count(0)


async def test_a_link_leads_to_its_own_agency_or_nowhere(visit: Visit) -> None:
    """T39: the root's fingerprint stands in the link; a link that was cut or withdrawn says so."""
    page = await coordinator(visit)
    path, _, fragment = (await staff.invite(page, "Herr Wolf")).partition("#")
    raw = urlsafe_b64decode(fragment + "==")
    elsewhere = urlsafe_b64encode(raw[:32] + bytes(32)).decode().rstrip("=")
    for broken, code in ((elsewhere, "root_mismatch"), (fragment[:40], "malformed")):
        newcomer = Reading(await visit(f"{path}#{broken}"), "en")
        await newcomer.refused(code)
        await expect(newcomer.button("go_on")).to_have_count(0)
    withdraw = page.page.get_by_role("button", name=page.says("team_withdraw_whom", name="Herr Wolf"))
    await withdraw.click()
    await expect(withdraw).to_have_count(0)
    await Reading(await visit(f"{path}#{fragment}"), "en").refused("invitation_invalid")


async def test_a_mistyped_sheet_signs_nothing(visit: Visit) -> None:
    """Half a key, and a whole key that is not the root's."""
    page = await coordinator(visit)
    await page.button("team_key_renew").click()
    for typed, code in (("0a1b 2c3d", "paper_key_invalid"), ("0a1b " * 16, "paper_key_other")):
        await page.field("team_root_label").fill(typed)
        await page.button("team_key_renew").click()
        await page.refused(code)
