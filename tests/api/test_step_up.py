"""What nobody else is to do in a coordinator's name asks for the second factor once more."""

from datetime import timedelta

import pytest

from chatserver.http import Route
from chatserver.nouns import ROUTES
from chatserver.rosters.wire import PublishRoster, RosterPublished
from tests.api.from_empty import begin
from tests.api.house import House
from tests.next_roster import Changes
from tests.person_web import Browser, Refused

# Whoever makes a route of such a kind decides here whether an open page suffices.
ASKED_ONCE_MORE = {
    "POST /api/agency/departures",
    "POST /api/agency/renewals",
    "POST /api/agency/rosters",
    "POST /api/agency/terms",
    "POST /api/agency/retention",
    "POST /api/agency/profile",
    "POST /api/agency/invitations",
    "POST /api/agency/invitations/{id}/withdraw",
    "POST /api/factors",
    "POST /api/factors/offer",
    "POST /api/factors/spare-codes",
    "POST /api/factors/{id}/remove",
    "POST /api/provider/link/begin",
    "POST /api/provider/unlink",
    "PUT /api/password",
}
FRESH = [route for route in ROUTES if route.fresh]
LONGER = timedelta(minutes=5)


def test_what_asks_once_more_is_known() -> None:
    assert {f"{one.method} {one.path}" for one in FRESH} == ASKED_ONCE_MORE


async def said(browser: Browser, route: Route) -> tuple[int, str]:
    """What is answered to a body that makes no sense."""
    path = browser.url + route.path.replace("{id}", "ab" * 16)
    async with browser.http.request(route.method, path, json={"no": "sense"}) as answer:
        return answer.status, (await answer.json())["code"]


@pytest.mark.parametrize("route", FRESH, ids=lambda one: f"{one.method} {one.path}")
async def test_an_open_page_is_refused_whatever_it_sends(house: House, route: Route) -> None:
    """Before the body is read."""
    brandt = await house.coordinator("brandt")
    house.clock.advance(LONGER)
    assert await said(brandt.browser, route) == (403, "step_up_required")
    await brandt.step_up()
    assert (await said(brandt.browser, route))[1] != "step_up_required"


@pytest.mark.parametrize("route", FRESH, ids=lambda one: f"{one.method} {one.path}")
async def test_who_may_not_do_it_at_all_is_not_asked(house: House, route: Route) -> None:
    """Clients change their passwords without: they have no second factor to show."""
    client = await house.signed_up("nachtfalter")
    refused = "not_found" if "client" not in route.who.value else "malformed"
    assert (await said(client.browser, route))[1] == refused


async def test_a_colleague_is_let_go_after_the_factor_was_shown_and_not_before(empty_house: House) -> None:
    begun = await begin(empty_house)
    colleague = await begun.hire("yilmaz", "counsel")
    empty_house.clock.advance(LONGER)
    wish = await begun.founder.prepare_departure(colleague.account_id)
    step_up, begun.founder.browser.step_up = begun.founder.browser.step_up, None
    with pytest.raises(Refused, match="step_up_required"):
        await begun.founder.send_departure(wish)
    assert (await empty_house.who_is(colleague)).name == "yilmaz"
    begun.founder.browser.step_up = step_up
    await begun.founder.send_departure(wish)
    with pytest.raises(Refused, match="session_expired"):
        await empty_house.who_is(colleague)


async def test_a_list_of_colleagues_is_signed_within_five_minutes_of_the_log_in(empty_house: House) -> None:
    founder = (await begin(empty_house)).founder
    founder.browser.step_up = None
    roster = founder.sign(await founder.newest_roster(), Changes())
    empty_house.clock.advance(LONGER - timedelta(seconds=1))
    wish = PublishRoster(roster.raw, [])
    first = await founder.browser.post("/api/agency/rosters", wish, RosterPublished)
    empty_house.clock.advance(timedelta(seconds=1))
    with pytest.raises(Refused, match="step_up_required"):
        await founder.browser.post("/api/agency/rosters", wish, RosterPublished)
    await founder.step_up()
    assert await founder.browser.post("/api/agency/rosters", wish, RosterPublished) == first
