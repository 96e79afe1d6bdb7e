"""A flood on the board: the coordinator is told, sets it aside and takes it back; in both languages."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

from chatserver.demo.cast import ANKER
from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.test_board import at_work

pytestmark = pytest.mark.asyncio(loop_scope="session")

CAME = 24
SNAPSHOT = '{"kind":"calendar","seconds":172800}'


def flood(house: House, prefix: str) -> None:
    """So many enquiries, within the last half hour, each from an account of its own."""
    agency = house.read_from_database("SELECT id FROM agencies WHERE name = ?", ANKER.name)
    for number in range(CAME):
        at = f"{house.now - timedelta(minutes=30) + timedelta(seconds=number):%Y-%m-%dT%H:%M:%S.%fZ}"
        due = f"{house.now + timedelta(hours=47):%Y-%m-%dT%H:%M:%S.%fZ}"
        one = f"{prefix}{number:030x}"
        house.write_into_database(
            "INSERT INTO accounts (id, name, role, password_suite, server_salt, auth_verifier, signing_key,"
            " kem_statement, created_at) VALUES (?, ?, 'client', 1, x'', '', ?, x'', ?)",
            *(one, one, one, at),
        )
        house.write_into_database(
            "INSERT INTO rooms (id, agency_id, client_id, epoch, kc, log_head, duty_generation, standby, last_position,"
            " last_stored_at, created_at) VALUES (?, ?, ?, 1, x'', x'', 1, 1, 2, ?, ?)",
            *(one, agency, one, at, at),
        )
        house.write_into_database(
            "INSERT INTO room_items (room, position, item_id, kind, sender_id, epoch, clock, th, envelope, stored_at)"
            " VALUES (?, 2, x'', 'message', ?, 1, 'asks', x'', x'', ?)",
            *(one, one, at),
        )
        house.write_into_database(
            "INSERT INTO threads (room, agency_id, topic, client_id, state, opened_at)"
            " VALUES (?, ?, 'addiction', ?, 'new', ?)",
            *(one, agency, one, at),
        )
        house.write_into_database(
            "INSERT INTO clocks (room, waiting_since, due_at, policy, salt, opened_by_position, opened_after_position)"
            " VALUES (?, ?, ?, ?, x'', 2, 1)",
            *(one, at, due, SNAPSHOT),
        )


@pytest.mark.parametrize("language", ["de", "en"], ids=["German", "English"])
async def test_a_coordinator_is_told_of_a_flood_sets_it_aside_and_takes_it_back(
    house: House, visit: Visit, language: str
) -> None:
    """From the notice to the board; nothing is done before the page has said what it does."""
    flood(house, "fa" if language == "de" else "fb")
    house.pass_time(timedelta(minutes=2))
    page = await at_work(visit, ANKER.coordinator.name, ANKER.coordinator.password, language)
    await page.page.set_viewport_size(PHONE if language == "de" else DESKTOP)
    await page.section("nav_board")
    await page.heading("board_title")
    card = page.page.get_by_role("region", name=page.exactly("intake_title"))
    # The server looks every 20 seconds, and so does the page.
    await expect(card).to_be_visible(timeout=60_000)
    await card.get_by_role("button", name=page.exactly("intake_set_aside")).click()
    await card.get_by_role("button", name=page.exactly("intake_sure_button")).click()
    status = card.get_by_role("status")
    await expect(status).to_have_text(re.compile(r"\d"))
    # In this house others have written, too.
    moved = "".join(re.findall(r"\d", await status.inner_text()))
    assert int(moved) >= CAME
    await expect(status).to_have_text(page.says("intake_moved", count=moved))
    await expect(card).to_contain_text(page.says("intake_aside", count=moved))
    await card.get_by_role("button", name=page.exactly("intake_take_back")).click()
    await expect(card.get_by_role("button", name=page.exactly("intake_take_back"))).to_have_count(0)
    await expect(status).to_have_text(page.says("intake_moved", count=moved))
