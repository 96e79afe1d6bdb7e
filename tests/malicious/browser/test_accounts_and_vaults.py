"""T1, T3 to T9, T46: what a page shows of passwords and vaults about which the server lies."""

from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import delete, update

from chatserver.tables import accounts, vaults
from chatserver.vault.wire import VaultWritten
from chatserver.wire.binary import to_base64url
from crypto import derive, new_identity, new_vault, open_vault, safety_number
from crypto.encoding import fields, lp, u64
from crypto.errors import VaultDoesNotOpen
from crypto.vault import VaultWrite
from crypto.vault_body import write_body
from tests.malicious.browser.door import VAULT, Door, at_the_door, heard, sealed_for, shows_vault
from tests.malicious.browser.stage import Stage
from tests.malicious.scene import Scene
from tests.malicious.weakened import without
from tests.people import Client
from tests.person_web import Refused
from tests.vault_on_the_wire import from_the_wire, on_the_wire

pytestmark = pytest.mark.asyncio(loop_scope="session")

PARAMETERS = "password-parameters"
SALT = b"s" * 32


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def door(stage: Stage) -> Door:
    return await at_the_door(stage)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(stage: Stage) -> Scene:
    """A conversation of somebody who is not logged in anywhere."""
    return await stage.conversation("ausgesperrt")


@pytest.fixture(autouse=True)
def nothing_overheard(stage: Stage) -> None:
    stage.liar.overheard.clear()
    stage.liar.asked.clear()


async def test_lowered_costs(stage: Stage, door: Door, scene: Scene) -> None:
    """T1: the server asks for a cheap Argon2, so that it can try passwords; the page refuses, and says so."""
    stage.liar.lie(PARAMETERS, lambda told: {**told, "password_suite": 0, "server_salt": to_base64url(SALT)})
    await door.tries(scene.client, "T1")
    await door.refused("wrong_credentials")
    with without("T1"):
        assert heard(stage) == [derive(scene.client.password, scene.client.name, SALT, 0).auth]
    stage.liar.asked.clear()
    await door.tries(scene.client)
    await door.refused("password_suite_unknown")
    assert "POST /api/login" not in stage.liar.asked


async def test_one_salt_for_everybody(stage: Stage, door: Door, scene: Scene) -> None:
    """T3: two people with one password and one salt from the server still send different keys."""
    stage.liar.lie(PARAMETERS, lambda told: {**told, "server_salt": to_base64url(SALT)})
    other = stage.house.client("luisa7", scene.client.password)
    for attacks in (("T3",), ()):
        stage.liar.overheard.clear()
        for person in (scene.client, other):
            await door.tries(person, *attacks)
            await door.refused("wrong_credentials")
        one, another = heard(stage)
        assert (one == another) is (attacks == ("T3",))


async def test_everything_on_the_wire(stage: Stage, door: Door, scene: Scene) -> None:
    """T4: with what passes at the log-in the server opens no vault; with one key for both purposes it would."""
    user_id, share = scene.client.identity.user_id, scene.client.share
    stored = from_the_wire(await scene.client.stored_vault())
    await door.tries(scene.client, "T4")
    await door.refused("wrong_credentials")
    (key,) = heard(stage)
    assert open_vault(stored, user_id, key, share).identity == scene.client.identity
    stage.liar.overheard.clear()
    await door.tries(scene.client)
    await door.is_in()
    (key,) = heard(stage)
    with pytest.raises(VaultDoesNotOpen):
        open_vault(stored, user_id, key, share)
    assert scene.client.password.encode() not in stage.liar.overheard
    await door.leaves()


async def test_another_persons_vault(stage: Stage, door: Door, scene: Scene) -> None:
    """T5: the server hands out the vault of somebody with the same password; the page opens none but one's own."""
    shows_vault(stage, await sealed_for(scene.client, new_identity()))
    await door.tries(scene.client, "T5")
    await door.is_in()
    await door.leaves()
    await door.tries(scene.client)
    await door.is_stopped("vault_does_not_open", "stopped_shut_title", "stopped_shut")


async def test_flipped_bits(stage: Stage, door: Door, scene: Scene) -> None:
    """T6: the server knows what stands where, and flips the number of the newest list seen; the tag does not fit."""
    write = await sealed_with_a_flip(scene)
    shows_vault(stage, write)
    await door.tries(scene.client, "T6")
    await door.is_in()
    await door.without()
    # What the server has written into the vault is believed: the true list counts as too old.
    await door.go(f"/thread/{scene.room.id}")
    await door.refused("roster_stale")
    await door.leaves()
    await door.tries(scene.client)
    await door.is_stopped("vault_does_not_open", "stopped_shut_title", "stopped_shut")


