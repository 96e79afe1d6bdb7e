"""The vault is kept, versioned and signed for; the server understands none of it."""

import msgspec
import pytest

from chatserver.vault.store import VERSIONS_KEPT
from chatserver.vault.wire import (
    EpochKeyKept,
    KeepEpochKey,
    Keyring,
    ReadKeyring,
    ReadVault,
    StoredVault,
    VaultWrite,
    VaultWritten,
)
from crypto.errors import VaultDoesNotOpen
from tests.api.house import House
from tests.people import Client
from tests.person_web import Refused
from tests.vault_on_the_wire import on_the_wire

ROOM = "ab" * 16


async def written(somebody: Client, write: VaultWrite) -> VaultWritten:
    return await somebody.browser.put("/api/vault", write, VaultWritten)


async def test_what_was_saved_in_one_browser_is_there_in_the_next(house: House) -> None:
    """Versions go up by one."""
    nachtfalter = await house.signed_up("nachtfalter")
    nachtfalter.vault.entries[("receipt_key", b"")] = b"\x00\x00\x00\x01k"
    await nachtfalter.save_vault()
    elsewhere = house.also(nachtfalter.elsewhere())
    await elsewhere.log_in()
    assert elsewhere.vault.version == 2
    assert elsewhere.vault.entries == nachtfalter.vault.entries


async def test_two_browsers_at_once_lose_nothing(house: House) -> None:
    """The second is told, takes over what the first wrote, and writes again."""
    nachtfalter = await house.signed_up("nachtfalter")
    elsewhere = house.also(nachtfalter.elsewhere())
    await elsewhere.log_in()
    nachtfalter.vault.entries[("receipt", b"a")] = b"\x00\x00\x00\x01a"
    elsewhere.vault.entries[("receipt", b"b")] = b"\x00\x00\x00\x01b"
    await nachtfalter.save_vault()
    await elsewhere.save_vault()
    third = house.also(nachtfalter.elsewhere())
    await third.log_in()
    assert {("receipt", b"a"), ("receipt", b"b")} <= third.vault.entries.keys()
    assert third.vault.version == 3


async def test_a_write_that_does_not_follow_is_a_conflict(house: House) -> None:
    """The same version twice, or one left out."""
    nachtfalter = await house.signed_up("nachtfalter")
    second, third = on_the_wire(nachtfalter.vault.seal()), on_the_wire(nachtfalter.vault.seal())
    with pytest.raises(Refused, match="vault_conflict"):
        await written(nachtfalter, third)
    await written(nachtfalter, second)
    with pytest.raises(Refused, match="vault_conflict"):
        await written(nachtfalter, second)
    assert (await written(nachtfalter, third)).version == 3


@pytest.mark.parametrize("part", ["blob", "password_slot", "signature", "version", "vk_generation", "recovery_slot"])
async def test_a_cookie_alone_does_not_change_a_vault(house: House, part: str) -> None:
    """Every part is under the person's own signature (T46)."""
    nachtfalter = await house.signed_up("nachtfalter")
    write = on_the_wire(nachtfalter.vault.seal())
    before = getattr(write, part)
    setattr(write, part, before + 1 if isinstance(before, int) else bytes(reversed(before or b"recovery")))
    with pytest.raises(Refused, match="vault_signature_invalid"):
        await written(nachtfalter, write)
    assert (await nachtfalter.browser.get("/api/vault", ReadVault(), StoredVault)).version == 1


async def test_a_vault_signed_by_somebody_else_opens_no_account(house: House) -> None:
    """Nor does one whose signature is broken."""
    luisa = house.client("luisa7")
    account = await luisa.prepare_account()
    account.vault.signature = bytes(64)
    with pytest.raises(Refused, match="vault_signature_invalid"):
        await luisa.register(account)


async def test_an_account_begins_with_the_first_version(house: House) -> None:
    """A later one has no history to follow."""
    luisa = house.client("luisa7")
    account = await luisa.prepare_account()
    account.vault = on_the_wire(luisa.vault.seal())
    with pytest.raises(Refused, match="vault_conflict"):
        await luisa.register(account)


async def test_a_kem_statement_of_somebody_else_opens_no_account(house: House) -> None:
    """The server would otherwise hand out a key that its owner never signed."""
    nachtfalter, luisa = await house.signed_up("nachtfalter"), house.client("luisa7")
    account = await luisa.prepare_account()
    account.kem_statement = nachtfalter.identity.kem_statement
    with pytest.raises(Refused, match="signature_invalid"):
        await luisa.register(account)


