"""T1 to T9, T46: passwords, vaults, and who writes them."""

from base64 import urlsafe_b64encode
from typing import Any

import pytest
from sqlalchemy import update

from chatserver.accounts.wire import AskPasswordParameters, PasswordParameters
from chatserver.tables import accounts
from chatserver.vault.wire import VaultWritten
from chatserver.wire.binary import from_base64url, to_base64url, to_wire
from crypto import derive, new_identity, new_vault, safety_number
from crypto.errors import PasswordSuiteUnknown, VaultDoesNotOpen, VaultStale
from crypto.passwords import COSTS, Cost
from tests.api.house import House
from tests.api.rosters import Keeper
from tests.api.story import anker
from tests.malicious.liar import Liar
from tests.malicious.scene import Scene
from tests.malicious.weakened import SHOWN_KEYS, without
from tests.person import _derived
from tests.person_web import Refused
from tests.vault_on_the_wire import on_the_wire

CHEAP = {"password_suite": 0}


async def test_lowered_costs(scene: Scene) -> None:
    """T1: the server asks for a cheap Argon2, so that it can try passwords; the client refuses, and says so."""
    scene.liar.lie("password-parameters", lambda told: {**told, **CHEAP})
    told = await scene.client.browser.get(
        "/api/password-parameters", AskPasswordParameters("nachtfalter"), PasswordParameters
    )
    victim = scene.client.elsewhere()
    scene.house.also(victim)
    with without("T1"):
        guessed = derive(victim.password, "nachtfalter", told.server_salt, 0)
        assert (await victim.keys()).auth == guessed.auth
    _derived.cache_clear()
    assert {suite: cost for suite, cost in COSTS.items() if cost != Cost(65536, 3, 1)} == {}
    with pytest.raises(PasswordSuiteUnknown):
        await scene.house.also(scene.client.elsewhere()).log_in()


