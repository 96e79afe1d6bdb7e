"""Another password: at once everywhere or not at all, and everything written before stays readable."""

import asyncio

import pytest
from msgspec.structs import replace as replaced

from chatserver.accounts.wire import LogIn, SignedIn
from chatserver.passwords.wire import PasswordChanged
from chatserver.vault.wire import ReadVault, StoredVault, VaultWritten
from crypto import Commit, Identity, KeyChange
from crypto.errors import PasswordWeak, VaultDoesNotOpen
from tests.api.house import MUENSTER, House
from tests.api.story import talk
from tests.people import Client
from tests.person_web import Refused
from tests.vault_on_the_wire import on_the_wire

NEW = "neun grüne gießkannen im regen"
OTHER = "sieben stille leuchttürme am meer"


async def logged_in(house: House, name: str, password: str) -> Client:
    """Somebody in an empty browser, with this password."""
    there = house.client(name, password=password)
    await there.log_in()
    return there


async def test_another_password_opens_everything_and_the_old_one_nothing(house: House) -> None:
    """The history stays; the old password is answered like any wrong one."""
    nachtfalter = await house.signed_up("nachtfalter")
    old = nachtfalter.password
    found = await nachtfalter.find_agency("addiction", MUENSTER)
    room = await nachtfalter.write_enquiry(found.agency, "addiction", "Ich trinke jeden Abend.")
    await nachtfalter.change_password(NEW)
    there = await logged_in(house, "nachtfalter", NEW)
    assert (await there.open(room.id)).texts == ["Ich trinke jeden Abend."]
    with pytest.raises(Refused, match="wrong_credentials"):
        await logged_in(house, "nachtfalter", old)


async def test_the_other_sessions_end_and_their_sockets_are_cut(house: House) -> None:
    """This page goes on as it is."""
    nachtfalter = await house.signed_up("nachtfalter")
    elsewhere = house.also(nachtfalter.elsewhere())
    await elsewhere.log_in()
    await elsewhere.connect()
    await nachtfalter.change_password(NEW)
    await elsewhere.browser.cut_off()
    with pytest.raises(Refused, match="session_expired"):
        await house.who_is(elsewhere)
    await house.who_is(nachtfalter)
    await nachtfalter.save_vault()


async def test_whoever_has_kept_the_old_key_opens_no_later_vault(house: House) -> None:
    """A password change is a new vault key: knowing the old one helps with old versions only."""
    nachtfalter = await house.signed_up("nachtfalter")
    old_wrap = (await nachtfalter.keys()).wrap
    await nachtfalter.change_password(NEW)
    stored = await nachtfalter.browser.get("/api/vault", ReadVault(), StoredVault)
    assert stored.vk_generation == 2
    with pytest.raises(VaultDoesNotOpen):
        nachtfalter.open_stored(stored, old_wrap)


async def test_an_ordinary_change_keeps_the_recovery_code(house: House) -> None:
    """The paper stays valid."""
    nachtfalter = await house.signed_up("nachtfalter")
    await nachtfalter.change_password(NEW)
    elsewhere = house.also(nachtfalter.elsewhere())
    await elsewhere.recover(OTHER)
    assert elsewhere.identity == nachtfalter.identity


async def test_a_stolen_password_takes_the_code_with_it(house: House) -> None:
    """Whoever read the vault knows nothing that lets them in again."""
    nachtfalter = await house.signed_up("nachtfalter")
    stolen = nachtfalter.recovery_code
    await nachtfalter.change_password(NEW, new_code=True)
    with pytest.raises(Refused, match="wrong_credentials"):
        await house.also(nachtfalter.elsewhere()).open_by_recovery(stolen)
    await house.also(nachtfalter.elsewhere()).recover(OTHER)


async def test_only_the_code_can_be_replaced_and_nobody_is_logged_out(house: House) -> None:
    """The same password once more; the other pages find their vault under it."""
    nachtfalter = await house.signed_up("nachtfalter")
    elsewhere, lost = house.also(nachtfalter.elsewhere()), nachtfalter.recovery_code
    await elsewhere.log_in()
    await nachtfalter.change_password(nachtfalter.password, new_code=True)
    await elsewhere.save_vault()
    assert elsewhere.vault.recovery_pk == nachtfalter.vault.recovery_pk
    with pytest.raises(Refused, match="wrong_credentials"):
        await nachtfalter.open_by_recovery(lost)


async def test_a_change_whose_answer_got_lost_can_be_sent_again(house: House) -> None:
    """It gets the first answer, although the old password does not hold any more."""
    nachtfalter = await house.signed_up("nachtfalter")
    wish = await nachtfalter.prepare_password(NEW)
    first = await nachtfalter.send_password(wish)
    assert await nachtfalter.send_password(wish) == first
    assert await house.vault_versions(nachtfalter) == [1, 2]


