"""Signing in by an identity provider: in the place of the password, for staff who have linked it, and nothing more."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select, update

from chatserver.accounts.wire import Admitted, SignedIn
from chatserver.providers.jobs import sweep_journeys
from chatserver.providers.wire import ComeBack, Link, ReadLink, SetOut, SetOutToLink, SettingOut, Unlink
from chatserver.tables import accounts, provider_journeys, provider_links, sessions
from chatserver.wire.binary import from_base64url
from tests.api.at_the_door import at_the_door
from tests.api.house import House, visited
from tests.people import Counsellor, Talking
from tests.person_web import Refused
from tests.places import Place
from tests.provider import Lie, Provider, provider_at

LINK = "/api/provider/link/begin"


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[Provider]:
    """Its clock is the house's, once there is one."""
    async with provider_at(lambda: datetime.now(UTC)) as provider:
        yield provider


@pytest_asyncio.fixture
async def house(founded: Place, provider: Provider) -> AsyncIterator[House]:
    """Where it may be used."""
    async with visited(founded.config(**provider.settings())) as house:
        provider.now = house.now
        yield house


async def set_out(person: Talking, path: str = "/api/provider/begin") -> SettingOut:
    wish = SetOutToLink() if path == LINK else SetOut()
    return await person.browser.post(path, wish, SettingOut)


async def back(provider: Provider, told: SettingOut, **other: Any) -> ComeBack:
    """With what the provider gives the browser."""
    words = await provider.go(told.address)
    return ComeBack(
        **{"state": from_base64url(words["state"]), "browser": told.browser, "code": words["code"], **other}
    )


async def sign_in(person: Talking, came: ComeBack) -> Admitted:
    return await person.browser.post("/api/provider/sign-in", came, Admitted)


async def refused(person: Talking, came: ComeBack, path: str = "sign-in") -> str:
    with pytest.raises(Refused) as refusal:
        await person.browser.post(f"/api/provider/{path}", came, Admitted)
    return refusal.value.code


async def linked(house: House, provider: Provider) -> Counsellor:
    """Frau Berger, logged in as ever, has linked hers."""
    berger = await house.counsellor("berger")
    came = await back(provider, await set_out(berger, LINK))
    link = await berger.browser.post("/api/provider/link", came, Link)
    assert (link.name, link.linked_at) == ("127.0.0.1", house.now())
    return berger


async def test_who_has_linked_an_identity_signs_in_by_it_and_a_second_factor(house: House, provider: Provider) -> None:
    """There is no session before that, and a journey leads back once."""
    await linked(house, provider)
    elsewhere = at_the_door(house)
    came = await back(provider, await set_out(elsewhere))
    answer = await sign_in(elsewhere, came)
    assert answer.signed_in is None
    assert answer.asked is not None
    with pytest.raises(Refused, match="session_expired"):
        await house.who_is(elsewhere)
    signed_in = await elsewhere.browser.post("/api/login/factor", elsewhere.shown(answer.asked), SignedIn)
    assert signed_in.me.name == "berger"
    assert (await house.who_is(elsewhere)).name == "berger"
    assert await refused(elsewhere, came) == "log_in_begun_anew"


async def test_whom_the_provider_knows_and_nobody_has_linked_is_nobody_here(house: House, provider: Provider) -> None:
    """Nor is somebody who has undone it, or who has left."""
    berger, stranger = await linked(house, provider), at_the_door(house)
    provider.subject = "somebody-else"
    assert await refused(stranger, await back(provider, await set_out(stranger))) == "identity_not_linked"
    provider.subject = "berger-at-work"
    for disabled_at in (house.now(), None):
        async with house.deps.database.write() as db:
            await db.execute(update(accounts).where(accounts.c.name == "berger").values(disabled_at=disabled_at))
        if disabled_at is None:
            assert (await berger.browser.post("/api/provider/unlink", Unlink(), Link)).linked_at is None
        assert await refused(stranger, await back(provider, await set_out(stranger))) == "identity_not_linked"


