"""Pushes to browsers whose people asked: sealed, neutral, and sent to push services only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from chatserver.deliveries.sealing import point_of, push_key_of
from chatserver.deps import work
from chatserver.main import running
from chatserver.notices.actions import tell_notice
from chatserver.notices.wire import NoticeKind
from chatserver.outward import Outward
from chatserver.ways.wire import AddBrowser, LanguageName, RemoveBrowser, Ways
from tests.api.house import HandClock, House
from tests.api.story import talk
from tests.leaks import find_leaks
from tests.person import Person
from tests.person_web import Refused
from tests.places import Place
from tests.push_service import ENDPOINT, PushBrowser, PushService, push_service, unsealed
from tests.ways import ways_of


@pytest_asyncio.fixture
async def service(tmp_path: Path) -> AsyncIterator[PushService]:
    """Of a browser's maker."""
    async with push_service(tmp_path) as opened:
        yield opened


@asynccontextmanager
async def _pushing(place: Place, outward: Outward) -> AsyncIterator[House]:
    clock = HandClock()
    async with running(place.config(push=True), clock, ticking=False, outward=outward) as server:
        house = House(server, clock)
        try:
            yield house
        finally:
            await house.close()


@pytest_asyncio.fixture
async def pushing(founded: Place, service: PushService) -> AsyncIterator[House]:
    """A server that pushes."""
    async with _pushing(founded, service.outward) as house:
        yield house


async def wants_push(
    person: Person, browser: PushBrowser, endpoint: str = ENDPOINT, language: LanguageName = "de"
) -> Ways:
    """As the page does after the browser has asked its person."""
    command = AddBrowser(endpoint, browser.p256dh, browser.auth, language)
    return await person.browser.post("/api/ways/browsers", command, Ways)


async def tell(house: House, person: Person, kind: NoticeKind = "enquiry_taken") -> None:
    async with work(house.deps) as tx:
        await tell_notice(tx, [person.account_id], kind, now=house.now())
    await house.server.look()


async def test_a_browser_gets_two_letters_that_only_it_can_read(pushing: House, service: PushService) -> None:
    """The language in which it says that there is something new, whatever has happened."""
    nachtfalter, browser = await pushing.signed_up("nachtfalter"), PushBrowser()
    shown = await wants_push(nachtfalter, browser, language="en")
    assert [one.endpoint for one in shown.browsers] == [ENDPOINT]
    assert shown.push_key == point_of(push_key_of(pushing.deps.secrets.server_secret))
    for kind in ("enquiry_taken", "promise_broken", "appointment_booked"):
        await tell(pushing, nachtfalter, kind)
        pushing.clock.advance(timedelta(minutes=1))
    assert [unsealed(body, browser.key, browser.auth) for _, _, body in service.asked] == [b"en"] * 3
    path, headers, _ = service.asked[0]
    assert (path, headers["Content-Encoding"], headers["TTL"]) == ("/send/abc", "aes128gcm", "86400")
    assert headers["Authorization"].startswith("vapid t=")
    assert {tuple(sorted(one)) for _, one, _ in service.asked} == {tuple(sorted(headers))}


async def test_nothing_on_its_way_names_anybody(pushing: House, service: PushService) -> None:
    """Neither head nor body, in any encoding."""
    talking, browser = await talk(pushing), PushBrowser()
    await wants_push(talking.client, browser)
    await talking.desk.write("Wintergrünvogel am Morgen.")
    await pushing.server.look()
    ((path, headers, body),) = service.asked
    secrets = {
        "words": "Wintergrünvogel".encode(),
        "client": b"nachtfalter",
        "account": talking.client.account_id.encode(),
        "room": talking.room.id.encode(),
    }
    places = [
        ("head", repr((path, headers)).encode()),
        ("body", body),
        ("text", unsealed(body, browser.key, browser.auth)),
    ]
    assert find_leaks(secrets, places) == []


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten(pushing: House, service: PushService, status: int) -> None:
    """Its person has said no there, or it is not there any more."""
    nachtfalter = await pushing.signed_up("nachtfalter")
    await wants_push(nachtfalter, PushBrowser())
    service.answers = [(status, {})]
    await tell(pushing, nachtfalter)
    assert (await ways_of(nachtfalter)).browsers == []
    await tell(pushing, nachtfalter)
    assert len(service.asked) == 1


