"""T18, T20 to T24, T34, T45, T49: what was written, all of it, in this order, in this room, for this purpose."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import expect

from chatserver.wire.binary import to_base64url
from crypto import Read, Text, to_ms
from crypto.encoding import lp, u64
from crypto.labels import RECEIPT
from crypto.signing import sign_object
from tests.malicious.browser.stage import Stage
from tests.malicious.scene import ANSWER, Scene, appended, shown_instead, stored, text_body

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def three_messages(scene: Scene) -> None:
    """Of one page of the counsellor, at positions 5 to 7."""
    for envelope in [scene.desk.seal(Text(text), "answers") for text in ("Eins.", "Zwei.", "Drei.")]:
        await scene.desk.post(envelope)


def shown(scene: Scene, *positions: int) -> None:
    """The server hands out these items, one after the other, as if there were no others."""

    def told(items: Sequence[Any]) -> list[Any]:
        return [{**items[one - 1]} for one in positions] if len(items) > 1 else list(items)

    scene.liar.be_honest()
    scene.liar.items(scene.room.id, told)


async def test_a_forked_room(stage: Stage) -> None:
    """T18, T45: a counsellor has been shown another history; what they write says so, and nothing more is written."""
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


async def test_something_else_stood_there(stage: Stage) -> None:
    """T18: while the page is open the server puts something else where a message stood."""
    scene, page = await stage.conversation(), await stage.clients_page()
    made_up = scene.forged({}, text_body("Nie gesagt.", stage.house.now()), scene.berger.identity)
    other = stored(made_up, stage.house.now())
    await page.opens(scene.room.id, "T18")
    await stage.liar.line.say("posted", {**other, "room": scene.room.id, "position": 4})
    await scene.desk.write("Danach.")
    await page.sees("Danach.")
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await stage.liar.line.say("posted", {**other, "room": scene.room.id, "position": 4})
    await page.shows_broken("conflict", "broken_conflict")
    await page.alarms("conflict", "alarm_conflict")
    await page.may_not_write()


@pytest.mark.parametrize("kept", [3, 4], ids=["shorter", "with another end"])
async def test_a_truncated_log(stage: Stage, kept: int) -> None:
    """T20: the server shows less, or something else, than this person has read before; the vault knows."""
    scene, page = await stage.conversation(), await stage.clients_page()
    await page.opens(scene.room.id)
    await page.sees(ANSWER)
    await page.go(page.home)
    await stage.keeps_checkpoint(scene)
    place = {"seen_pos": 3, "seen_th": scene.desk.reader._ths[3]}
    other = scene.forged(place, text_body("Statt dessen.", stage.house.now()), scene.berger.identity)
    told = [stored(other, stage.house.now())] if kept == 4 else []
    stage.liar.items(scene.room.id, lambda items: [*items[:3], *told] if len(items) > 1 else items)
    await page.opens(scene.room.id, "T20")
    await page.does_not_see(ANSWER)
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await page.alarms("rolled_back", "alarm_rolled_back")
    await page.may_not_write()


async def test_one_from_the_middle(stage: Stage) -> None:
    """T21: the server drops a message; the next one of the same person shows that it is missing."""
    scene, page = await stage.conversation(), await stage.clients_page()
    await three_messages(scene)
    shown(scene, 1, 2, 3, 4, 5, 7)
    await page.opens(scene.room.id, "T21")
    await page.sees("Drei.")
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await page.alarms("gap_before", "alarm_gap")
    await page.shows_note("Drei.", "gap_before", "note_gap_before")


async def test_named_and_not_handed_out(stage: Stage) -> None:
    """T21: the server speaks of messages that it does not hand out; the page does not ask for ever, and says so."""
    scene, page = await stage.conversation(), await stage.clients_page()
    stage.liar.lie(rf"^/api/rooms/{scene.room.id}/items", lambda answer: {**answer, "last_position": 9})
    await page.opens(scene.room.id, "T21")
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await page.alarms("missing", "alarm_missing")


async def test_the_tail(stage: Stage) -> None:
    """T22: the server keeps one's last words from the others; nobody confirms them, and so it is shown."""
    scene, page = await stage.conversation(), await stage.clients_page()
    await scene.room.write("Hört mich jemand?")
    bubble = page.log.get_by_role("listitem").filter(has_text="Hört mich jemand?")
    await page.opens(scene.room.id, "T22")
    await expect(bubble.get_by_text(page.exactly("delivery_stored"))).to_be_visible()
    await page.opens(scene.room.id)
    await expect(bubble.get_by_text(page.exactly("delivery_unconfirmed"))).to_be_visible()
    await scene.desk.read()
    await scene.desk.say(Read(5), "none")
    await expect(bubble.get_by_text(page.exactly("delivery_read"))).to_be_visible()


