"""The audit log, on its page: what a coordinator sees of what colleagues have done."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from chatserver.demo.cast import ANKER
from chatserver.threads.wire import Thread
from chatserver.waivers.wire import Waive
from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.in_python import FIRST_WORDS, talking
from tests.browser.pages import Reading

pytestmark = pytest.mark.asyncio(loop_scope="session")


def rows(saved: Path) -> list[str]:
    """The lines of a table."""
    return saved.read_text("utf-8").splitlines()


@pytest.mark.parametrize("language", ["de", "en"], ids=["German", "English"])
async def test_a_coordinator_sees_who_did_what_and_nothing_of_a_client(
    house: House, visit: Visit, language: str
) -> None:
    """Looked for by person and by act; saved as a table, which is an entry, too."""
    name = f"protokoll{language}"
    async with talking(house, name, "berger", "addiction", "48155") as talk:
        await talk.counsellor.browser.post(
            "/api/threads/{room}/waive", Waive(talk.room.id, "spam", block=False), Thread
        )
        locale, size = ("de-DE", PHONE) if language == "de" else ("en-GB", DESKTOP)
        lead = Reading(await visit("/team/log", locale=locale, size=size), language)
        await lead.log_in(ANKER.coordinator.name, ANKER.coordinator.password)
        await lead.heading("audit_title")
        lines = lead.page.get_by_role("listitem")
        waived = lines.filter(has_text=lead.says("audit_waived"))
        await expect(waived.first).to_be_visible()
        for planted in (FIRST_WORDS, name):
            await expect(lead.page.get_by_text(planted)).to_have_count(0)
        await lead.page.get_by_label(lead.exactly("audit_act")).select_option("founded")
        await lead.button("audit_show").click()
        await expect(waived).to_have_count(0)
        await expect(lead.text("audit_none")).to_be_visible()
        await lead.page.get_by_label(lead.exactly("audit_act")).select_option("waived")
        await lead.button("audit_show").click()
        async with lead.page.expect_download() as saving:
            await lead.link("audit_table").click()
        table = rows(await (await saving.value).path())
        assert {line.split(",")[2] for line in table[1:]} == {"waived"}
        await lead.page.get_by_label(lead.exactly("audit_act")).select_option("log_saved")
        await lead.button("audit_show").click()
        await expect(lines.filter(has_text=lead.says("audit_log_saved")).first).to_be_visible()
