"""The main job, as two people live through it, each in a browser of their own.

Once in English on a desk, once in German on phones. What they read is verified and decrypted in their pages; what they
see of time comes from the server, whose clock this test moves.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.async_api import ViewportSize, expect

from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.pages import Reading, in_words

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROMISE = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Story:
    """Who tells it how, and on what."""

    language: str
    locale: str
    size: ViewportSize
    name: str
    password: str
    topic: str
    enquiry: str
    answer: str
    hello: str
    welcome: str
    afterwards: str


ENGLISH = Story(
    "en",
    "en-GB",
    DESKTOP,
    "moth.at.night",
    "three quiet owls in 4 attics",
    "Addiction",
    "I drink every evening, and nobody knows.",
    "Thank you for writing. Since when has it been every evening?",
    "I am here.",
    "Welcome. Take your time.",
    "One more thing that I did not dare to say.",
)
GERMAN = Story(
    "de",
    "de-DE",
    PHONE,
    "nachtfalter",
    "drei leise eulen im dachstuhl",
    "Sucht",
    "Ich trinke jeden Abend, und niemand weiß davon.",
    "Danke, dass Sie schreiben. Seit wann ist es jeden Abend?",
    "Ich bin da.",
    "Willkommen. Lassen Sie sich Zeit.",
    "Eins noch, das ich mich nicht getraut habe.",
)


@dataclass(slots=True)
class Cast:
    """A story, the running house, and empty browsers."""

    story: Story
    house: House
    visit: Visit

    async def arrive(self, path: str) -> Reading:
        """Somebody opens a page in an empty browser."""
        story = self.story
        return Reading(await self.visit(path, locale=story.locale, size=story.size), story.language)


@pytest.mark.parametrize("story", [ENGLISH, GERMAN], ids=["English, desktop", "German, phone"])
async def test_the_main_job_in_two_browsers(story: Story, house: House, visit: Visit) -> None:
    """Enquiry, answer in an empty browser, appointment, live chat, and on in the thread under the clock."""
    cast = Cast(story, house, visit)
    await enquire(cast)
    counsellor = await answer(cast)
    client = await read_elsewhere(cast)
    await agree_on_a_time(cast, client, counsellor)
    await talk_live(cast, client, counsellor)
    await go_on_in_the_thread(cast, client, counsellor)


async def enquire(cast: Cast) -> None:
    """Topic, postal code, agency, text, and only then a name and a password."""
    story, client = cast.story, await cast.arrive("/")
    await client.choose_agency(story.topic, "48155")
    await expect(client.page.get_by_text("Anker Suchtberatung").first).to_be_visible()
    await client.write(story.enquiry)
    await client.send_as(story.name, story.password)
    await client.heading("sent_title")
    await client.promises(cast.house.now + PROMISE)
    await client.page.context.close()


async def answer(cast: Cast) -> Reading:
    """A counsellor of that agency finds it in the inbox, takes it, and answers."""
    story, counsellor = cast.story, await cast.arrive("/login")
    await counsellor.log_in("berger", "lampe sucht garten 71")
    await counsellor.take_newest()
    await counsellor.sees(story.enquiry)
    await counsellor.reply(story.answer)
    await counsellor.is_stored(story.answer)
    await expect(counsellor.waiting(story.name).filter(has_text=counsellor.says("left"))).to_have_count(0)
    return counsellor


async def read_elsewhere(cast: Cast) -> Reading:
    """The person reads it in a browser that knows nothing, with name and password only."""
    story, client = cast.story, await cast.arrive("/login")
    await client.log_in(story.name, story.password)
    await client.open_only_thread()
    await client.sees(story.enquiry)
    await client.sees(story.answer)
    await client.promises_nothing()
    return client


async def agree_on_a_time(cast: Cast, client: Reading, counsellor: Reading) -> None:
    """The person books a free slot; both see it, before its time and when it has come."""
    starts_at = await client.book()
    time = in_words(starts_at, cast.story.language)
    for one in (client, counsellor):
        await expect(one.text("live_planned", time=time)).to_be_visible()
        await expect(one.button("live_begin")).to_have_count(0)
    cast.house.set_clock(starts_at - timedelta(minutes=10))
    for one in (client, counsellor):
        await expect(one.text("live_ready")).to_be_visible()


async def talk_live(cast: Cast, client: Reading, counsellor: Reading) -> None:
    """Presence, typing, and messages that are stored and arrive."""
    story = cast.story
    await counsellor.button("live_begin").click()
    for one, other in ((client, "Frau Berger"), (counsellor, story.name)):
        await expect(one.text("live_on")).to_be_visible()
        await expect(one.text("live_here", names=other)).to_be_visible()
    await client.field("composer_label").press_sequentially(story.hello)
    await expect(counsellor.text("typing", names=story.name)).to_be_visible()
    await client.button("composer_send").click()
    await client.is_stored(story.hello)
    await counsellor.sees(story.hello)
    # Unless the message itself clears it, "is typing" stays for six seconds: longer than is waited for here.
    await expect(counsellor.text("typing", names=story.name)).to_have_count(0, timeout=3_000)
    await counsellor.reply(story.welcome)
    await client.sees(story.welcome)
    await client.promises_nothing()


async def go_on_in_the_thread(cast: Cast, client: Reading, counsellor: Reading) -> None:
    """The live chat ends; what is written then runs under the clock, and needs no answer only if the person says so."""
    story = cast.story
    await counsellor.button("live_end").click()
    for one in (client, counsellor):
        await expect(one.text("live_ended")).to_be_visible()
        await expect(one.text("live_on")).to_have_count(0)
    await client.reply(story.afterwards)
    await client.is_stored(story.afterwards)
    await client.promises(cast.house.now + PROMISE)
    await counsellor.sees(story.afterwards)
    await expect(counsellor.text("promise_short").filter(visible=True).first).to_be_visible()
