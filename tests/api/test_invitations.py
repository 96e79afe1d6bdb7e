"""How somebody comes to work at an agency, and that nobody can come in their place."""

import asyncio
import secrets
from datetime import timedelta
from hashlib import sha256

import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from chatserver.invitations.model import KEPT_EXPIRED, LINK_LASTS
from chatserver.invitations.wire import Invite, Invited
from chatserver.nouns import SWEEPS
from chatserver.tables import accounts, invitations
from chatserver.wire.binary import from_base64url, to_base64url
from crypto import new_identity, new_invitation_link, read_invitation_link
from crypto.errors import InvitationProofInvalid, Malformed, RootMismatch
from tests.api.from_empty import begin
from tests.api.house import House
from tests.person_web import Refused


async def test_whoever_accepts_waits_until_the_roster_names_them(empty_house: House) -> None:
    """They see where, and nothing else."""
    begun = await begin(empty_house)
    weber = empty_house.newcomer("weber")
    me = await weber.accept_invitation(await begun.founder.invite("Frau Weber", "counsel", "duty"))
    assert me.role == "counsellor"
    waiting = await weber.own_agency()
    assert (waiting.display_name, waiting.certified, waiting.capabilities) == ("Frau Weber", False, ["counsel", "duty"])
    assert await weber.inbox() == []
    with pytest.raises(Refused, match="not_found"):
        await weber.staff()
    (invitation,) = await begun.founder.invitations()
    await begun.founder.certify(invitation)
    assert (await weber.own_agency()).certified
    assert await begun.founder.invitations() == []
    assert [one.name for one in (await weber.staff()).people] == ["rosendahl", "weber"]


async def test_a_second_coordinator_brings_a_roster_key_that_the_root_certifies(empty_house: House) -> None:
    """From paper; afterwards either of them signs rosters."""
    begun = await begin(empty_house)
    tillmann = await begun.hire_coordinator("tillmann")
    assert (await tillmann.own_agency()).capabilities == ["coordinate"]
    published = await tillmann.renew()
    assert published.number == 3
    assert (await begun.founder.renew()).number == 4


async def test_the_coordinators_hear_that_somebody_has_accepted(empty_house: House) -> None:
    """They have something to do."""
    begun = await begin(empty_house)
    await empty_house.newcomer("weber").accept_invitation(await begun.founder.invite("Frau Weber", "counsel"))
    assert [one.kind for one in await begun.founder.notices()] == ["invitation_accepted"]


async def test_an_invitation_that_is_sent_again_gets_the_first_answer(empty_house: House) -> None:
    """And one that says something else under the same token does not."""
    begun = await begin(empty_house)
    link = new_invitation_link(begun.founder.root)
    first = await begun.founder.send_invitation(link, "Frau Weber", "counsel")
    empty_house.clock.advance(timedelta(hours=1))
    assert await begun.founder.send_invitation(link, "Frau Weber", "counsel") == first
    with pytest.raises(Refused, match="invitation_invalid"):
        await begun.founder.send_invitation(link, "Frau Weber", "counsel", "coordinate")
    assert len(await begun.founder.invitations()) == 1


async def test_an_acceptance_whose_answer_got_lost_signs_in(empty_house: House) -> None:
    """One account, and the link is used."""
    begun = await begin(empty_house)
    weber = empty_house.newcomer("weber")
    wish = await weber.prepare_acceptance(await begun.founder.invite("Frau Weber", "counsel"))
    assert await weber.send_acceptance(wish) == await weber.send_acceptance(wish)


async def test_of_two_who_hold_one_link_the_first_comes_in(empty_house: House) -> None:
    """The other leaves no account behind."""
    begun = await begin(empty_house)
    link = await begun.founder.invite("Frau Weber", "counsel")
    people = [empty_house.newcomer(name) for name in ("weber", "fremder")]
    wishes = [await one.prepare_acceptance(link) for one in people]
    outcome = await asyncio.gather(
        *(one.send_acceptance(wish) for one, wish in zip(people, wishes, strict=True)), return_exceptions=True
    )
    assert [one.code for one in outcome if isinstance(one, Refused)] == ["invitation_invalid"]
    async with empty_house.deps.database.read() as db:
        assert len((await db.execute(select(accounts.c.name))).all()) == 2


async def test_an_invitation_is_gone_a_week_after_its_link_but_for_whoever_waits(empty_house: House) -> None:
    """No name stays behind of somebody who never came; whoever came can still be certified."""
    begun, sweep = await begin(empty_house), next(one for one in SWEEPS if one.name == "invitations")
    await begun.hire("weber", "counsel")
    await begun.founder.invite("Frau Niemand", "counsel")
    await empty_house.newcomer("wartend").accept_invitation(await begun.founder.invite("Frau Wartend", "counsel"))

    async def names() -> list[str]:
        await sweep.run(empty_house.deps)
        async with empty_house.deps.database.read() as db:
            return list((await db.execute(select(invitations.c.display_name).order_by("display_name"))).scalars())

    empty_house.clock.advance(LINK_LASTS + KEPT_EXPIRED - timedelta(seconds=1))
    assert await names() == ["Frau Niemand", "Frau Wartend", "Frau Weber"]
    empty_house.clock.advance(timedelta(seconds=1))
    assert await names() == ["Frau Wartend"]
    await begun.founder.log_in()
    (waiting,) = await begun.founder.invitations()
    await begun.founder.certify(waiting)
    assert "wartend" in [one.name for one in (await begun.founder.staff()).people]