async def test_a_redirect_is_not_followed(pushing: House, service: PushService) -> None:
    """It could lead to a neighbour of the server."""
    nachtfalter = await pushing.signed_up("nachtfalter")
    await wants_push(nachtfalter, PushBrowser())
    service.answers = [(307, {"Location": "https://push.example/elsewhere"})]
    await tell(pushing, nachtfalter)
    await pushing.pass_time(timedelta(hours=2))
    assert [path for path, _, _ in service.asked] == ["/send/abc"]
    (shown,) = (await ways_of(nachtfalter)).browsers
    assert shown.failed_at is not None


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_push_service_that_is_busy_is_asked_again(pushing: House, service: PushService, status: int) -> None:
    """Later, and not for ever."""
    nachtfalter = await pushing.signed_up("nachtfalter")
    await wants_push(nachtfalter, PushBrowser())
    service.answers = [(status, {})]
    await tell(pushing, nachtfalter)
    assert len(service.asked) == 1
    await pushing.pass_time(timedelta(minutes=1))
    assert len(service.asked) == 2


async def test_a_browser_is_whoever_s_said_so_last(pushing: House, service: PushService) -> None:
    """On a shared one nobody sees when somebody else's counsellor has answered."""
    nachtfalter, luisa = await pushing.signed_up("nachtfalter"), await pushing.signed_up("luisa7")
    await wants_push(nachtfalter, PushBrowser())
    browser = PushBrowser()
    await wants_push(luisa, browser)
    assert (await ways_of(nachtfalter)).browsers == []
    await tell(pushing, nachtfalter)
    assert service.asked == []
    await tell(pushing, luisa)
    assert unsealed(service.asked[0][2], browser.key, browser.auth) == b"de"


async def test_of_very_many_browsers_the_oldest_goes(pushing: House) -> None:
    """And one that is taken away is gone; nobody takes away another person's."""
    nachtfalter, luisa = await pushing.signed_up("nachtfalter"), await pushing.signed_up("luisa7")
    for number in range(12):
        shown = await wants_push(nachtfalter, PushBrowser(), f"https://push.example/{number}")
        pushing.clock.advance(timedelta(minutes=1))
    assert [one.endpoint[-2:] for one in shown.browsers] == ["/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9", "10", "11"]
    wish = RemoveBrowser(shown.browsers[0].id)
    with pytest.raises(Refused, match="not_found"):
        await luisa.browser.post("/api/ways/browsers/{way}/removal", wish, Ways)
    left = await nachtfalter.browser.post("/api/ways/browsers/{way}/removal", wish, Ways)
    assert len(left.browsers) == 9


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    ("endpoint", "p256dh", "auth", "named"),
    [
        ("http://push.example/x", PushBrowser().p256dh, bytes(16), "endpoint"),
        ("https://127.0.0.1/x", PushBrowser().p256dh, bytes(16), "endpoint"),
        (ENDPOINT, b"\x04" + bytes(64), bytes(16), "p256dh"),
        (ENDPOINT, PushBrowser().p256dh, bytes(15), "auth"),
    ],
    ids=["http", "number", "point", "auth"],
)
async def test_what_no_browser_says_is_refused(
    pushing: House, endpoint: str, p256dh: bytes, auth: bytes, named: str
) -> None:
    """Nothing is stored that could not be sent to."""
    nachtfalter = await pushing.signed_up("nachtfalter")
    with pytest.raises(Refused, match=named):
        await nachtfalter.browser.post("/api/ways/browsers", AddBrowser(endpoint, p256dh, auth, "de"), Ways)


async def test_a_name_that_leads_into_the_servers_own_network_is_not_asked(
    founded: Place, service: PushService
) -> None:
    """As an installation has it: names are looked up, and this one leads to the machine itself."""
    async with _pushing(founded, service.guarded) as house:
        nachtfalter = await house.signed_up("nachtfalter")
        await wants_push(nachtfalter, PushBrowser())
        await tell(house, nachtfalter)
        (shown,) = (await ways_of(nachtfalter)).browsers
    assert shown.failed_at is not None
    assert service.asked == []


async def test_a_server_that_pushes_nothing_takes_no_browser(house: House) -> None:
    """Off by default."""
    nachtfalter = await house.signed_up("nachtfalter")
    assert (await ways_of(nachtfalter)).push_key is None
    with pytest.raises(Refused, match="not_found"):
        await wants_push(nachtfalter, PushBrowser())