async def sealed_with_a_flip(scene: Scene) -> VaultWrite:
    """The stored version, with the pinned number of the agency's list 64 higher under the old tag."""
    await scene.client.save_vault()
    vault = scene.client.vault
    root = vault.root(scene.berger.root)
    assert root is not None
    place = write_body(vault.entries).index(lp(u64(root.roster.number), root.roster.hash)) + 4 + 7
    vault.version -= 1
    write = vault.seal()
    blob = bytearray(write.blob)
    # Before the body stands its length.
    blob[len(blob) - len(fields(write.blob, 3)[2]) + 4 + place] ^= 64
    return replace(write, blob=bytes(blob))


async def test_an_old_vault(stage: Stage, door: Door, scene: Scene) -> None:
    """T7: this page has seen a newer one; what was pinned meanwhile would be forgotten."""
    old = from_the_wire(await scene.client.stored_vault())
    await scene.client.save_vault()
    await door.tries(scene.client)
    await door.is_in()
    await door.leaves()
    shows_vault(stage, old)
    await door.tries(scene.client, "T7")
    await door.is_in()
    await door.leaves()
    await door.tries(scene.client)
    await door.is_stopped("vault_stale", "stopped_stale_title", "stopped_stale")


async def test_public_keys_overwritten(stage: Stage, door: Door, scene: Scene) -> None:
    """T8: the server shows another key as one's own; the page compares by its own seeds, and saves nothing under it."""
    other, berger = new_identity(), scene.berger.identity.fingerprint
    false = safety_number(other.fingerprint, berger).split()[0]
    true = safety_number(scene.client.identity.fingerprint, berger).split()[0]
    shown = {"signing_key": to_base64url(other.ed_pk)}

    def lied(told: Any) -> Any:
        into = told["signed_in"]
        return {**told, "signed_in": {**into, "me": {**into["me"], **shown}}}

    stage.liar.lie(r"^/api/login$", lied)
    for attacks, expected in ((("T8",), false), ((), true)):
        await door.tries(scene.client, *attacks)
        await door.is_in()
        await door.without()
        await door.go(f"/thread/{scene.room.id}/safety")
        await expect(door.page.get_by_text(expected)).to_be_visible()
        if attacks:
            await door.leaves()
    async with stage.house.deps.database.write() as db:
        mine = accounts.c.id == scene.client.account_id
        await db.execute(update(accounts).where(mine).values(signing_key=other.ed_pk))
    await door.button("safety_equal").click()
    await door.refused("vault_signature_invalid")
    async with stage.house.deps.database.write() as db:
        await db.execute(update(accounts).where(mine).values(signing_key=scene.client.identity.ed_pk))
    await door.leaves()


async def test_an_unreadable_vault(stage: Stage, door: Door, scene: Scene) -> None:
    """T9: a spoilt vault stops the page hard; one that helps itself with a new one goes on as if nothing had been."""
    stage.liar.lie(VAULT, lambda told: {**told, "password_slot": "AAAA"} if "blob" in told else told)
    await door.tries(scene.client, "T9")
    await door.is_in()
    await door.leaves()
    stage.liar.asked.clear()
    await door.tries(scene.client)
    await door.is_stopped("vault_does_not_open", "stopped_shut_title", "stopped_shut")
    assert not [one for one in stage.liar.asked if one.startswith("PUT")]


async def test_a_stolen_cookie(stage: Stage, door: Door) -> None:
    """T46: whoever has the cookie of this page and not its keys cannot overwrite the vault; else it opens no more."""
    client = await stage.house.signed_up("bestohlen")
    await door.tries(client)
    await door.is_in()
    write = on_the_wire(overwriting(client))
    with without("T46"):
        await (await thief_at(stage, door)).browser.put("/api/vault", write, VaultWritten)
    await door.leaves()
    await door.tries(client)
    await door.is_stopped("vault_does_not_open", "stopped_shut_title", "stopped_shut")
    async with stage.house.deps.database.write() as db:
        await db.execute(delete(vaults).where(vaults.c.blob == write.blob))
    await door.tries(client)
    await door.is_in()
    with pytest.raises(Refused, match="vault_signature_invalid"):
        await (await thief_at(stage, door)).browser.put("/api/vault", write, VaultWritten)
    await door.leaves()


def overwriting(client: Client) -> VaultWrite:
    """Keys of the thief's own, as the next version."""
    forged = new_vault(new_identity(), b"w" * 32, b"s" * 32)
    forged.version = client.vault.version
    forged.password_slot, forged.recovery_slot = client.vault.password_slot, client.vault.recovery_slot
    return forged.seal()


async def thief_at(stage: Stage, door: Door) -> Client:
    """Somebody with the cookie of this page."""
    session = next(one for one in await door.page.context.cookies() if one.get("name") == "session")
    return stage.house.also(stage.house.with_session(str(session.get("value"))))