async def test_withdrawn_expired_used_and_invented_links_are_one_refusal(empty_house: House) -> None:
    """Nobody learns which of them it is."""
    begun = await begin(empty_house)
    invented = to_base64url(secrets.token_bytes(32) + begun.founder.root)
    withdrawn = await begun.founder.invite("Frau A", "counsel")
    (invitation,) = await begun.founder.invitations()
    await begun.founder.withdraw(invitation.id)
    used = await begun.founder.invite("Frau B", "counsel")
    await empty_house.newcomer("weber").accept_invitation(used)
    expired = await begun.founder.invite("Frau C", "counsel")
    for link in (invented, withdrawn, used):
        with pytest.raises(Refused, match="invitation_invalid"):
            await empty_house.newcomer("fremder").accept_invitation(link)
    empty_house.clock.advance(timedelta(days=7))
    with pytest.raises(Refused, match="invitation_invalid"):
        await empty_house.newcomer("fremder").accept_invitation(expired)


async def test_withdrawing_after_somebody_came_shuts_them_out(empty_house: House) -> None:
    """At once, in every browser; their name stays taken, so that nobody can pass for them."""
    begun = await begin(empty_house)
    weber = empty_house.newcomer("weber")
    await weber.accept_invitation(await begun.founder.invite("Frau Weber", "counsel"))
    await weber.connect()
    (invitation,) = await begun.founder.invitations()
    await begun.founder.withdraw(invitation.id)
    await weber.browser.cut_off()
    with pytest.raises(Refused, match="session_expired"):
        await weber.own_agency()
    with pytest.raises(Refused, match="wrong_credentials"):
        await weber.log_in()
    with pytest.raises(Refused, match="not_found"):
        await begun.founder.withdraw(invitation.id)


async def test_who_was_certified_can_only_leave(empty_house: House) -> None:
    """Withdrawing would leave the roster saying something else."""
    begun = await begin(empty_house)
    await empty_house.newcomer("weber").accept_invitation(await begun.founder.invite("Frau Weber", "counsel"))
    (invitation,) = await begun.founder.invitations()
    await begun.founder.certify(invitation)
    with pytest.raises(Refused, match="invitation_invalid"):
        await begun.founder.withdraw(invitation.id)


async def test_only_a_coordinator_invites_and_only_for_their_own_agency(house: House) -> None:
    """A counsellor and a client find nothing there; another agency's coordinator sees other invitations."""
    hagemann, brandt = await house.coordinator("hagemann"), await house.coordinator("brandt")
    wish = Invite(sha256(b"token").digest(), "Frau Weber", ["counsel"])
    await hagemann.browser.post("/api/agency/invitations", wish, Invited)
    for stranger in (await house.counsellor("berger"), await house.signed_up("nachtfalter")):
        with pytest.raises(Refused, match="not_found"):
            await stranger.browser.post("/api/agency/invitations", wish, Invited)
    assert await brandt.invitations() == []
    with pytest.raises(Refused, match="not_found"):
        await brandt.withdraw(wish.token_hash[:16].hex())


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Invite(b"short", "Frau Weber", ["counsel"]), "token_hash"),
        (Invite(bytes(32), "", ["counsel"]), "display_name"),
        (Invite(bytes(32), "Frau\u202e Weber", ["counsel"]), "display_name"),
        (Invite(bytes(32), "x" * 200, ["counsel"]), "display_name"),
        (Invite(bytes(32), "Frau Weber", []), "capabilities"),
        (Invite(bytes(32), "Frau Weber", ["duty", "duty"]), "capabilities"),
        (Invite(bytes(32), "Frau Weber", ["rule"]), "capabilities[0]"),  # type: ignore[list-item]
    ],
)
async def test_what_is_no_invitation_is_refused_with_its_field(house: House, wish: Invite, field: str) -> None:
    """And nothing is stored."""
    hagemann = await house.coordinator("hagemann")
    with pytest.raises(Refused, match="malformed") as refused:
        await hagemann.browser.post("/api/agency/invitations", wish, Invited)
    assert refused.value.field == field
    assert await hagemann.invitations() == []