async def test_who_has_an_account(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """T2: an outsider asks for names, also again and again; known and unknown ones cannot be told apart."""

    async def asked(name: str) -> PasswordParameters:
        question = AskPasswordParameters(name)
        return await scene.client.browser.get("/api/password-parameters", question, PasswordParameters)

    known, unknown = await asked("nachtfalter"), await asked("niemand")
    assert (known, unknown) == (await asked("nachtfalter"), await asked("niemand"))
    assert known.password_suite == unknown.password_suite
    assert len(known.server_salt) == len(unknown.server_salt)
    with monkeypatch.context() as weak:
        drawn = iter([b"1" * 32, b"2" * 32])
        weak.setattr("chatserver.accounts.actions.server_salt", lambda *_: next(drawn))
        assert await asked("niemand") != await asked("niemand")


async def test_one_salt_for_everybody(scene: Scene) -> None:
    """T3: two people with one password and one salt from the server still have different keys."""
    salt, password = b"s" * 32, "drei leise eulen im dachstuhl"
    with without("T3"):
        assert derive(password, "nachtfalter", salt) == derive(password, "luisa7", salt)
    assert derive(password, "nachtfalter", salt).wrap != derive(password, "luisa7", salt).wrap


async def test_everything_on_the_wire(scene: Scene) -> None:
    """T4: the password and the key that opens the vault never pass; a client that sends them is found out."""
    keys = await scene.client.keys()
    secret = urlsafe_b64encode(keys.wrap).rstrip(b"=")
    assert secret not in scene.liar.overheard
    assert scene.client.password.encode() not in scene.liar.overheard
    scene.liar.asked.clear()
    with pytest.raises(Refused):
        await scene.client.browser.post("/api/login", AskPasswordParameters(secret.decode()), PasswordParameters)
    assert secret in scene.liar.overheard


async def test_another_persons_vault(scene: Scene, house: House) -> None:
    """T5: the server hands out the vault of somebody with the same password; it does not open."""
    other = await house.signed_up("luisa7")
    other.password = scene.client.password
    stored: list[Any] = []
    mine = scene.client.vault
    foreign = new_vault(other.identity, (await scene.client.keys()).wrap, scene.client._share).seal()
    stored.append(on_the_wire(foreign))
    victim = scene.house.also(scene.client.elsewhere())
    scene.liar.lie(r"^/api/vault$", lambda _: _as_json(stored[0]))
    with pytest.MonkeyPatch.context() as weak:
        weak.setattr("crypto.slots._slot_aad", lambda *_: foreign.password_slot[4:][: _first_length(foreign)])
        weak.setattr("crypto.vault._blob_aad", lambda *_: foreign.blob[4:][: _first_blob_length(foreign)])
        weak.setattr("crypto.vault._check_owner", lambda _: None)
        await victim.log_in()
        assert victim.identity == other.identity
    with pytest.raises(VaultDoesNotOpen):
        await scene.house.also(scene.client.elsewhere()).log_in()
    assert scene.client.vault is mine


def _first_length(write: Any) -> int:
    return int.from_bytes(write.password_slot[:4])


def _first_blob_length(write: Any) -> int:
    return int.from_bytes(write.blob[:4])


def _as_json(write: Any) -> Any:
    return to_wire(write)


async def test_flipped_bits(scene: Scene) -> None:
    """T6: a bit of the vault is flipped; without the tag it opens as something else, with it not at all."""

    def flipped(told: Any) -> Any:
        raw = bytearray(urlsafe_b64decode_padded(told["blob"]))
        raw[-20] ^= 1
        return {**told, "blob": urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()}

    scene.liar.lie(r"^/api/vault$", flipped)
    with without("T6"), pytest.raises(VaultDoesNotOpen), pytest.MonkeyPatch.context() as weak:
        # The padding is zeros, and looked at: what comes after the tag is the second fence.
        await scene.house.also(scene.client.elsewhere()).log_in()
        weak.undo()
    with without("T6"), pytest.MonkeyPatch.context() as weak:
        weak.setattr("crypto.vault._unpad", lambda padded: padded[4 : 4 + int.from_bytes(padded[:4])])
        await scene.house.also(scene.client.elsewhere()).log_in()
    with pytest.raises(VaultDoesNotOpen):
        await scene.house.also(scene.client.elsewhere()).log_in()


def urlsafe_b64decode_padded(text: str) -> bytes:
    """As it stands on the wire."""
    return from_base64url(text)


async def test_an_old_vault(scene: Scene) -> None:
    """T7: an older version than this client has seen is refused; what it had pinned meanwhile would be forgotten."""
    victim = scene.house.also(scene.client.elsewhere())
    await victim.log_in()
    agency, old = await anker(victim), await victim.stored_vault()
    await Keeper(scene.house, scene.berger).sign(agency.id)
    await victim.fetch_roster(agency.id, agency.root_fingerprint)
    await victim.save_vault()
    await victim.log_out()
    scene.liar.lie(r"^/api/vault$", lambda told: to_wire(old) if "blob" in told else told)
    first = {"agency": agency.id, "number": 1, "roster": to_base64url(agency.roster)}
    scene.liar.lie(r"/roster$", lambda _: first)
    with without("T7"):
        await victim.log_in()
        # The list that this very client had seen replaced counts again.
        assert (await victim.fetch_roster(agency.id, agency.root_fingerprint)).number == 1
        await victim.log_out()
    scene.liar.be_honest()
    await victim.log_in()
    await victim.log_out()
    scene.liar.lie(r"^/api/vault$", lambda told: to_wire(old) if "blob" in told else told)
    with pytest.raises(VaultStale):
        await victim.log_in()


async def test_public_keys_overwritten(scene: Scene, house: House) -> None:
    """T8: the server puts its own key beside an intact vault; the client goes on with what its seeds say."""
    other, berger = await house.signed_up("luisa7"), scene.berger.identity.fingerprint
    async with house.deps.database.write() as db:
        mine = accounts.c.id == scene.client.account_id
        await db.execute(update(accounts).where(mine).values(signing_key=other.identity.ed_pk))
    SHOWN_KEYS[scene.client.name] = other.identity.ed_pk
    again = scene.house.also(scene.client.elsewhere())
    await again.log_in()
    true, false = (safety_number(one.fingerprint, berger) for one in (scene.client.identity, other.identity))
    with without("T8"):
        # Two people who compare would compare with the server.
        assert safety_number(again.identity.fingerprint, berger) == false
    assert safety_number(again.identity.fingerprint, berger) == true
    with pytest.raises(Refused, match="vault_signature_invalid"):
        await again.save_vault()


async def test_an_unreadable_vault(scene: Scene) -> None:
    """T9: a spoilt vault stops the client hard; a client that helps itself with a new one has lost everything."""
    scene.liar.lie(r"^/api/vault$", lambda told: {**told, "password_slot": "AAAA"})
    scene.liar.asked.clear()
    victim = scene.house.also(scene.client.elsewhere())
    with pytest.raises(VaultDoesNotOpen):
        await victim.log_in()
    assert not [one for one in scene.liar.asked if one.startswith("PUT")]
    with pytest.MonkeyPatch.context() as weak:
        weak.setattr("tests.person.open_vault", lambda *_, **__: new_vault(new_identity(), b"w" * 32, b"s" * 32))
        await victim.log_in()
        assert victim.identity != scene.client.identity


async def test_a_stolen_cookie(scene: Scene, house: House) -> None:
    """T46: whoever has the cookie and not the keys cannot overwrite the vault."""
    thief = house.also(house.with_session(house.session_of(scene.client)))
    other = await house.signed_up("luisa7")
    forged = new_vault(other.identity, b"w" * 32, b"s" * 32)
    forged.version = scene.client.vault.version
    forged.password_slot, forged.recovery_slot = scene.client.vault.password_slot, scene.client.vault.recovery_slot
    with pytest.raises(Refused, match="vault_signature_invalid"):
        await thief.browser.put("/api/vault", on_the_wire(forged.seal()), VaultWritten)
    with without("T46"):
        forged.version = scene.client.vault.version
        await thief.browser.put("/api/vault", on_the_wire(forged.seal()), VaultWritten)


async def test_liars_are_heard_only_where_they_stand(liar: Liar) -> None:
    """The proxy passes everything else as it is."""
    assert liar.told("/api/other", b"{}") == b"{}"
