"""Coming in and leaving, over the wire."""

from datetime import timedelta

import aiohttp
import pytest

from chatserver.accounts.tickets import draw_share
from chatserver.accounts.wire import AskPasswordParameters, LogIn, PasswordParameters, SignedIn
from chatserver.enquiries.wire import Inbox, ReadInbox
from chatserver.wire.binary import to_base64url, to_wire
from crypto import user_id_of
from crypto.errors import PasswordWeak
from tests.api.house import House
from tests.person_web import Refused


async def test_somebody_who_signs_up_is_signed_in(house: House) -> None:
    """No e-mail address, no waiting."""
    nachtfalter = house.client("nachtfalter")
    me = await nachtfalter.sign_up()
    assert (me.name, me.role) == ("nachtfalter", "client")
    assert await house.who_is(nachtfalter) == me


async def test_a_name_and_a_password_suffice_in_an_empty_browser(house: House) -> None:
    """The keys come out of the vault there."""
    nachtfalter = house.client("nachtfalter")
    await nachtfalter.sign_up()
    elsewhere = house.also(nachtfalter.elsewhere())
    await elsewhere.log_in()
    assert elsewhere.identity == nachtfalter.identity


async def test_capitals_in_a_name_do_not_matter(house: House) -> None:
    """Nachtfalter and nachtfalter are one person."""
    await house.client("nachtfalter").sign_up()
    again = house.client("NachtFalter", password=house.client("nachtfalter").password)
    assert (await again.log_in()).name == "nachtfalter"


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(house: House) -> None:
    """Status, headers and body: nobody learns who has an account (T2)."""
    await house.client("nachtfalter").sign_up()
    answers = []
    for name in ("nachtfalter", "niemand-hier"):
        async with aiohttp.ClientSession() as browser:
            body = to_wire(LogIn(name, bytes(32)))
            async with browser.post(f"{house.url}/api/login", json=body) as answer:
                headers = {key: value for key, value in answer.headers.items() if key != "Date"}
                answers.append((answer.status, headers, await answer.read()))
    assert answers[0] == answers[1]
    assert answers[0][0] == 401


async def test_salt_and_suite_look_alike_for_everybody_and_never_change(house: House) -> None:
    """Before and after somebody takes the name (T2)."""
    nachtfalter = house.client("nachtfalter")
    asked = AskPasswordParameters("nachtfalter")
    before = await nachtfalter.browser.get("/api/password-parameters", asked, PasswordParameters)
    await nachtfalter.sign_up()
    assert await nachtfalter.browser.get("/api/password-parameters", asked, PasswordParameters) == before
    other = AskPasswordParameters("niemand-hier")
    assert await nachtfalter.browser.get("/api/password-parameters", other, PasswordParameters) != before


async def test_a_name_that_somebody_has_is_taken(house: House) -> None:
    """Whoever comes second chooses another."""
    await house.client("nachtfalter").sign_up()
    with pytest.raises(Refused, match="name_taken"):
        await house.client("nachtfalter", password="eine ganz andere frau schreibt").sign_up()


async def test_a_registration_whose_answer_got_lost_can_be_sent_again(house: House) -> None:
    """The same request gets the same account, not `name_taken`."""
    nachtfalter = house.client("nachtfalter")
    account = await nachtfalter.prepare_account()
    first = await nachtfalter.register(account)
    assert (await nachtfalter.register(account)).account_id == first.account_id


async def test_the_same_keys_with_another_password_are_not_the_same_request(house: House) -> None:
    """Public keys are public: only the login key proves who repeats."""
    nachtfalter = house.client("nachtfalter")
    account = await nachtfalter.prepare_account()
    await nachtfalter.register(account)
    account.auth = bytes(32)
    with pytest.raises(Refused, match="name_taken"):
        await house.client("nachtfalter").register(account)


