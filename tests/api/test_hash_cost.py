"""What a log-in costs the server: raised, it reaches whoever logs in; full, it says when to come back."""

import asyncio

import aiohttp
import pytest
from argon2 import extract_parameters
from sqlalchemy import select, update

from chatserver.accounts import verifiers
from chatserver.accounts.verifiers import HashLine
from chatserver.accounts.wire import LogIn
from chatserver.tables import accounts, factors
from chatserver.wire.binary import to_wire
from tests.api.at_the_door import asked, refused, show
from tests.api.from_empty import begin
from tests.api.house import House, visited
from tests.person_web import Refused
from tests.places import Place


async def stored_cost(house: House, name: str) -> tuple[int, int]:
    """Memory in KiB and passes."""
    async with house.deps.database.read() as db:
        verifier = (await db.execute(select(accounts.c.auth_verifier).where(accounts.c.name == name))).scalar_one()
    made = extract_parameters(verifier)
    return made.memory_cost, made.time_cost


async def test_a_raised_cost_reaches_whoever_logs_in_and_nobody_is_lowered(empty: Place) -> None:
    """The old one opens once more; what is stored then opens under every later setting, too."""
    async with visited(empty.config()) as house:
        await house.signed_up("nachtfalter")
        assert await stored_cost(house, "nachtfalter") == (8192, 1)
    async with visited(empty.config(login_memory_kib=9216, login_passes=2)) as house:
        nachtfalter = house.client("nachtfalter")
        with pytest.raises(Refused, match="wrong_credentials"):
            await house.client("nachtfalter", "ganz andere wörter als zuvor").log_in()
        assert await stored_cost(house, "nachtfalter") == (8192, 1)
        await nachtfalter.log_in()
        assert await stored_cost(house, "nachtfalter") == (9216, 2)
        await house.also(nachtfalter.elsewhere()).log_in()
    async with visited(empty.config()) as house:
        await house.client("nachtfalter").log_in()
        assert await stored_cost(house, "nachtfalter") == (9216, 2)


async def test_with_a_full_line_a_log_in_is_told_when_to_come_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stable code and Retry-After, for names that somebody has and that nobody has; then it opens as ever."""
    nachtfalter = await house.signed_up("nachtfalter")
    line, may_go = HashLine(at_once=1, in_line=0), asyncio.Event()
    monkeypatch.setattr(verifiers, "_LINE", line)
    loop = asyncio.get_running_loop()
    inside = asyncio.create_task(line.run(lambda: asyncio.run_coroutine_threadsafe(may_go.wait(), loop).result()))
    await asyncio.sleep(0)
    for name in ("nachtfalter", "niemand-hier"):
        wish = to_wire(LogIn(name, bytes(32)))
        async with aiohttp.ClientSession() as browser, browser.post(f"{house.url}/api/login", json=wish) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
            assert (await answer.json())["code"] == "too_busy"
    may_go.set()
    assert await inside
    await house.also(nachtfalter.elsewhere()).log_in()


async def test_codes_of_an_app_whose_secret_nobody_can_read_any_more_are_named(empty_house: House) -> None:
    """As after another `server.secret` was put in place: no `internal`, nothing is counted, spare codes still open."""
    founder = (await begin(empty_house)).founder
    async with empty_house.deps.database.write() as db:
        await db.execute(update(factors).values(kind="totp", secret=bytes(60), counter=0))
    for _ in range(6):
        assert await refused(founder, (await asked(founder)).ticket, "123456") == "factor_unreadable"
    await show(founder, (await asked(founder)).ticket, founder.spare_codes[3])