async def test_another_order(stage: Stage) -> None:
    """T23: two messages change places; what comes too late is not shown as if it were said then."""
    scene, page = await stage.conversation(), await stage.clients_page()
    await three_messages(scene)
    shown(scene, 1, 2, 3, 4, 6, 5, 7)
    await page.opens(scene.room.id, "T21")
    await page.shows_in_order("Zwei.", "Eins.", "Drei.")
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await page.alarms("gap_before", "alarm_gap")
    await page.shows_broken("out_of_place", "broken_order")
    await page.does_not_see("Eins.")


async def test_a_replay(stage: Stage) -> None:
    """T24: a message is shown once more, later, as if it were said again."""
    scene, page = await stage.conversation(), await stage.clients_page()
    await scene.room.write("Nein.")
    shown(scene, 1, 2, 3, 4, 5, 4)
    await page.opens(scene.room.id, "T21", "T24")
    await page.shows_in_order("Nein.", ANSWER)
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await page.shows_broken("replayed", "broken_again")
    await page.shows_in_order(ANSWER, "Nein.")


async def test_a_replay_from_another_room(stage: Stage) -> None:
    """T24: what was said in another room of the same two is shown here, as if it were said here.

    Five fences: the room's name, its commitment, a key for each room, the chain of a page, and the history seen.
    """
    elsewhere, page = await stage.conversation(), await stage.clients_page()
    scene = await stage.conversation()
    await page.opens(elsewhere.room.id)
    await page.sees(ANSWER)
    appended(scene, elsewhere.desk.seal(Text("Ja, tun Sie das."), "none"))
    await page.opens(scene.room.id, "T17", "T18", "T21", "T24", "T49")
    await page.shows_in_order(ANSWER, "Ja, tun Sie das.")
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await page.shows_broken("wrong_room", "broken_elsewhere")
    await page.does_not_see("Ja, tun Sie das.")


async def test_a_genesis_as_another_room(stage: Stage) -> None:
    """T49: the server shows one conversation in the place of another; its name is the hash of its beginning."""
    scene, page = await stage.conversation(), await stage.clients_page()
    other = await stage.conversation()
    await other.desk.write("Das steht anderswo.")
    await shown_instead(scene, other)
    await page.opens(scene.room.id, "T49")
    await page.sees("Das steht anderswo.")
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await page.alarms("other_room", "alarm_other_room")
    await page.may_not_write()
    await page.does_not_see("Das steht anderswo.")


@pytest.mark.parametrize("without", [("T34",), ()], ids=["without", "with the defence"])
async def test_one_signature_for_another_purpose(stage: Stage, without: tuple[str, ...]) -> None:
    """T34: the server passes something else that it has signed off as the certificate of a deletion."""
    scene, page = await stage.conversation(), await stage.clients_page()
    now = u64(to_ms(stage.house.now()))
    receipt = lp(RECEIPT, b"room", bytes.fromhex(scene.room.id), now, now)
    signed = sign_object(stage.house.deps.secrets.receipt_seed, receipt)
    told = {"certificate": to_base64url(signed)}
    stage.liar.lie(rf"^/api/threads/{scene.room.id}/delete$", lambda answer: {**answer, **told})
    await page.without(*without)
    await page.go(f"/thread/{scene.room.id}/delete")
    await page.field("password_label").fill(scene.client.password)
    await page.button("delete_thread_button").click()
    if without:
        await page.heading("deleted_thread_title")
    else:
        await page.refused("deletion_invalid")