@pytest.mark.parametrize(
    "name", ["ab", "a" * 33, "a" * 2_000, "mit leerzeichen", "größe", "k\u0131rm\u0131z\u0131", "", "a\nb"]
)
async def test_what_is_no_name_is_refused_wherever_it_is_said(house: House, name: str) -> None:
    """Letters, digits, dot, underscore, hyphen; 3 to 32 of them."""
    somebody = house.client("nachtfalter")
    with pytest.raises(Refused, match="name_invalid"):
        await somebody.browser.get("/api/password-parameters", AskPasswordParameters(name), PasswordParameters)
    with pytest.raises(Refused, match="name_invalid"):
        await somebody.browser.post("/api/login", LogIn(name, bytes(32)), SignedIn)
    account = await somebody.prepare_account()
    account.name = name
    with pytest.raises(Refused, match="name_invalid"):
        await somebody.register(account)


@pytest.mark.parametrize("suite", [0, 2, 255])
async def test_a_lowered_password_suite_opens_no_account(house: House, suite: int) -> None:
    """Not even by the client's own wish (T1)."""
    account = await house.client("nachtfalter").prepare_account()
    account.password_suite = suite
    with pytest.raises(Refused, match="password_suite_unknown"):
        await house.client("nachtfalter").register(account)


@pytest.mark.parametrize("password", ["kurz", "passwort123", "nachtfalter1", "sprechraum2024", "qwertzuiop"])
async def test_a_weak_password_never_leaves_the_client(house: House, password: str) -> None:
    """The client refuses it before it asks the server for anything."""
    somebody = house.client("nachtfalter", password=password)
    with pytest.raises(PasswordWeak):
        await somebody.sign_up()
    assert somebody.browser.asked == []


async def test_a_share_must_come_from_this_server_be_fresh_and_unused(house: House) -> None:
    """Forged, for a room, expired, used: one answer for all."""
    first = house.client("nachtfalter")
    used = await first.prepare_account()
    await first.register(used)
    account = await house.client("luisa7").prepare_account()
    forged = draw_share(bytes(32), "user", house.now()).ticket
    wrong_purpose = draw_share(house.deps.secrets.server_secret, "room", house.now()).ticket
    expired = draw_share(house.deps.secrets.server_secret, "user", house.now() - timedelta(hours=1)).ticket
    for ticket in (forged, wrong_purpose, expired, used.share_ticket, b""):
        account.share_ticket = ticket
        with pytest.raises(Refused, match="ticket_invalid"):
            await house.client("luisa7").register(account)


async def test_a_share_for_a_room_needs_a_session(house: House) -> None:
    """Without one: as if it had expired."""
    with pytest.raises(Refused, match="session_expired"):
        await house.client("nachtfalter").draw_share("room")


async def test_names_that_are_offered_are_free_and_can_be_had(house: House) -> None:
    """One tap, and it is theirs."""
    offered = await house.client("nachtfalter").free_names()
    assert len(set(offered)) == len(offered) >= 3
    assert (await house.client(offered[0]).sign_up()).name == offered[0]


async def test_an_expired_session_is_none(house: House) -> None:
    """A week later one logs in again; nothing else is lost."""
    nachtfalter = house.client("nachtfalter")
    await nachtfalter.sign_up()
    house.clock.advance(house.deps.config.session_lasts - timedelta(seconds=1))
    await house.who_is(nachtfalter)
    house.clock.advance(timedelta(seconds=1))
    with pytest.raises(Refused, match="session_expired"):
        await house.who_is(nachtfalter)
    await nachtfalter.log_in()
    await house.who_is(nachtfalter)


async def test_logging_in_again_ends_the_session_before(house: House) -> None:
    """A token planted in the browser beforehand is worth nothing afterwards."""
    nachtfalter = house.client("nachtfalter")
    await nachtfalter.sign_up()
    planted = house.session_of(nachtfalter)
    await nachtfalter.log_in()
    assert house.session_of(nachtfalter) != planted
    with pytest.raises(Refused, match="session_expired"):
        await house.who_is(house.with_session(planted))


