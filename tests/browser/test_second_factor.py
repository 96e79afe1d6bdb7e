"""The second factor on the pages: an app, a passkey, a spare code, and being asked once more."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from chatserver.demo.cast import TORHAUS, demo_secret
from chatserver.factors.model import code_at, step_at
from tests.browser.conftest import DESKTOP, PHONE, House, Visit, visiting
from tests.browser.in_python import password_of
from tests.browser.pages import Reading

pytestmark = pytest.mark.asyncio(loop_scope="session")
NAME = "kowalczyk"
OVERBECK = TORHAUS.coordinator


def app_code(house: House, by: timedelta = timedelta(0)) -> str:
    """What the app shows when its clock is wrong by so much."""
    return code_at(demo_secret(NAME), step_at(house.now + by))


async def asked(visit: Visit, language: str) -> Reading:
    """After the password."""
    locale, size = ("de-DE", PHONE) if language == "de" else ("en-GB", DESKTOP)
    page = Reading(await visit("/login", locale=locale, size=size), language)
    await page.say_password(NAME, password_of(NAME))
    await page.heading("factor_title")
    return page


async def type_code(page: Reading, typed: str) -> None:
    await page.field("factor_code_label").fill(typed)
    await page.button("go_on").click()


@pytest.mark.parametrize("language", ["de", "en"])
async def test_a_code_of_another_time_is_told_from_a_wrong_one(language: str, house: House, visit: Visit) -> None:
    """Whoever has a telephone with a wrong clock is told that, and what to do."""
    page = await asked(visit, language)
    await expect(page.page.get_by_role("heading", level=1)).to_be_focused()
    await type_code(page, "123 45")
    await page.refused("second_factor_wrong")
    await type_code(page, app_code(house, timedelta(seconds=90)))
    await page.refused("code_clock_wrong")
    await page.show_code(NAME)
    await page.heading("inbox_title")


async def test_whoever_goes_back_is_at_the_log_in_and_nobody_is_logged_in(visit: Visit) -> None:
    """The page says so, and what was typed is still there."""
    page = await asked(visit, "de")
    await page.button("factor_leave").click()
    await page.heading("login_title")
    await page.refused("factor_left")
    await expect(page.field("name_label")).to_have_value(NAME)
    assert await page.page.evaluate("fetch('/api/me').then(answer => answer.status)") == 401


async def test_a_spare_code_opens_and_new_ones_are_made_after_showing_the_factor_once_more(
    house: House, visit: Visit
) -> None:
    """In place: the page asks, and then does what was to be done."""
    page = await asked(visit, "en")
    await page.show_code(NAME)
    await page.heading("inbox_title")
    house.pass_time(timedelta(minutes=6))
    await page.link("account_link").click()
    await page.page.get_by_role("link").filter(has_text=page.says("factors_title")).click()
    await page.button("factors_spare_new").click()
    await page.heading("factor_again_title")
    await page.show_code(NAME)
    await page.heading("factor_spare_title")
    codes = (await page.page.get_by_role("list", name=page.exactly("factor_spare_list")).first.inner_text()).split()
    await page.button("factor_spare_kept").click()
    await page.heading("factors_title")

    again = await asked(visit, "de")
    await again.button("factor_spare_take").click()
    await again.field("factor_spare_label").fill(codes[0].upper())
    await again.button("go_on").click()
    await again.heading("inbox_title")


async def test_a_coordinator_is_asked_in_place_and_what_was_typed_is_kept(house: House, visit: Visit) -> None:
    """Left, it is still there and nothing is changed; shown, it is done."""
    page = Reading(await visit("/login", locale="de-DE", size=PHONE), "de")
    await page.log_in(OVERBECK.name, OVERBECK.password)
    await page.section("nav_team")
    await page.link("terms_open").click()
    await page.heading("terms_title")
    friday = page.page.get_by_label("Freitag", exact=True)
    await friday.fill("10-11")
    house.pass_time(timedelta(minutes=6))
    await page.button("terms_keep").click()
    await page.heading("factor_again_title")
    await page.button("factor_leave").click()
    await page.refused("factor_left")
    await expect(friday).to_have_value("10-11")
    await page.button("terms_keep").click()
    await page.show_code(OVERBECK.name)
    await expect(page.text("terms_kept")).to_be_visible()
    await expect(friday).to_have_value("10:00–11:00")


@asynccontextmanager
async def with_a_device(page: Reading) -> AsyncIterator[None]:
    """A security key in the machine, whose owner touches it whenever it blinks."""
    devices = await page.page.context.new_cdp_session(page.page)
    await devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    await devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    await devices.send("WebAuthn.disable")


async def test_a_passkey_is_set_up_and_opens(house: House, chromium: Browser) -> None:
    """Under a name: browsers make none for a bare address."""
    async with visiting(house.address.replace("127.0.0.1", "localhost"), chromium) as visit:
        page = await asked(visit, "en")
        async with with_a_device(page):
            await page.button("factor_passkey_button").click()
            await page.refused("passkey_left")
            await page.show_code(NAME)
            await page.heading("inbox_title")
            await page.link("account_link").click()
            await page.page.get_by_role("link").filter(has_text=page.says("factors_title")).click()
            await page.button("factors_add").click()
            await page.heading("factor_add_title")
            await page.field("factor_label_label").fill("Key ring")
            await page.button("factor_passkey_make").click()
            await page.heading("factors_title")
            await expect(page.page.get_by_text("Key ring")).to_be_visible()
            await page.button("log_out").click()
            await page.page.goto("/login")
            await page.say_password(NAME, password_of(NAME))
            await page.button("factor_passkey_button").click()
            await page.heading("inbox_title")


async def test_no_passkey_is_offered_where_browsers_make_none(visit: Visit) -> None:
    """At the bare address of a machine."""
    page = await asked(visit, "de")
    await expect(page.button("factor_passkey_button")).to_have_count(0)