async def test_a_return_in_another_browser_leads_nowhere_and_ends_nothing(house: House, provider: Provider) -> None:
    """A stolen state, and a log-in that somebody else began (log-in CSRF): what only that browser keeps is missing."""
    await linked(house, provider)
    own, foreign = at_the_door(house), at_the_door(house)
    told, other = await set_out(own), await set_out(foreign)
    came = await back(provider, told)
    assert await refused(foreign, ComeBack(came.state, other.browser, came.code)) == "log_in_begun_anew"
    assert await refused(foreign, ComeBack(came.state, bytes(32), came.code)) == "log_in_begun_anew"
    assert await refused(foreign, ComeBack(bytes(32), came.browser, came.code)) == "log_in_begun_anew"
    assert (await sign_in(own, came)).asked is not None


async def test_a_journey_to_sign_in_links_nothing_and_one_to_link_signs_nobody_in(
    house: House, provider: Provider
) -> None:
    """Nor does a colleague end it, or take an identity that is linked."""
    berger, nowak = await linked(house, provider), await house.counsellor("nowak")
    assert await refused(berger, await back(provider, await set_out(berger)), "link") == "log_in_begun_anew"
    assert await refused(at_the_door(house), await back(provider, await set_out(berger, LINK))) == "log_in_begun_anew"
    assert await refused(nowak, await back(provider, await set_out(berger, LINK)), "link") == "log_in_begun_anew"
    assert await refused(nowak, await back(provider, await set_out(nowak, LINK)), "link") == "identity_taken"
    async with house.deps.database.read() as db:
        assert (await db.execute(select(func.count()).select_from(provider_links))).scalar_one() == 1


async def test_lies_codes_of_others_and_a_provider_that_is_away_have_stable_codes(
    house: House, provider: Provider
) -> None:
    """Nothing of it begins a session, and each journey is over."""
    await linked(house, provider)
    somebody = at_the_door(house)
    for lie in (Lie({"nonce": "x"}), Lie({"aud": "others"}), Lie({"iss": "https://x.example"}), Lie(algorithm="none")):
        provider.lie = lie
        assert await refused(somebody, await back(provider, await set_out(somebody))) == "provider_refused"
    provider.lie = Lie()
    code_of_another = (await back(provider, await set_out(somebody))).code
    # PKCE and the nonce belong to another journey.
    for other in ({"code": code_of_another}, {"code": "made up"}, {"issuer": "https://x.example"}):
        assert await refused(somebody, await back(provider, await set_out(somebody), **other)) == "provider_refused"
    assert await refused(somebody, await back(provider, await set_out(somebody), code="")) == "malformed"
    came = await back(provider, await set_out(somebody))
    provider.down = True
    assert await refused(somebody, came) == "provider_away"
    with pytest.raises(Refused, match="provider_away"):
        await set_out(somebody)
    provider.down = False
    assert await refused(somebody, came) == "log_in_begun_anew"
    came = await back(provider, await set_out(somebody))
    house.clock.advance(timedelta(minutes=10))
    assert await refused(somebody, came) == "log_in_begun_anew"
    await sweep_journeys(house.deps)
    async with house.deps.database.read() as db:
        assert (await db.execute(select(provider_journeys))).all() == []


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_the_providers_second_factor_counts_where_the_settings_say_so(founded: Place, provider: Provider) -> None:
    """As old as it is: after five minutes ours is asked for before what cannot be undone."""
    config = founded.config(**provider.settings(), oidc_second_factor=("mfa",))
    async with visited(config) as house:
        provider.now = house.now
        await linked(house, provider)
        somebody = at_the_door(house)
        assert (await sign_in(somebody, await back(provider, await set_out(somebody)))).asked is not None
        provider.lie = Lie({"amr": ["mfa"], "auth_time": int(house.now().timestamp()) - 600})
        signed_in = (await sign_in(somebody, await back(provider, await set_out(somebody)))).signed_in
        assert signed_in is not None
        assert (await house.who_is(somebody)).name == "berger"
        async with house.deps.database.read() as db:
            proved = (await db.execute(select(sessions.c.proved_at).order_by(sessions.c.proved_at))).scalars().all()
        assert proved == [house.now() - timedelta(minutes=10), house.now()]


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_without_a_provider_nothing_of_it_is_there(founded: Place) -> None:
    """As in most installations."""
    async with visited(founded.config()) as house:
        berger = await house.counsellor("berger")
        for path in ("/api/provider/begin", LINK):
            with pytest.raises(Refused, match="not_found"):
                await set_out(berger, path)
        assert await refused(berger, ComeBack(bytes(32), bytes(32), "x")) == "not_found"
        assert await berger.browser.get("/api/provider/link", ReadLink(), Link) == Link(None, None)
