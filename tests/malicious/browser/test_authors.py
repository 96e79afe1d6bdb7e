"""T25, T26, T28, T29, T43, T47: who wrote something, and whether it is what was written."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.async_api import expect

from crypto import Body, Delete, Edit, Read, Text
from crypto.bodies import write_body
from crypto.encoding import fields, lp, u64
from crypto.hashing import seal_aes
from crypto.identity import Identity
from crypto.vectors.torsion import torsion_signatures
from tests.malicious.browser.stage import Stage
from tests.malicious.scene import ANSWER, FIRST_WORDS, Scene, appended, text_body

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAID = "Mir geht es gut."


def body_of(what: Body) -> bytes:
    """The inside of a message that somebody makes by hand."""
    kind, content = write_body(what)
    return lp(b"v" * 16, kind, u64(0), content)


async def test_in_anothers_name(stage: Stage) -> None:
    """T25: an insider writes as the client; the signature inside is not the client's."""
    scene, page = await stage.conversation(), await stage.clients_page()
    said = text_body(SAID, stage.house.now())
    appended(scene, scene.forged({"sender": scene.client.identity.fingerprint}, said, scene.berger.identity))
    await page.opens(scene.room.id, "T25")
    await page.sees(SAID)
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await page.shows_broken("signature_invalid", "broken")
    await page.does_not_see(SAID)


async def test_plaintext(stage: Stage) -> None:
    """T26: the server writes something unencrypted, as the counsellor; there is no such mode."""
    scene, page = await stage.conversation(), await stage.clients_page()
    said = text_body("Ihr Passwort, bitte.", stage.house.now())
    header = fields(scene.forged({}, said, Identity(b"g" * 32, b"h" * 32)), 2)[0]
    appended(scene, lp(header, (bytes(64) + len(said).to_bytes(4) + said).ljust(256, b"\x00")))
    await page.opens(scene.room.id, "T26", "T25")
    await page.sees("Ihr Passwort, bitte.")
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await page.shows_broken("does_not_decrypt", "broken")
    await page.does_not_see("Ihr Passwort, bitte.")


async def test_a_forged_edit(stage: Stage) -> None:
    """T28: a counsellor changes what the client has written."""
    scene, page = await stage.conversation(), await stage.clients_page()
    forged = body_of(Edit(scene.room.verdicts[2].id, "Ich habe gelogen."))
    appended(scene, scene.forged({}, forged, scene.berger.identity))
    await page.opens(scene.room.id, "T28")
    await page.sees("Ich habe gelogen.")
    await page.does_not_see(FIRST_WORDS)
    await page.opens(scene.room.id)
    await page.shows_broken("target_not_yours", "broken_foreign")
    await page.sees(FIRST_WORDS)
    await page.does_not_see("Ich habe gelogen.")


async def test_a_forged_deletion(stage: Stage) -> None:
    """T28: a client deletes what the counsellor wrote; on the counsellor's desk."""
    scene, page = await stage.conversation(), await stage.counsellors_page()
    client, mine = scene.client.identity, {"sender": scene.client.identity.fingerprint}
    forged = body_of(Delete(scene.room.verdicts[4].id))
    appended(scene, scene.forged(mine, forged, client))
    await page.opens(scene.room.id, "T28")
    await page.does_not_see(ANSWER)
    await expect(page.text("message_deleted")).to_be_visible()
    await page.opens(scene.room.id)
    await page.shows_broken("target_not_yours", "broken_foreign")
    await page.sees(ANSWER)


async def test_a_forged_read_mark(stage: Stage) -> None:
    """T28: a client claims to have read what is yet to be written; on the desk it would look read at once."""
    scene, page = await stage.conversation(), await stage.counsellors_page()
    mine = {"sender": scene.client.identity.fingerprint, "session": b"r" * 16}
    forged = scene.forged(mine, body_of(Read(99)), scene.client.identity)
    appended(scene, forged, scene.desk.seal(Text("Kommen Sie morgen?"), "none"))
    bubble = page.log.get_by_role("listitem").filter(has_text="Kommen Sie morgen?")
    await page.opens(scene.room.id, "T28")
    await expect(bubble.get_by_text(page.exactly("delivery_read"))).to_be_visible()
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await page.shows_broken("seen_out_of_range", "broken_order")
    await expect(bubble).to_be_visible()
    await expect(bubble.get_by_text(page.exactly("delivery_read"))).to_have_count(0)


async def test_padding(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """T29: something is hidden behind the body; and lengths that promise four gigabytes are refused as quietly."""
    scene, page = await stage.conversation(), await stage.clients_page()
    said = text_body(SAID, stage.house.now())
    with monkeypatch.context() as insider:
        insider.setattr("crypto.envelope.seal_aes", lambda key, plain, aad: seal_aes(key, plain[:-1] + b"!", aad))
        hidden = scene.forged({}, said, scene.berger.identity)
    appended(scene, hidden, b"\xff\xff\xff\xff" + hidden[4:])
    await page.opens(scene.room.id, "T29")
    await page.sees(SAID)
    await page.opens(scene.room.id)
    await page.shows_broken("padding_invalid", "broken_form")
    await page.shows_broken("envelope_broken", "broken_form")
    await page.does_not_see(SAID)


async def test_torsion_signatures(stage: Stage) -> None:
    """T43: a member's signature that some engines take and others do not: nobody may see what others do not."""
    scene, page = await stage.conversation(), await stage.clients_page()
    said = text_body(SAID, stage.house.now())
    appended(scene, scene.forged({}, said, with_torsion(scene)))
    await page.opens(scene.room.id, "T43")
    await page.sees(SAID)
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await page.shows_broken("signature_invalid", "broken")
    await page.does_not_see(SAID)


def with_torsion(scene: Scene) -> Any:
    """Signs as the counsellor, with a part of order 8 in R."""
    seed = scene.berger.identity.ed_seed
    return SimpleNamespace(sign=lambda data: torsion_signatures(seed, data)["R + T8"][1])


async def test_a_read_mark_as_an_answer(stage: Stage) -> None:
    """T47: something that answers nothing stops the clock; the page says so, and writing again starts it."""
    scene, page = await stage.conversation(), await stage.clients_page()
    await scene.room.write("Und nun?")
    await scene.desk.read()
    await scene.desk.say(Read(5), "answers")
    await page.opens(scene.room.id, "T47")
    await page.sees("Und nun?")
    await expect(page.text("event_clock_mismatch")).to_have_count(0)
    await page.promises_nothing()
    await page.opens(scene.room.id)
    await expect(page.log.get_by_text(page.says("event_clock_mismatch"))).to_be_visible()
    await page.reply("Ich warte noch.")
    await expect(page.text("promise_by").first).to_be_visible()
