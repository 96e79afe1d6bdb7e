"""T14 to T17, T19, T42, T44: who a page says can read along, and with which keys."""

from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import expect

from crypto import Add, HistoryGrant, Rotate, StandbyOff, Text
from crypto.identity import Identity
from crypto.members import counsellor_member
from tests.malicious.browser.stage import Stage, Victim
from tests.malicious.scene import Scene, appended, forged_commit, keys_that_do_not_fit

pytestmark = pytest.mark.asyncio(loop_scope="session")

GHOST = Identity(b"g" * 32, b"h" * 32)


async def refuses_the_change(page: Victim) -> None:
    """At its place, and above everything."""
    await page.shows_broken("commit_not_allowed", "broken_change")
    await page.alarms("change_refused", "alarm_change")


def ghost_line(scene: Scene) -> Any:
    """A member line like Frau Berger's, with keys that nobody has certified."""
    roster = scene.berger.rosters.newest(scene.berger.root)
    assert roster is not None
    line = replace(roster.certificates[0], ed_pk=GHOST.ed_pk, kem_statement=GHOST.kem_statement)
    return counsellor_member(line, scene.berger.root)


async def test_a_ghost_member(stage: Stage) -> None:
    """T14: the server adds a member; the page says that nobody joined, and somebody tried."""
    scene, page = await stage.conversation(), await stage.clients_page()
    appended(scene, forged_commit(scene, GHOST, [Add(GHOST.fingerprint)], [ghost_line(scene)]))
    await page.opens(scene.room.id, "T14")
    await expect(page.log.get_by_text(page.says("event_joined"))).to_have_count(2)
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await refuses_the_change(page)
    await expect(page.log.get_by_text(page.says("event_joined"))).to_have_count(1)


async def test_history_that_the_server_grants(stage: Stage) -> None:
    """T19: a grant that nobody entitled has signed changes nothing, and is said."""
    scene, page = await stage.conversation(), await stage.clients_page()
    grant = HistoryGrant(scene.berger.identity.fingerprint, ((1, bytes(1168)),))
    appended(scene, forged_commit(scene, GHOST, [grant], []))
    await page.opens(scene.room.id, "T14", "T42")
    await expect(page.log.get_by_text(page.says("event_history_granted"))).to_be_visible()
    await page.opens(scene.room.id)
    await refuses_the_change(page)


async def test_beyond_the_permission_table(stage: Stage) -> None:
    """T42: a counsellor switches the standby off, which is the client's to decide."""
    scene, page = await stage.conversation(), await stage.clients_page()
    appended(scene, forged_commit(scene, scene.berger.identity, [StandbyOff()], []))
    await page.opens(scene.room.id, "T42")
    await expect(page.log.get_by_text(page.says("event_standby_off"))).to_be_visible()
    await page.opens(scene.room.id)
    await refuses_the_change(page)
    await expect(page.log.get_by_text(page.says("event_standby_off"))).to_have_count(0)


@pytest.mark.parametrize("attack", ["T15", "T16", "T44"])
async def test_keys_that_do_not_fit(stage: Stage, attack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """T15, T16, T44: a wrap of another epoch, another secret for one, another member list; nothing is written."""
    scene, page = await stage.conversation(), await stage.clients_page()
    with monkeypatch.context() as insider:
        insider.setattr("crypto.changing.seal_epoch", keys_that_do_not_fit(scene, attack))
        appended(scene, forged_commit(scene, scene.berger.identity, [Rotate("week")], []))
    await page.opens(scene.room.id, "T16")
    await expect(page.log.get_by_text(page.says("event_keys"))).to_be_visible()
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await page.shows_broken("commitment_failed", "broken_keys")
    await page.alarms("commitment_failed", "alarm_commitment")
    await page.may_not_write()


async def test_a_removed_member_writes_on(stage: Stage) -> None:
    """T17: the server lets somebody write in the epoch in which they were still there."""
    scene, page = await stage.conversation(), await stage.clients_page()
    late = scene.desk.seal(Text("Noch da."), "none")
    await scene.room.remove(scene.berger.identity.fingerprint)
    appended(scene, late)
    await page.opens(scene.room.id, "T17")
    await page.sees("Noch da.")
    await page.is_not_alarmed()
    await page.opens(scene.room.id)
    await page.shows_broken("epoch_over", "broken_late")
    await page.does_not_see("Noch da.")
