"""The recovery code: who has it comes back to everything; who has not learns nothing, not even of a name."""

import aiohttp
import pytest

from chatserver.accounts.wire import SignedIn
from chatserver.passwords.wire import OpenByRecovery, RecoverAccount, VaultByRecovery
from chatserver.wire.binary import to_wire
from crypto import new_recovery_code, recovery_keys
from crypto.errors import PasswordWeak, RecoveryCodeInvalid
from tests.api.house import MUENSTER, House
from tests.people import Client
from tests.person_web import Refused

NEW = "neun grüne gießkannen im regen"
OTHER = "sieben stille leuchttürme am meer"


async def forgetful(house: House, name: str = "nachtfalter") -> Client:
    """Somebody in an empty browser with their code on paper, and no idea of the password."""
    nachtfalter = await house.signed_up(name)
    there = house.also(nachtfalter.elsewhere())
    there.password = ""
    return there


async def test_with_the_code_everything_is_there_again(house: House) -> None:
    """The same keys, all that was written; the new password logs in, the old one does not."""
    nachtfalter = await house.signed_up("nachtfalter")
    found = await nachtfalter.find_agency("addiction", MUENSTER)
    room = await nachtfalter.write_enquiry(found.agency, "addiction", "Ich trinke jeden Abend.")
    there = house.also(nachtfalter.elsewhere())
    await there.recover(NEW)
    assert there.identity == nachtfalter.identity
    assert (await there.open(room.id)).texts == ["Ich trinke jeden Abend."]
    await house.client("nachtfalter", password=NEW).log_in()
    with pytest.raises(Refused, match="wrong_credentials"):
        await house.client("nachtfalter").log_in()


async def test_a_used_code_is_worth_nothing_and_the_new_one_everything(house: House) -> None:
    """Recovering always makes a new code."""
    there = await forgetful(house)
    used = there.recovery_code
    await there.recover(NEW)
    assert there.recovery_code != used
    with pytest.raises(Refused, match="wrong_credentials"):
        await there.open_by_recovery(used)
    await house.also(there.elsewhere()).recover(OTHER)


async def test_every_session_before_ends(house: House) -> None:
    """Whoever sits at another device with the forgotten password is out, with the socket."""
    nachtfalter = await house.signed_up("nachtfalter")
    await nachtfalter.connect()
    await house.also(nachtfalter.elsewhere()).recover(NEW)
    await nachtfalter.browser.cut_off()
    with pytest.raises(Refused, match="session_expired"):
        await house.who_is(nachtfalter)


async def test_opening_alone_changes_nothing(house: House) -> None:
    """Whoever stops before the new password still has the old one."""
    there = await forgetful(house)
    await there.open_by_recovery(there.recovery_code)
    await house.client("nachtfalter").log_in()
    await there.open_by_recovery(there.recovery_code)


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_unknown_names_wrong_codes_and_accounts_without_a_code_look_alike(house: House, method: str) -> None:
    """Status, headers, body and length: nobody learns who has an account, or a code (T2)."""
    nachtfalter = await house.signed_up("nachtfalter")
    vault = (await nachtfalter.prepare_password(NEW)).vault
    wrong = recovery_keys(new_recovery_code()).auth
    answers = []
    for name in ("nachtfalter", "niemand-hier", "berger"):
        command = (
            OpenByRecovery(name, wrong) if method == "POST" else RecoverAccount(name, wrong, wrong, bytes(32), vault)
        )
        url, body = f"{house.url}/api/recovery", to_wire(command)
        async with aiohttp.ClientSession() as browser, browser.request(method, url, json=body) as answer:
            headers = {key: value for key, value in answer.headers.items() if key != "Date"}
            answers.append((answer.status, headers, await answer.read()))
    assert answers[0][0] == 401
    assert answers[0] == answers[1] == answers[2]


async def test_a_recovery_whose_answer_got_lost_can_be_sent_again(house: House) -> None:
    """It signs in once more; nothing is written twice."""
    there = await forgetful(house)
    wish = await there.prepare_recovery(NEW, there.recovery_code)
    first = await there.send_recovery(wish)
    assert (await there.send_recovery(wish)).account_id == first.account_id
    assert await house.vault_versions(there) == [1, 2]


async def test_a_repeat_with_another_login_key_is_a_wrong_code(house: House) -> None:
    """Whoever has seen the vault go by cannot sign in with it."""
    there = await forgetful(house)
    wish = await there.prepare_recovery(NEW, there.recovery_code)
    await there.send_recovery(wish)
    wish.new_auth = bytes(32)
    with pytest.raises(Refused, match="wrong_credentials"):
        await there.browser.put("/api/recovery", wish, SignedIn)


async def test_the_code_stays_a_way_in_until_the_new_password_is_stored(house: House) -> None:
    """A page of the same person saved in between: refused as a whole, and the code opens once more."""
    nachtfalter = await house.signed_up("nachtfalter")
    there = house.also(nachtfalter.elsewhere())
    wish = await there.prepare_recovery(NEW, there.recovery_code)
    await nachtfalter.save_vault()
    with pytest.raises(Refused, match="vault_conflict"):
        await there.send_recovery(wish)
    await there.recover(NEW)


async def test_the_same_code_again_is_no_new_code(house: House) -> None:
    """It has been typed into some browser."""
    there = await forgetful(house)
    wish = await there.prepare_recovery(NEW, there.recovery_code)
    wish.new_recovery_auth = wish.recovery_auth
    with pytest.raises(Refused, match="malformed"):
        await there.browser.put("/api/recovery", wish, SignedIn)


async def test_a_vault_without_a_slot_for_the_new_code_is_refused(house: House) -> None:
    """And the other way round when an account is opened: both, or neither."""
    there = await forgetful(house)
    wish = await there.prepare_recovery(NEW, there.recovery_code)
    wish.vault.recovery_slot = None
    with pytest.raises(Refused, match="malformed"):
        await there.browser.put("/api/recovery", wish, SignedIn)
    luisa = house.client("luisa7")
    account = await luisa.prepare_account()
    account.recovery_auth = None
    with pytest.raises(Refused, match="malformed"):
        await luisa.register(account)


async def test_a_vault_that_somebody_else_signed_is_refused(house: House) -> None:
    """The code's login key alone overwrites nothing (T46)."""
    there, luisa = await forgetful(house), await house.signed_up("luisa7")
    wish = await there.prepare_recovery(NEW, there.recovery_code)
    wish.vault = (await luisa.prepare_password(NEW, new_code=True)).vault
    with pytest.raises(Refused, match="vault_signature_invalid"):
        await there.browser.put("/api/recovery", wish, SignedIn)
    await house.client("nachtfalter").log_in()


async def test_slips_of_the_pen_are_noticed_before_anything_is_sent(house: House) -> None:
    """A code with a mistake, a weak password."""
    there = await forgetful(house)
    asked = len(there.browser.asked)
    with pytest.raises(RecoveryCodeInvalid):
        await there.recover(NEW, "0000-0000-0000-0000-0000-0000-0001")
    with pytest.raises(PasswordWeak):
        await there.recover("passwort123")
    assert len(there.browser.asked) == asked


async def test_guessing_codes_is_not_endless(house: House) -> None:
    """Thirty tries in a quarter of an hour from one connection."""
    there = await forgetful(house)
    for _ in range(30):
        with pytest.raises(Refused, match="wrong_credentials"):
            await there.browser.post("/api/recovery", OpenByRecovery("nachtfalter", bytes(32)), VaultByRecovery)
    with pytest.raises(Refused, match="too_many_requests"):
        await there.open_by_recovery(there.recovery_code)
