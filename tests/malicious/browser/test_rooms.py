"""What a page shows of a room about which the server lies."""

from dataclasses import replace

import pytest

from crypto import Text, to_ms
from tests.malicious.browser.stage import Stage
from tests.malicious.scene import appended, text_body

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_forked_room(stage: Stage) -> None:
    """T18: the counsellor has been shown another history; what they write then says so, and nothing more is written."""
    scene, page = await stage.conversation(), await stage.clients_page()
    place = replace(scene.desk.reader.place(), seen_th=b"f" * 32)
    now = to_ms(stage.house.now())
    appended(scene, scene.desk.writer.seal(place, Text("Anders."), sent_at=now).envelope)
    await page.opens(scene.room.id, "T18")
    await page.sees("Anders.")
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await page.alarms("forked", "alarm_forked")
    await page.shows_note("Anders.", "forked", "note_forked")
    await page.may_not_write()


async def test_in_anothers_name(stage: Stage) -> None:
    """T25: an insider writes as the client; the signature inside is not the client's."""
    scene, page = await stage.conversation(), await stage.clients_page()
    said = text_body("Mir geht es gut.", stage.house.now())
    appended(scene, scene.forged({"sender": scene.client.identity.fingerprint}, said, scene.berger.identity))
    await page.opens(scene.room.id, "T25")
    await page.sees("Mir geht es gut.")
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await page.shows_broken("signature_invalid", "broken")
    await page.does_not_see("Mir geht es gut.")