async def test_somebody_elses_repeat_is_only_a_wrong_password(house: House) -> None:
    """The vault of a change that was stored proves nothing without the new login key."""
    nachtfalter = await house.signed_up("nachtfalter")
    wish = await nachtfalter.prepare_password(NEW)
    await nachtfalter.send_password(wish)
    wish.new_auth = bytes(32)
    with pytest.raises(Refused, match="wrong_credentials"):
        await nachtfalter.browser.put("/api/password", wish, PasswordChanged)


async def test_a_crash_in_the_middle_leaves_the_old_password(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Login keys and vault are written in one transaction: never the one without the other."""
    nachtfalter = await house.signed_up("nachtfalter")

    async def crash(*_: object) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as broken:
        broken.setattr("chatserver.vault.store.add_version", crash)
        with pytest.raises(Refused, match="internal"):
            await nachtfalter.change_password(NEW)
    assert (await logged_in(house, "nachtfalter", nachtfalter.password)).identity == nachtfalter.identity
    await nachtfalter.change_password(NEW)


async def test_without_the_present_password_a_cookie_changes_nothing(house: House) -> None:
    """A page left open, or a stolen cookie."""
    nachtfalter = await house.signed_up("nachtfalter")
    wish = await nachtfalter.prepare_password(NEW)
    wish.auth = bytes(32)
    with pytest.raises(Refused, match="wrong_credentials"):
        await nachtfalter.browser.put("/api/password", wish, PasswordChanged)
    await logged_in(house, "nachtfalter", nachtfalter.password)


async def test_of_two_changes_at_once_one_wins_whole(house: House) -> None:
    """Login key and vault belong to the same one; the other is told, and nobody is locked out."""
    nachtfalter = await house.signed_up("nachtfalter")
    elsewhere = house.also(nachtfalter.elsewhere())
    await elsewhere.log_in()
    wishes = [
        (nachtfalter, await nachtfalter.prepare_password(NEW)),
        (elsewhere, await elsewhere.prepare_password(OTHER)),
    ]
    outcomes = await asyncio.gather(*(who.send_password(wish) for who, wish in wishes), return_exceptions=True)
    refused = [one for one in outcomes if isinstance(one, Refused)]
    assert len(refused) == 1
    assert refused[0].code in {"vault_conflict", "wrong_credentials", "session_expired"}
    winner = NEW if isinstance(outcomes[0], PasswordChanged) else OTHER
    loser = OTHER if winner == NEW else NEW
    await logged_in(house, "nachtfalter", winner)
    with pytest.raises(Refused, match="wrong_credentials"):
        await logged_in(house, "nachtfalter", loser)


async def test_a_page_that_saves_meanwhile_is_not_overwritten(house: House) -> None:
    """The change follows an older version: it is refused as a whole, the old password still holds."""
    nachtfalter = await house.signed_up("nachtfalter")
    wish = await nachtfalter.prepare_password(NEW)
    elsewhere = house.also(nachtfalter.elsewhere())
    await elsewhere.log_in()
    elsewhere.vault.entries[("receipt", b"a")] = b"\x00\x00\x00\x01a"
    await elsewhere.save_vault()
    with pytest.raises(Refused, match="vault_conflict"):
        await nachtfalter.send_password(wish)
    await logged_in(house, "nachtfalter", nachtfalter.password)
    await nachtfalter.change_password(NEW)
    assert ("receipt", b"a") in (await logged_in(house, "nachtfalter", NEW)).vault.entries


@pytest.mark.parametrize(
    ("part", "value", "code"),
    [
        ("new_auth", b"", "malformed"),
        ("new_auth", bytes(33), "malformed"),
        ("new_recovery_auth", bytes(31), "malformed"),
        ("vault.recovery_slot", None, "malformed"),
        ("vault.signature", bytes(64), "vault_signature_invalid"),
        ("vault.version", 3, "vault_signature_invalid"),
        ("vault.vk_generation", 3, "vault_signature_invalid"),
    ],
)
async def test_what_would_lock_somebody_out_is_refused_whole(house: House, part: str, value: object, code: str) -> None:
    """Whatever is wrong, the old password still holds and the vault is the old one."""
    nachtfalter = await house.signed_up("nachtfalter")
    wish = await nachtfalter.prepare_password(NEW)
    *inside, name = part.split(".")
    setattr(wish.vault if inside else wish, name, value)
    with pytest.raises(Refused, match=code):
        await nachtfalter.browser.put("/api/password", wish, PasswordChanged)
    assert await house.vault_versions(nachtfalter) == [1]
    await logged_in(house, "nachtfalter", nachtfalter.password)


async def test_another_login_key_for_the_same_vault_key_is_refused(house: House) -> None:
    """Whoever knew the old password would open every later version."""
    nachtfalter = await house.signed_up("nachtfalter")
    wish = await nachtfalter.prepare_password(NEW)
    wish.vault = on_the_wire(nachtfalter.vault.seal())
    with pytest.raises(Refused, match="malformed"):
        await nachtfalter.browser.put("/api/password", wish, PasswordChanged)


async def test_slots_do_not_change_without_the_password(house: House) -> None:
    """An ordinary write that brings other slots would part the vault from what logs in."""
    nachtfalter = await house.signed_up("nachtfalter")
    keys = await nachtfalter.keys(NEW)
    nachtfalter.vault.change_password(keys.wrap, bytes(32))
    with pytest.raises(Refused, match="malformed"):
        await nachtfalter.browser.put("/api/vault", on_the_wire(nachtfalter.vault.seal()), VaultWritten)
    await logged_in(house, "nachtfalter", nachtfalter.password)


async def test_a_weak_new_password_never_leaves_the_client(house: House) -> None:
    """As when registering."""
    nachtfalter = await house.signed_up("nachtfalter")
    asked = len(nachtfalter.browser.asked)
    with pytest.raises(PasswordWeak):
        await nachtfalter.change_password("passwort123")
    assert len(nachtfalter.browser.asked) == asked


async def test_guessing_the_present_password_is_not_endless(house: House) -> None:
    """Thirty tries in a quarter of an hour, then nothing is hashed any more."""
    nachtfalter = await house.signed_up("nachtfalter")
    wish = await nachtfalter.prepare_password(NEW)
    right, wish.auth = wish.auth, bytes(32)
    for _ in range(30):
        with pytest.raises(Refused, match="wrong_credentials"):
            await nachtfalter.browser.put("/api/password", wish, PasswordChanged)
    wish.auth = right
    with pytest.raises(Refused, match="too_many_requests"):
        await nachtfalter.browser.put("/api/password", wish, PasswordChanged)


async def test_the_login_key_of_the_code_does_not_log_in(house: House) -> None:
    """Two keys, two doors: the code always leads over a new password."""
    nachtfalter = await house.signed_up("nachtfalter")
    account = await house.client("luisa7").prepare_account()
    assert account.recovery_auth is not None
    await house.client("luisa7").register(account)
    with pytest.raises(Refused, match="wrong_credentials"):
        await nachtfalter.browser.post("/api/login", LogIn("luisa7", account.recovery_auth), SignedIn)


async def test_a_new_key_of_the_same_person_opens_the_past_and_every_room_learns_of_it(house: House) -> None:
    """Before anything else is written; the others read who it was, and nothing alarms them (T13)."""
    talking = await talk(house)
    await talking.desk.write("Von vorher.")
    await talking.client.change_password(NEW, new_code=True, new_key=True)
    there = await logged_in(house, "nachtfalter", NEW)
    assert there.identity.kem_seq == 2
    room = await there.open(talking.room.id)
    assert room.texts[-1] == "Von vorher."
    assert room.overdue() == [KeyChange(there.identity.fingerprint)]
    await room.write("Ab jetzt mit einem neuen Schlüssel.")
    assert room.overdue() == []
    await talking.desk.read()
    changed = [one for one in talking.desk.verdicts.values() if one.kind == "commit"][-1]
    assert isinstance(changed.entry, Commit)
    assert (changed.entry.changes, changed.alarm) == ((KeyChange(there.identity.fingerprint),), False)
    line = talking.desk.reader.members[there.identity.fingerprint]
    assert (line.kem_seq, line.kem_pk) == (2, there.identity.kem_pk)
    await talking.desk.write("Und ich lese es.")
    assert (await there.open(talking.room.id)).texts[-1] == "Und ich lese es."


async def test_only_a_clients_own_newer_key_is_taken(house: House) -> None:
    """Not the same once more, not another person's, and not a counsellor's: the roster says which key they have."""
    nachtfalter, luisa = await house.signed_up("nachtfalter"), await house.signed_up("luisa7")
    wish = await nachtfalter.prepare_password(NEW, new_key=True)
    wrong = {
        "kem_statement_stale": nachtfalter.identity.kem_statement,
        "signature_invalid": Identity(luisa.identity.ed_seed, luisa.identity.kem_seed, 2).kem_statement,
    }
    for code, statement in wrong.items():
        with pytest.raises(Refused, match=code):
            await nachtfalter.send_password(replaced(wish, kem_statement=statement))
    berger = await house.counsellor("berger")
    with pytest.raises(Refused, match="malformed") as refused:
        await berger.send_password(await berger.prepare_password(NEW, new_key=True))
    assert refused.value.field == "kem_statement"
    await nachtfalter.send_password(wish)
