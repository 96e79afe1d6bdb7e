"""Setting when one can be booked, on the page: by form or by mouse, with what it means before it is done, and undo."""

from datetime import datetime, timedelta

import pytest
from playwright.async_api import Locator, expect

from chatserver.demo.cast import EMSUFER
from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.in_python import talking
from tests.browser.pages import BERLIN, Reading, in_words

pytestmark = pytest.mark.asyncio(loop_scope="session")

KOWALCZYK, NGUYEN, ALTHOFF = EMSUFER.counsellors


async def calendar(visit: Visit, language: str, name: str, password: str) -> Reading:
    """A counsellor's own; a German one is on a phone, an English one on a desk."""
    german = language == "de"
    locale, size = ("de-DE", PHONE) if german else ("en-GB", DESKTOP)
    page = Reading(await visit("/login", locale=locale, size=size), language)
    await page.log_in(name, password)
    await page.section("nav_calendar")
    await page.heading("calendar_title")
    return page


def lines(page: Reading, key: str) -> Locator:
    """What stands in the list under that heading."""
    return page.page.get_by_role("region", name=page.exactly(key)).get_by_role("listitem")


async def fill(page: Reading, key: str, value: str) -> None:
    """A field of the form."""
    await page.page.get_by_label(page.exactly(key)).fill(value)


def weeks_between(one: datetime, other: datetime) -> int:
    """Mondays that lie between."""
    mondays = [at.astimezone(BERLIN).date() - timedelta(days=at.astimezone(BERLIN).weekday()) for at in (one, other)]
    return (mondays[1] - mondays[0]).days // 7


@pytest.mark.parametrize("language", ["de", "en"], ids=["German", "English"])
async def test_a_time_is_entered_by_form_seen_in_the_list_and_taken_back(visit: Visit, language: str) -> None:
    """Without a mouse; what cannot be is said in words, and nothing has changed."""
    page = await calendar(visit, language, NGUYEN.name, NGUYEN.password)
    await page.button("calendar_list").click()
    weekly = lines(page, "hours_weekly")
    before = await weekly.count()
    await page.button("calendar_add").click()
    await page.page.get_by_label(page.exactly("hours_weekday")).select_option("6")
    await fill(page, "hours_begins", "16:00")
    await fill(page, "hours_ends", "15:00")
    await page.button("hours_look").click()
    await page.refused("rule_invalid")
    await fill(page, "hours_ends", "00:00")
    await page.button("hours_look").click()
    await expect(page.text("hours_means_none")).to_be_visible()
    await page.button("hours_do").click()
    await expect(weekly).to_have_count(before + 1)
    await expect(weekly.last).to_contain_text("16:00" if language == "de" else "4:00\u00a0pm")
    await page.button("hours_undo").click()
    await expect(page.text("hours_undone")).to_be_visible()
    await expect(weekly).to_have_count(before)


async def test_a_day_off_is_an_absence_and_undo_brings_the_day_back(visit: Visit) -> None:
    """It stands on the page of absences, too: there is one notion of it."""
    page = await calendar(visit, "de", ALTHOFF.name, ALTHOFF.password)
    await page.button("calendar_add").click()
    await page.page.get_by_role("radio", name=page.exactly("hours_what_away")).check()
    await page.button("hours_look").click()
    await expect(page.text("outlook_no_appointments")).to_be_visible()
    await page.button("hours_do").click()
    away = lines(page, "hours_away")
    await expect(away).to_have_count(1)
    await page.section("nav_absences")
    await expect(page.page.get_by_role("button", name=page.says("absence_remove_whose"))).to_have_count(1)
    await page.section("nav_calendar")
    await away.get_by_role("button").click()
    await expect(away).to_have_count(0)
    await page.button("hours_undo").click()
    await expect(away).to_have_count(1)
    await away.get_by_role("button").click()
    await expect(away).to_have_count(0)


async def test_appointments_that_would_lie_outside_are_named_before_and_marked_after(
    house: House, visit: Visit
) -> None:
    """They stay; the week shows them with the conversation one press away."""
    async with talking(house, "uferlos", KOWALCZYK.name, "family", "48231") as talk:
        slots = (await talk.client.slots(talk.room.id)).slots
        later = next(one for one in slots if one.starts_at > house.now + timedelta(days=8))
        booked = await talk.client.book(talk.room.id, later)
        page = await calendar(visit, "en", KOWALCZYK.name, KOWALCZYK.password)
        # Into the week of the appointment, and its block away.
        week = page.page.get_by_role("region", name=page.exactly("calendar_week"))
        link = week.get_by_role("link", name="uferlos")
        for _ in range(weeks_between(house.now, booked.starts_at)):
            await page.button("calendar_after").click()
        await expect(link).to_be_visible()
        day = week.get_by_role("list").filter(has=page.page.get_by_role("link", name="uferlos"))
        await day.get_by_role("button").first.click()
        await page.button("hours_remove_this").click()
        await expect(page.text("hours_means_outside")).to_be_visible()
        await expect(page.page.get_by_text(f"{in_words(booked.starts_at, 'en')}, uferlos")).to_be_visible()
        await page.button("hours_do").click()
        await expect(link).to_contain_text(page.says("hours_outside_tag"))
        assert (await talk.client.appointments())[0].state == "booked"
        await page.button("hours_undo").click()
        await expect(link).not_to_contain_text(page.says("hours_outside_tag"))
        await link.click()
        await expect(page.log).to_be_visible()


