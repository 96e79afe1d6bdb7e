"""Being told while no page is open, as somebody asks for it on the pages: mail, this browser, quiet hours."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, CDPSession, Page, expect

from chatserver.deliveries.sealing import text_of
from tests.browser.conftest import DESKTOP, PHONE, House, Visit, demonstration, visiting
from tests.browser.pages import Reading
from tests.mail_server import MailServer, mail_server
from tests.push_service import PushBrowser
from tests.ways import code_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

COUNSELLOR = ("berger", "lampe sucht garten 71")
PASSWORD = "drei leise eulen im dachstuhl"
TEXT = {"de": "Ich trinke jeden Abend.", "en": "I drink every evening."}
TOPICS = {"de": "Sucht", "en": "Addiction"}
LOCALES = {"de": ("de-DE", PHONE), "en": ("en-GB", DESKTOP)}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def post() -> AsyncIterator[MailServer]:
    """Who takes the mail."""
    async with mail_server() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def telling(tmp_path_factory: pytest.TempPathFactory, post: MailServer) -> AsyncIterator[House]:
    """A demonstration that sends mail and pushes."""
    settings = {name: str(value) for name, value in post.settings.items()}
    async with demonstration(tmp_path_factory.mktemp("telling"), push="true", **settings) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="session")
async def arrive(telling: House, chromium: Browser) -> AsyncIterator[Visit]:
    """Opens its pages in empty browsers."""
    async with visiting(telling.address, chromium) as opened:
        yield opened


async def client(arrive: Visit, language: str) -> Reading:
    """Somebody who has written for the first time, and has gone on to their messages."""
    locale, size = LOCALES[language]
    page = Reading(await arrive("/", locale=locale, size=size), language)
    await page.choose_agency(TOPICS[language], "48155")
    await page.write(TEXT[language])
    await page.send_as(f"hoert-davon-{language}", PASSWORD)
    await page.heading("sent_title")
    await page.leave_code()
    await page.link("product_name").click()
    await page.heading("threads_title")
    return page


async def to_notices(page: Reading) -> None:
    """Over the account's page, as anybody finds it."""
    await page.page.get_by_role("link", name=page.exactly("account_link")).first.click()
    await page.heading("account_title")
    await page.page.get_by_role("link").filter(has_text=page.says("account_told_what")).click()
    await page.heading("told_title")


@pytest.mark.parametrize("language", ["de", "en"])
async def test_mail_is_asked_for_confirmed_and_taken_away(language: str, arrive: Visit, post: MailServer) -> None:
    """Off at first; the page says what it gives away before anything is typed."""
    page = await client(arrive, language)
    await to_notices(page)
    for said in ("told_mail_says", "told_mail_seen", "told_mail_operator", "told_browser_shared"):
        await expect(page.text(said)).to_be_visible()
    await expect(page.text("told_quiet_what")).to_have_count(0)
    await page.field("told_mail_address").fill("nobody")
    await page.button("told_mail_send_code").click()
    await page.refused("mail_address_invalid")
    await page.field("told_mail_address").fill(f"{language}@post.example")
    await page.button("told_mail_send_code").click()
    await post.arrived()
    await page.field("told_mail_code").fill("12")
    await page.button("told_mail_confirm").click()
    await page.refused("mail_code_wrong")
    await page.field("told_mail_code").fill(code_in(post.mails[-1]))
    await page.button("told_mail_confirm").click()
    await expect(page.text("told_mail_on", address=f"{language}@post.example")).to_be_visible()
    await page.button("told_mail_off").click()
    await expect(page.field("told_mail_address")).to_have_value("")


@pytest.mark.parametrize("language", ["de", "en"])
async def test_a_counsellor_keeps_quiet_hours(language: str, arrive: Visit) -> None:
    """The page says which of it waits, and they are there after a reload."""
    page = await desk(arrive, language)
    await expect(page.text("told_quiet_none")).to_be_visible()
    await page.page.get_by_label(page.exactly("told_quiet_begins")).fill("20:30")
    await page.button("told_quiet_keep").click()
    await expect(page.text("told_quiet_kept")).to_be_visible()
    await expect(page.text("told_quiet_on", begins="20:30", ends="07:00")).to_be_visible()
    await page.button("told_quiet_end").click()
    await expect(page.text("told_quiet_none")).to_be_visible()


async def test_a_browser_is_told_by_its_own_worker_which_shows_one_sentence_and_keeps_nothing(arrive: Visit) -> None:
    """The push itself comes from Chromium's own tools: no push service can be reached from a test.

    So the subscription is a double, at the browser's boundary; the worker, its notice and the server's rows are real.
    """
    page = await desk(arrive, "de", double=True)
    await expect(page.text("told_browser_says")).to_be_visible()
    await page.button("told_browser_begin").click()
    await expect(page.text("told_browser_on")).to_be_visible()
    for told, shown in (
        ("en", "There is something new."),
        ("de", "Es gibt etwas Neues."),
        ("", "Es gibt etwas Neues."),
    ):
        await push(page.page, told)
        await page.page.wait_for_function(NOTICE_SHOWN, arg=shown)
    assert await page.page.evaluate("caches.keys()") == []
    await page.button("told_browser_off").click()
    await expect(page.button("told_browser_begin")).to_be_visible()
    assert await page.page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


async def test_a_browser_that_says_no_changes_nothing(arrive: Visit, telling: House) -> None:
    """Neither here nor at the server."""
    page = await desk(arrive, "en", allowed=False)
    await page.button("told_browser_begin").click()
    await page.refused("push_refused")
    assert telling.read_from_database("SELECT count(*) FROM ways WHERE kind = 'push'") == 0


NOTICE_SHOWN = """async (title) => {
  const registration = await navigator.serviceWorker.getRegistration();
  const shown = await registration.getNotifications();
  return shown.length === 1 && shown[0].title === title && shown[0].body === "";
}"""

DOUBLE = """(keys) => {
  const subscription = {
    endpoint: "https://push.example/send/abc",
    toJSON: () => ({ keys }),
    unsubscribe: async () => { made = null; return true; },
  };
  let made = null;
  PushManager.prototype.subscribe = async () => (made = subscription);
  PushManager.prototype.getSubscription = async () => made;
}"""


async def desk(arrive: Visit, language: str, *, double: bool = False, allowed: bool = True) -> Reading:
    """A counsellor at the page about notices."""
    locale, size = LOCALES[language]
    page = Reading(await arrive("/login", locale=locale, size=size), language)
    await page.page.context.grant_permissions(["notifications"] if allowed else [])
    await page.log_in(*COUNSELLOR)
    await page.page.wait_for_url("**/inbox")
    await to_notices(page)
    if double:
        browser = PushBrowser()
        keys = {"p256dh": text_of(browser.p256dh), "auth": text_of(browser.auth)}
        await page.page.evaluate(DOUBLE, keys)
    return page


async def push(page: Page, data: str) -> None:
    """What a push service would make the browser do."""
    tools: CDPSession = await page.context.new_cdp_session(page)
    registrations: list[str] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(one["registrationId"] for one in event["registrations"]),
    )
    await tools.send("ServiceWorker.enable")
    while not registrations:
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    origin = await page.evaluate("location.origin")
    await tools.send(
        "ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": registrations[-1], "data": data}
    )
    await tools.detach()
