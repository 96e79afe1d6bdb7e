"""A call between two browsers with made-up cameras, through a real relay."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.conftest import CHROMIUM, DESKTOP, PHONE, QUIET, House, Visit, demonstration, visiting
from tests.browser.in_python import PASSWORD, Talk, password_of, talking
from tests.browser.pages import Reading
from tests.turn_server import SECRET, TurnServer, running_turn

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Pictures and tones that a browser makes up, and a relay on this machine itself.
DEVICES = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
)
FRAMES = """() => { const v = document.querySelector('video:not(.mirrored)');
  return v !== null && v.getVideoPlaybackQuality().totalVideoFrames > 5; }"""


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TurnServer]:
    with running_turn(tmp_path_factory.mktemp("relay")) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def calling(tmp_path_factory: pytest.TempPathFactory, relay: TurnServer) -> AsyncIterator[House]:
    """A demonstration with a relay."""
    folder = tmp_path_factory.mktemp("calling")
    async with demonstration(folder, turn_urls=relay.url, turn_secret=SECRET) as house:
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def with_devices() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *DEVICES])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def arrive(calling: House, with_devices: Browser) -> AsyncIterator[Visit]:
    async with visiting(calling.address, with_devices) as opened:
        yield opened


# Every connection that the page makes from then on; what it has sent as media, and of what kind its ways are.
LISTEN = """() => { window.peers = []; const Real = RTCPeerConnection; window.RTCPeerConnection = class extends Real {
  constructor(...given) { super(...given); window.peers.push(this); } }; }"""
SENT = """async () => { let sent = 0;
  for (const one of (await window.peers.at(-1).getStats()).values())
    if (one.type === 'outbound-rtp') sent += one.packetsSent;
  return sent; }"""
CANDIDATES = """async () => { const all = [...(await window.peers.at(-1).getStats()).values()];
  return [...new Set(all.filter((one) => one.type.endsWith('-candidate')).map((one) => one.candidateType))]; }"""


async def live(house: House, talk: Talk) -> None:
    """Both may call each other now."""
    await talk.answered()
    slots = await talk.client.slots(talk.room.id)
    appointment = await talk.client.book(talk.room.id, slots.slots[0])
    house.set_clock(appointment.starts_at)
    await talk.counsellor.begin_live_chat(appointment.id)


async def at_the_call(arrive: Visit, room: str, name: str, password: str, phone: bool) -> Reading:
    page = Reading(
        await arrive(f"/thread/{room}", locale="de-DE" if phone else "en-GB", size=PHONE if phone else DESKTOP),
        "de" if phone else "en",
    )
    await page.log_in(name, password)
    await expect(page.log).to_be_visible()
    await page.page.evaluate(LISTEN)
    return page


async def joins(page: Reading) -> None:
    """With camera and microphone, after a look at both."""
    await page.heading("call_title")
    await page.button("call_microphone_on").click()
    await expect(page.page.get_by_role("meter")).to_be_visible()
    await page.button("call_camera_on").click()
    await expect(page.page.get_by_label(page.says("call_own_picture"))).to_be_visible()
    await page.button("call_join").click()


async def test_two_people_see_each_other_mute_hang_up_and_go_on_writing(calling: House, arrive: Visit) -> None:
    """The counsellor begins; the client's page says that somebody waits."""
    async with talking(calling, "rohrdommel", "berger", "addiction", "48155") as talk:
        await live(calling, talk)
        desk = await at_the_call(arrive, talk.room.id, "berger", password_of("berger"), phone=False)
        client = await at_the_call(arrive, talk.room.id, talk.client.name, PASSWORD, phone=True)
        await desk.link("call_link").click()
        await joins(desk)
        await expect(desk.page.locator('[data-call="waiting"]')).to_be_visible()
        await client.link("call_link_waiting").click()
        await joins(client)
        for page in (desk, client):
            await expect(page.page.locator('[data-call="talking"]')).to_be_visible()
            await page.page.wait_for_function(FRAMES)
            # T48: nobody gets to know where the other one is.
            assert await page.page.evaluate(CANDIDATES) == ["relay"]
        await client.button("call_camera_off").click()
        await expect(desk.text("call_no_picture")).to_be_visible()
        await client.button("call_microphone_off").click()
        await expect(client.button("call_microphone_on")).to_be_visible()
        before = await client.page.evaluate(SENT)
        await client.reply("Ich sehe Sie.")
        await desk.sees("Ich sehe Sie.")
        assert await client.page.evaluate(SENT) == before
        await client.button("call_microphone_on").click()
        await client.button("call_camera_on").click()
        await expect(desk.text("call_no_picture")).to_have_count(0)
        await client.page.wait_for_function(f"before => ({SENT})().then((now) => now > before)", arg=before)
        await desk.button("call_hang_up").click()
        await expect(desk.page.locator('[data-call="over"]')).to_be_visible()
        await expect(client.text("call_left")).to_be_visible()
        # The house's clock is days from the device's: nobody is told that they have waited long.
        await expect(client.text("call_alone")).to_have_count(0)
        await client.reply("Danke.")