async def test_drawing_and_moving_with_the_mouse_only_fills_the_form(visit: Visit) -> None:
    """Escape lets go of it; what was drawn is changed by nothing but the form."""
    page = await calendar(visit, "en", NGUYEN.name, NGUYEN.password)
    body = page.page.locator(".body")
    box = await body.bounding_box()
    assert box is not None
    hour, saturday = 48, box["x"] + box["width"] * 5.5 / 7
    mouse = page.page.mouse

    async def drag(x: float, since: float, to_x: float, until: float) -> None:
        await mouse.move(x, box["y"] + since * hour)
        await mouse.down()
        await mouse.move(to_x, box["y"] + until * hour, steps=5)

    await drag(saturday, 6, saturday, 8)
    await expect(page.page.locator(".drawn")).to_be_visible()
    await page.page.keyboard.press("Escape")
    await mouse.up()
    await expect(page.page.locator(".drawn")).to_have_count(0)
    await expect(page.page.get_by_label(page.exactly("hours_begins"))).to_have_count(0)
    await drag(saturday, 6, saturday, 8)
    await mouse.up()
    await expect(page.page.get_by_label(page.exactly("hours_weekday"))).to_have_value("5")
    await expect(page.page.get_by_label(page.exactly("hours_begins"))).to_have_value("14:00")
    await expect(page.page.get_by_label(page.exactly("hours_ends"))).to_have_value("16:00")
    await page.button("hours_look").click()
    await page.button("hours_do").click()
    await expect(page.button("hours_undo")).to_be_visible()
    drawn = page.page.get_by_role("button", name="2:00\u00a0pm–4:00\u00a0pm")
    await drawn.scroll_into_view_if_needed()
    at = await drawn.bounding_box()
    assert at is not None
    middle = at["x"] + at["width"] / 2
    await mouse.move(middle, at["y"] + hour)
    await mouse.down()
    await mouse.move(middle + at["width"], at["y"] + 2 * hour, steps=5)
    await mouse.up()
    await expect(page.page.get_by_label(page.exactly("hours_weekday"))).to_have_value("6")
    await expect(page.page.get_by_label(page.exactly("hours_begins"))).to_have_value("15:00")
    await page.button("hours_remove_this").click()
    await page.button("hours_do").click()
    await expect(drawn).to_have_count(0)


async def test_of_two_devices_the_second_is_told(visit: Visit) -> None:
    """What one has removed, the other cannot change any more; both show the same in the end."""
    desk, phone = [await calendar(visit, language, ALTHOFF.name, ALTHOFF.password) for language in ("en", "de")]
    await desk.button("calendar_list").click()
    before = await lines(desk, "hours_weekly").count()
    await expect(lines(phone, "hours_weekly")).to_have_count(before)
    await lines(phone, "hours_weekly").first.get_by_role("button").click()
    await lines(desk, "hours_weekly").first.get_by_role("button").click()
    await desk.button("hours_remove_this").click()
    await desk.button("hours_do").click()
    await expect(lines(phone, "hours_weekly")).to_have_count(before - 1)
    await phone.button("hours_look").click()
    await phone.refused("hours_changed")
    await desk.button("hours_undo").click()
    await expect(lines(phone, "hours_weekly")).to_have_count(before)


async def test_a_kind_of_appointment_is_set_and_given_back(visit: Visit) -> None:
    """A number that does not work is named; what it would mean is counted; the agency's rules hold again after undo."""
    page = await calendar(visit, "en", NGUYEN.name, NGUYEN.password)
    await page.link("calendar_kinds").click()
    await page.heading("kinds_title")
    chat = page.page.get_by_role("region", name=page.exactly("kind_chat"))
    await expect(chat.get_by_text(page.says("kinds_agency"))).to_be_visible()
    await chat.get_by_role("button").click()
    await fill(page, "kinds_length", "2")
    await page.button("hours_look").click()
    await expect(page.page.get_by_role("alert")).to_contain_text(page.says("kinds_length"))
    await fill(page, "kinds_length", "25")
    await fill(page, "kinds_step", "30")
    await page.button("hours_look").click()
    await expect(page.text("hours_means_times")).to_be_visible()
    await page.button("hours_do").click()
    await expect(chat.get_by_text(page.says("kinds_in_short", length="25", step="30"))).to_be_visible()
    await page.button("hours_undo").click()
    await expect(chat.get_by_text(page.says("kinds_agency"))).to_be_visible()
