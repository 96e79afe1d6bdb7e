"""Where one is logged in, and a computer that others use, too."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

from chatserver.accounts.wire import Me, ReadMe
from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.in_python import PASSWORD, talking
from tests.browser.pages import Reading
from tests.person_web import Browser, Refused

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def logged_in(visit: Visit, name: str, language: str = "de", *, own: bool = False) -> Reading:
    """A client's page whose clock the test can move."""
    locale, size = ("de-DE", PHONE) if language == "de" else ("en-GB", DESKTOP)
    page = Reading(await visit("/login", locale=locale, size=size), language)
    await page.page.clock.install()
    await page.page.goto("/login")
    if own:
        await page.page.get_by_role("checkbox", name=page.exactly("login_own_device")).check()
    await page.log_in(name, PASSWORD)
    await page.heading("threads_title")
    return page


@pytest.mark.parametrize("language", ["de", "en"])
async def test_a_log_in_elsewhere_is_seen_and_ended(language: str, house: House, visit: Visit) -> None:
    """Its page asks for the password again."""
    name = f"angemeldet{language}"
    async with talking(house, name, "berger", "addiction", "48147"):
        elsewhere = await logged_in(visit, name)
        house.pass_time(timedelta(minutes=2))
        page = await logged_in(visit, name, language)
        await page.link("account_link").click()
        await page.page.get_by_role("link").filter(has_text=page.says("sessions_title")).click()
        await page.heading("sessions_title")
        await expect(page.text("sessions_this")).to_be_visible()
        # The one in Python, and the other page.
        await expect(page.text("sessions_other")).to_have_count(2)
        await page.page.get_by_role("button", name=page.says("sessions_end_which")).first.click()
        await expect(page.text("sessions_other")).to_have_count(1)
        await expect(page.text("sessions_ended")).to_be_visible()
        await page.button("sessions_end_others").click()
        await expect(page.text("sessions_only")).to_be_visible()
        await elsewhere.page.reload()
        assert await elsewhere.page.evaluate("fetch('/api/me').then(answer => answer.status)") == 401


async def test_a_page_that_was_left_open_asks_waits_and_logs_out(house: House, visit: Visit) -> None:
    """Whoever is still there says so; whoever is not has left nothing to read."""
    async with talking(house, "verlassen", "berger", "addiction", "48147"):
        page = await logged_in(visit, "verlassen")
        await page.page.clock.fast_forward("19:00")
        await expect(page.button("still_stay")).to_have_count(0)
        await page.page.clock.fast_forward("01:10")
        await page.button("still_stay").click()
        await expect(page.button("still_stay")).to_have_count(0)
        await page.page.clock.fast_forward("20:05")
        await expect(page.button("still_stay")).to_be_visible()
        await page.page.clock.fast_forward("02:05")
        await page.heading("login_title")
        await expect(page.text("still_left")).to_be_visible()
        await page.page.wait_for_function("() => fetch('/api/me').then(answer => answer.status === 401)")


async def test_ones_own_device_is_left_alone(house: House, visit: Visit) -> None:
    """Somebody has said that nobody else uses it."""
    async with talking(house, "zuhause", "berger", "addiction", "48147"):
        page = await logged_in(visit, "zuhause", "en", own=True)
        await page.page.clock.fast_forward("59:00")
        await expect(page.page.locator("h1")).to_have_text(page.says("threads_title"))
        await expect(page.button("still_stay")).to_have_count(0)


async def test_the_quick_exit_ends_the_session_at_the_server(house: House, visit: Visit) -> None:
    """Whoever has copied the cookie has nothing, and what was open with it is cut."""
    async with talking(house, "sofortweg", "berger", "addiction", "48147"):
        page = await logged_in(visit, "sofortweg")
        elsewhere = re.compile(r"^https://[a-z]+\.wikipedia\.org/")
        await page.page.context.route(elsewhere, lambda route: route.fulfill(body="Something else."))
        copied = Browser(house.address)
        cookies = await page.page.context.cookies()
        copied.http.cookie_jar.update_cookies(
            {one["name"]: one["value"] for one in cookies if "session" in one["name"]}
        )
        await copied.connect()
        await page.button("quick_exit").click()
        await page.page.wait_for_url(elsewhere)
        await copied.cut_off()
        with pytest.raises(Refused, match="session_expired"):
            await copied.get("/api/me", ReadMe(), Me)
        await copied.close()