async def test_logging_out_ends_this_session_only(house: House) -> None:
    """Another browser stays signed in."""
    nachtfalter = house.client("nachtfalter")
    await nachtfalter.sign_up()
    elsewhere = house.also(nachtfalter.elsewhere())
    await elsewhere.log_in()
    token = house.session_of(nachtfalter)
    await nachtfalter.log_out()
    with pytest.raises(Refused, match="session_expired"):
        await house.who_is(house.with_session(token))
    await house.who_is(elsewhere)


async def test_logging_out_cuts_the_sockets(house: House) -> None:
    """Nothing arrives at a page that has been left."""
    nachtfalter = house.client("nachtfalter")
    await nachtfalter.sign_up()
    await nachtfalter.connect()
    await nachtfalter.log_out()
    await nachtfalter.browser.cut_off()


async def test_a_made_up_session_is_as_good_as_none(house: House) -> None:
    """However it looks."""
    for token in ("x", "0" * 43, "A" * 4000):
        with pytest.raises(Refused, match="session_expired"):
            await house.who_is(house.with_session(token))


async def test_scripts_and_other_pages_cannot_use_the_cookie(house: House) -> None:
    """HttpOnly, SameSite=Strict, on every path, and not longer than the session."""
    nachtfalter = house.client("nachtfalter")
    await nachtfalter.sign_up()
    cookie = house.stored_cookie_of(nachtfalter)
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"]) == ("Strict", "/")
    assert int(cookie["max-age"]) == house.deps.config.session_lasts.total_seconds()


async def test_at_most_ten_names_are_tried_per_connection_and_hour(house: House) -> None:
    """So that nobody learns in bulk which names are taken; an hour later it goes on."""
    nachtfalter, luisa = house.client("nachtfalter"), house.client("luisa7")
    await nachtfalter.sign_up()
    account = await luisa.prepare_account()
    account.name = "nachtfalter"
    for _ in range(10):
        with pytest.raises(Refused, match="name_taken"):
            await luisa.register(account)
    with pytest.raises(Refused, match="too_many_requests"):
        await luisa.register(account)
    house.clock.advance(timedelta(hours=1))
    with pytest.raises(Refused, match="name_taken"):
        await luisa.register(account)


async def test_a_login_key_of_another_length_is_only_wrong(house: House) -> None:
    """Empty or a kilobyte."""
    nachtfalter = house.client("nachtfalter")
    await nachtfalter.sign_up()
    for auth in (b"", bytes(1024)):
        with pytest.raises(Refused, match="wrong_credentials"):
            await nachtfalter.browser.post("/api/login", LogIn("nachtfalter", auth), SignedIn)


async def test_no_client_reaches_what_is_for_counsellors(house: House) -> None:
    """Not there and not for you are the same."""
    nachtfalter = house.client("nachtfalter")
    await nachtfalter.sign_up()
    with pytest.raises(Refused, match="not_found"):
        await nachtfalter.browser.get("/api/inbox", ReadInbox(), Inbox)


async def test_extra_and_missing_and_broken_fields_are_malformed(house: House) -> None:
    """And the field is named."""
    async with aiohttp.ClientSession() as browser:
        for body, field in (
            ({"name": "nachtfalter"}, "auth"),
            ({"name": "nachtfalter", "auth": "a b"}, "auth"),
            ({"name": 7, "auth": to_base64url(bytes(32))}, "name"),
            ({"name": "nachtfalter", "auth": to_base64url(bytes(32)), "role": "administrator"}, "role"),
        ):
            async with browser.post(f"{house.url}/api/login", json=body) as answer:
                told = await answer.json()
            assert (answer.status, told["code"], told.get("field")) == (400, "malformed", field)


async def test_the_id_of_an_account_is_made_from_its_key(house: House) -> None:
    """Nobody chooses it, so nobody can take somebody else's."""
    nachtfalter = house.client("nachtfalter")
    me = await nachtfalter.sign_up()
    assert me.account_id == user_id_of(nachtfalter.identity.ed_pk).hex()
    stolen = await house.client("luisa7").prepare_account()
    stolen.signing_key = nachtfalter.identity.ed_pk
    with pytest.raises(Refused, match="signature_invalid"):
        await house.client("luisa7").register(stolen)