@pytest.mark.parametrize("key", [bytes(32), b"\x01" + bytes(31), b"\xff" * 32, b"", bytes(33)])
async def test_a_signing_key_that_nobody_may_use_opens_no_account(house: House, key: bytes) -> None:
    """Small order, not canonical, not of that length (T12)."""
    luisa = house.client("luisa7")
    account = await luisa.prepare_account()
    account.signing_key = key
    with pytest.raises(Refused, match=r"key_invalid|signature_invalid"):
        await luisa.register(account)


async def test_a_vault_beyond_a_mebibyte_is_too_large(house: House) -> None:
    """Whether it comes with an account or after."""
    nachtfalter = await house.signed_up("nachtfalter")
    write = on_the_wire(nachtfalter.vault.seal())
    write.blob = bytes(1024 * 1024 + 1)
    with pytest.raises(Refused, match="too_large"):
        await written(nachtfalter, write)
    write.blob = bytes(3 * 1024 * 1024)
    with pytest.raises(Refused, match="body_too_large"):
        await written(nachtfalter, write)


async def test_the_last_ten_versions_are_kept(house: House) -> None:
    """Enough to undo what went wrong, and no more."""
    nachtfalter = await house.signed_up("nachtfalter")
    for _ in range(VERSIONS_KEPT + 2):
        await nachtfalter.save_vault()
    assert await house.vault_versions(nachtfalter) == list(range(4, 14))


async def test_a_wrong_password_leaves_the_vault_shut_even_with_the_right_cookie(house: House) -> None:
    """The server cannot open it for anybody."""
    nachtfalter = await house.signed_up("nachtfalter")
    stored = await nachtfalter.browser.get("/api/vault", ReadVault(), StoredVault)
    with pytest.raises(VaultDoesNotOpen):
        nachtfalter.open_stored(stored, bytes(32))


async def test_a_vault_is_nobody_elses(house: House) -> None:
    """There is no address under which somebody else's could be asked for."""
    nachtfalter, luisa = await house.signed_up("nachtfalter"), await house.signed_up("luisa7")
    mine = await nachtfalter.browser.get("/api/vault", ReadVault(), StoredVault)
    hers = await luisa.browser.get("/api/vault", ReadVault(), StoredVault)
    assert mine.blob != hers.blob
    with pytest.raises(Refused, match="session_expired"):
        await house.client("niemand-hier", password="x").browser.get("/api/vault", ReadVault(), StoredVault)


async def test_a_vault_write_has_no_room_for_more(house: House) -> None:
    """Whose vault it is comes from the session, never from the body."""
    nachtfalter = await house.signed_up("nachtfalter")
    write = on_the_wire(nachtfalter.vault.seal())
    longer = msgspec.defstruct("Longer", [("account_id", str)], bases=(VaultWrite,), kw_only=True)
    more = longer(account_id="00" * 16, **msgspec.structs.asdict(write))
    with pytest.raises(Refused, match="malformed"):
        await nachtfalter.browser.put("/api/vault", more, VaultWritten)


async def test_epoch_keys_are_kept_per_person_and_room(house: House) -> None:
    """The last one written for an epoch counts; nobody sees another's."""
    nachtfalter, luisa = await house.signed_up("nachtfalter"), await house.signed_up("luisa7")
    for sealed in (b"first", b"second"):
        kept = KeepEpochKey(ROOM, 1, sealed)
        await nachtfalter.browser.put("/api/keyring/{room}/{epoch}", kept, EpochKeyKept)
    mine = await nachtfalter.browser.get("/api/keyring/{room}", ReadKeyring(ROOM), Keyring)
    hers = await luisa.browser.get("/api/keyring/{room}", ReadKeyring(ROOM), Keyring)
    assert [(one.epoch, one.sealed) for one in mine.entries] == [(1, b"second")]
    assert hers.entries == []


@pytest.mark.parametrize(("room", "epoch", "size"), [("xyz", 1, 10), (ROOM, 0, 10), (ROOM, -1, 10), (ROOM, 1, 513)])
async def test_what_is_no_epoch_key_is_malformed(house: House, room: str, epoch: int, size: int) -> None:
    """A room that is none, an epoch that is none, and more than any key needs."""
    nachtfalter = await house.signed_up("nachtfalter")
    kept = KeepEpochKey(room, epoch, bytes(size))
    with pytest.raises(Refused, match="malformed"):
        await nachtfalter.browser.put("/api/keyring/{room}/{epoch}", kept, EpochKeyKept)