async def test_a_roster_key_comes_from_coordinators_and_from_nobody_else(empty_house: House) -> None:
    """And it must be a key."""
    begun = await begin(empty_house)
    weber, tillmann = empty_house.newcomer("weber"), empty_house.founder("tillmann")
    plain = await weber.prepare_acceptance(await begun.founder.invite("Frau Weber", "counsel"))
    keeper = await tillmann.prepare_acceptance(await begun.founder.invite("Herr Tillmann", "coordinate"))
    for person, wish, code in (
        (weber, replace(plain, roster_key=keeper.roster_key), "malformed"),
        (weber, replace(plain, proof=b"short"), "malformed"),
        (tillmann, replace(keeper, roster_key=None), "malformed"),
        (tillmann, replace(keeper, roster_key=bytes(32)), "key_invalid"),
        (weber, replace(plain, token=b""), "invitation_invalid"),
    ):
        with pytest.raises(Refused) as refused:
            await person.send_acceptance(wish)
        assert refused.value.code == code
    await weber.send_acceptance(plain)


async def test_t14_t50_a_server_that_exchanges_the_keys_of_an_invited_person_gets_nobody_certified(
    empty_house: House,
) -> None:
    """T14, T50: it knows the token and all that was sent, but not the secret of the link."""
    begun = await begin(empty_house)
    await empty_house.newcomer("weber").accept_invitation(await begun.founder.invite("Frau Weber", "counsel", "duty"))
    (honest,) = await begun.founder.invitations()
    ghost = new_identity()
    async with empty_house.deps.database.write() as db:
        keys = {"signing_key": ghost.ed_pk, "kem_statement": ghost.kem_statement}
        await db.execute(update(accounts).where(accounts.c.name == "weber").values(**keys))
    (forged,) = await begun.founder.invitations()
    assert forged.accepted is not None
    assert forged.accepted.signing_key == ghost.ed_pk
    with pytest.raises(InvitationProofInvalid):
        await begun.founder.certify(forged)
    assert (await begun.founder.newest_roster()).number == 1
    # With the keys that the person made it goes on: what was refused was the exchange, not the invitation.
    await begun.founder.prepare_certificate(honest)


async def test_t50_a_server_that_makes_an_acceptance_up_gets_nobody_certified(empty_house: House) -> None:
    """T50: an account of its own, with a proof under a secret of its own."""
    begun = await begin(empty_house)
    link = await begun.founder.invite("Frau Weber", "counsel", "duty")
    own_secret = to_base64url(secrets.token_bytes(32) + begun.founder.root)
    ghost = empty_house.newcomer("gespenst")
    true = read_invitation_link(from_base64url(link))
    async with empty_house.deps.database.write() as db:
        # The server lets its own token pass for the one that was sent.
        forged = sha256(read_invitation_link(from_base64url(own_secret)).token).digest()
        await db.execute(update(invitations).values(token_hash=forged))
    await ghost.accept_invitation(own_secret)
    (invitation,) = await begun.founder.invitations()
    assert invitation.id == sha256(true.token).digest()[:16].hex()
    with pytest.raises(InvitationProofInvalid):
        await begun.founder.certify(invitation)


async def test_t50_a_server_cannot_give_an_invited_person_more_than_the_coordinator_meant(empty_house: House) -> None:
    """T50: what is certified is what the coordinator's own vault remembers."""
    begun = await begin(empty_house)
    link = await begun.founder.invite("Frau Weber", "counsel")
    async with empty_house.deps.database.write() as db:
        await db.execute(update(invitations).values(capabilities="counsel,duty"))
    weber = empty_house.newcomer("weber")
    await weber.accept_invitation(link)
    (invitation,) = await begun.founder.invitations()
    await begun.founder.certify(invitation)
    assert (await weber.own_agency()).capabilities == ["counsel"]


async def test_t39_a_server_that_shows_another_agency_is_found_out_by_the_link(house: House) -> None:
    """T39: the link carries the root's fingerprint."""
    hagemann, brandt = await house.coordinator("hagemann"), await house.coordinator("brandt")
    true = await hagemann.invite("Frau Weber", "counsel")
    secret = read_invitation_link(from_base64url(true)).secret
    crossed = to_base64url(secret + brandt.root)
    with pytest.raises(RootMismatch):
        await house.newcomer("weber").accept_invitation(crossed)


async def test_a_link_that_was_cut_is_refused_before_anything_is_asked(house: House) -> None:
    """Copied from a letter with a piece missing."""
    weber = house.newcomer("weber")
    link = to_base64url(secrets.token_bytes(64))
    for cut in (link[:-4], link + "AAAA", ""):
        with pytest.raises(Malformed):
            await weber.accept_invitation(cut)
    assert weber.browser.asked == []


async def test_the_secret_of_a_link_never_reaches_the_server(empty_house: House) -> None:
    """Only its token does, and of that only the hash is stored."""
    begun = await begin(empty_house)
    link = await begun.founder.invite("Frau Weber", "counsel")
    wish = await empty_house.newcomer("weber").prepare_acceptance(link)
    sent = repr(wish)
    secret = from_base64url(link)[:32]
    assert repr(secret)[2:-1] not in sent
    async with empty_house.deps.database.read() as db:
        row = (await db.execute(select(invitations))).one()
    assert wish.token not in row
    assert secret not in row
