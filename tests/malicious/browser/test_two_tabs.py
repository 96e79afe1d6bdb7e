"""T27: two pages of one person."""

import pytest
from playwright.async_api import expect

from chatserver.rooms.wire import Items, Since
from crypto import Header, Read, read_header
from tests.malicious.browser.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def at_once(stage: Stage, *without: str) -> list[Header]:
    """What the server gets when both pages write before either has heard of the other."""
    scene = await stage.conversation()
    # A page that has nothing to confirm writes only what its person writes.
    await scene.room.say(Read(4), "none")
    tabs = [await stage.clients_page(), await stage.clients_page(tab=2)]
    stage.liar.line.lie("posted", lambda _: None)
    stage.liar.items(scene.room.id, lambda items: [one for one in items if one["position"] <= 5])
    for tab in tabs:
        await tab.opens(scene.room.id, *without)
    sent = stage.liar.passed.times("message")
    for tab, text in zip(tabs, ("Eins.", "Anders."), strict=True):
        await tab.reply(text)
        await stage.liar.passed.more_often("message", sent)
        sent += 1
    stage.liar.be_honest()
    for tab in tabs:
        await tab.opens(scene.room.id, *without)
        await expect(tab.log.locator("[data-broken]")).to_have_count(1 if without else 0)
        await tab.shows_in_order("Eins.", *([] if without else ["Anders."]))
    stored = await scene.client.browser.get("/api/rooms/{room}/items", Since(scene.room.id, 5, 2), Items)
    return [read_header(one.envelope) for one in stored.items]


async def test_two_tabs(stage: Stage) -> None:
    """T27: both write at the same place; the key of a message comes from its header, and no two headers are alike."""
    first, second = await at_once(stage, "T27")
    assert first == second
    first, second = await at_once(stage)
    assert first.salt != second.salt
    assert first.session != second.session
