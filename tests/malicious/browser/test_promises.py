"""What a page shows of promises about which the server lies: receipts, and the journals in which they must stand."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from chatserver.deletions.wire import Keys, ReadKeys
from chatserver.journal.jobs import plan_sealing
from chatserver.journal.model import Head, journal_seed, link, sign_head, start_of
from chatserver.receipt_commands import verify
from chatserver.wire.binary import from_base64url, to_base64url, to_wire
from crypto import to_ms
from crypto.encoding import fields
from crypto.signing import sign_object
from tests.malicious.browser.stage import Stage, Victim
from tests.malicious.scene import Scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

PASSWORD = "drei leise eulen im dachstuhl"
AGAIN = "Und noch etwas."


async def sealed(stage: Stage) -> None:
    """What the sweep and the ticker do within half a minute."""
    await plan_sealing(stage.house.deps)
    await stage.house.server.look()


async def enquires(stage: Stage, name: str, lie: Callable[[Any], Any]) -> Victim:
    """Somebody in an empty browser writes for the first time, and the server answers with something else."""
    page = await stage.arrive("/", "de")
    stage.liar.lie(r"^/api/enquiries$", lie)
    await page.choose_agency("Sucht", "48155")
    await page.write("Ich weiß nicht weiter.")
    await page.send_as(name, PASSWORD)
    await page.heading("sent_title")
    return page


async def asks_on_page(stage: Stage, name: str) -> tuple[Scene, Victim]:
    """A client has been answered, and asks something else on their page: a promise with a receipt."""
    scene = await stage.conversation(name)
    page = await stage.clients_page(name)
    await page.opens(scene.room.id)
    await page.reply(AGAIN)
    await page.is_stored(AGAIN)
    await expect(page.button("receipt_short")).to_be_visible()
    return scene, page


async def logs_in(stage: Stage, scene: Scene) -> Victim:
    """The same client at an empty browser."""
    page = await stage.arrive("/login", "de", home="/threads")
    await page.log_in(scene.client.name, scene.client.password)
    await page.heading("threads_title")
    return page


async def test_a_receipt_is_kept_and_can_be_saved_and_checked(
    stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It outlives the page, says by when the answer comes, and the command finds that it holds."""
    scene, page = await asks_on_page(stage, "belegt")
    await page.button("receipt_short").click()
    await expect(page.text("receipt_not_sealed")).to_be_visible()
    async with page.page.expect_download() as saving:
        await page.button("receipt_save_of").click()
    await (await saving.value).save_as(tmp_path / "receipt.json")
    keys = await scene.client.browser.get("/api/keys", ReadKeys(), Keys)
    (tmp_path / "keys.json").write_text(json.dumps(to_wire(keys)), "utf-8")
    assert verify(file=tmp_path / "receipt.json", keys=tmp_path / "keys.json") == 0
    assert f"thread       {scene.room.id}" in capsys.readouterr().out
    await sealed(stage)
    again = await logs_in(stage, scene)
    await again.go(f"/thread/{scene.room.id}")
    await again.button("receipt_short").click()
    await expect(again.page.locator("[data-receipt][data-sealed]")).to_have_count(1)
    await again.is_not_alarmed()


async def test_a_receipt_that_does_not_come(stage: Stage) -> None:
    """The message is stored, the promise is shown, and nobody has signed it: it is said at once."""
    page = await enquires(stage, "unbelegt", lambda told: {**told, "receipt": ""} if "receipt" in told else told)
    await page.alarms("receipt_false", "alarm_receipt_false")
    page = await enquires(stage, "unbelegt2", lambda told: {**told, "receipt": None} if "receipt" in told else told)
    await page.alarms("receipt_missing", "alarm_receipt_missing")


async def test_a_promise_other_than_the_signed_one(stage: Stage) -> None:
    """The page is told an earlier time than the server has signed."""

    def earlier(told: Any) -> Any:
        if "due_at" not in told:
            return told
        due_at = datetime.fromisoformat(told["due_at"]) - timedelta(hours=24)
        return {**told, "due_at": due_at.isoformat().replace("+00:00", "Z")}

    page = await enquires(stage, "vorverlegt", earlier)
    await page.alarms("receipt_false", "alarm_receipt_false")


async def test_a_receipt_of_somebody_else(stage: Stage) -> None:
    """Signed by another key than the server's."""

    def forged(told: Any) -> Any:
        if "receipt" not in told:
            return told
        body, _ = fields(from_base64url(told["receipt"]), 2)
        return {**told, "receipt": to_base64url(sign_object(b"x" * 32, body))}

    page = await enquires(stage, "fremdbelegt", forged)
    await page.alarms("receipt_false", "alarm_receipt_false")


async def test_another_key_at_the_next_log_in(stage: Stage) -> None:
    """The one that was met first is kept in the vault; another is said, and never taken."""
    scene, _ = await asks_on_page(stage, "schluessel")
    stage.liar.lie(r"^/api/keys$", lambda told: {**told, "receipt_key": told["journal_key"]})
    page = await logs_in(stage, scene)
    await page.alarms("receipt_key_changed", "alarm_receipt_key")


async def test_a_promise_that_the_journal_lacks(stage: Stage) -> None:
    """The server names the entry of another promise as the place where it stands."""
    scene, _ = await asks_on_page(stage, "fehlend")
    await sealed(stage)
    stage.liar.lie(
        rf"^/api/threads/{scene.room.id}/openings",
        lambda told: {**told, "openings": [{**one, "number": 1} for one in told["openings"]]},
    )
    page = await logs_in(stage, scene)
    await page.alarms("journal_lacks", "alarm_journal_lacks")


async def test_a_second_journal(stage: Stage) -> None:
    """At the next log-in the server shows another journal, of the same length or longer, signed by the same key."""
    scene, _ = await asks_on_page(stage, "gegabelt")
    await sealed(stage)
    page = await logs_in(stage, scene)
    await page.go(f"/thread/{scene.room.id}")
    await page.button("receipt_short").click()
    await expect(page.page.locator("[data-receipt][data-sealed]")).to_have_count(1)
    agency, seed = scene.room.thread.agency, journal_seed(stage.house.deps.secrets.receipt_seed)

    def forked(told: Any) -> Any:
        entries = [bytes([number % 256]) * 32 for number in range(1, told["last"] + 1)]
        at_link, heads = start_of(agency), []
        for number, entry in enumerate(entries, 1):
            at_link = link(at_link, number, entry)
            head = Head(agency=bytes.fromhex(agency), number=number, link=at_link, sealed_at=to_ms(stage.house.now()))
            heads.append(to_base64url(sign_head(seed, head)))
        return {
            **told,
            "entries": [to_base64url(one) for one in entries[told["after"] :]],
            "heads": heads[told["after"] :],
        }

    stage.liar.lie(r"/journal$", forked)
    page = await logs_in(stage, scene)
    await page.alarms("journal_rewritten", "alarm_journal_rewritten")
    await page.button("alarm_journal_accept").click()
    await page.is_not_alarmed()
