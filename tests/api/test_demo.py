"""The demonstration is a real installation: whole agencies, working logins, no key that a server should not have."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from booking.store import free_slots
from booking.timetable import kind_of
from chatserver.agencies import store as agencies
from chatserver.agencies.topics import TOPICS
from chatserver.demo import create_demo
from chatserver.demo.cast import AGENCIES, ANKER, EMSUFER, LOTSENSTELLE
from chatserver.deps import Deps
from chatserver.main import running
from chatserver.tables import accounts
from crypto import kem_public_key, make_root
from crypto.signing import signing_key
from tests.api.house import MUENSTER, HandClock, House
from tests.leaks import find_leaks
from tests.places import Place

GROUPS = r"(?:[0-9a-f]{8} ?){8}"


@pytest_asyncio.fixture
async def bare(empty: Place) -> AsyncIterator[Deps]:
    """A server where nobody works yet."""
    async with running(empty.config(), HandClock(), ticking=False) as server:
        yield server.deps


async def count_accounts(deps: Deps) -> int:
    """How many people there are."""
    async with deps.database.read() as db:
        return (await db.execute(select(func.count()).select_from(accounts))).scalar_one()


async def test_all_six_agencies_come_into_being_and_a_second_start_changes_nothing(bare: Deps, tmp_path: Path) -> None:
    """The same logins are told again; nobody is founded twice."""
    logins = await create_demo(bare, tmp_path / "paper")
    assert len(logins) == await count_accounts(bare) == 24
    pages = {page.name: page.read_bytes() for page in (tmp_path / "paper").iterdir()}
    assert len(pages) == 6
    assert await create_demo(bare, tmp_path / "paper") == logins
    assert await count_accounts(bare) == 24
    assert {page.name: page.read_bytes() for page in (tmp_path / "paper").iterdir()} == pages


async def test_a_start_that_is_cut_short_leaves_whole_agencies_and_is_finished_by_the_next(
    bare: Deps, tmp_path: Path
) -> None:
    """At whatever moment: here after the first, in the middle of the second."""
    plans = (ANKER, EMSUFER, LOTSENSTELLE)
    first = asyncio.create_task(create_demo(bare, tmp_path / "paper", plans))
    while await count_accounts(bare) == 0:  # noqa: ASYNC110 - nothing tells when an agency is there
        await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await count_accounts(bare) % 4 == 0
    await create_demo(bare, tmp_path / "paper", plans)
    assert await count_accounts(bare) == 12


async def test_each_agency_has_three_on_duty_a_coordinator_and_a_slot_within_two_days(
    bare: Deps, tmp_path: Path
) -> None:
    """Whoever writes on a Monday can talk on Wednesday at the latest."""
    await create_demo(bare, tmp_path / "paper", (EMSUFER,))
    now = bare.now()
    async with bare.database.read() as db:
        agency = await agencies.agency_named(db, EMSUFER.name)
        assert agency is not None
        on_duty = await agencies.on_duty(db, agency.id)
        assert (len(on_duty), len(await agencies.coordinators(db, agency.id))) == (3, 1)
        kind = await kind_of(db, name="chat", owners=(on_duty[0], agency.id))
        for counsellor in on_duty:
            until = now + timedelta(days=2)
            assert await free_slots(db, counsellor=counsellor, kind=kind, since=now, until=until, now=now)


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_the_server_has_no_root_no_roster_key_and_no_duty_key(house: House, founded: Place) -> None:
    """They are on paper and in vaults; neither the database nor its log holds them in any encoding."""
    page = (founded.var / "paper" / "anker-suchtberatung.txt").read_text("utf-8")
    fingerprint, root, successor = (bytes.fromhex(one) for one in re.findall(GROUPS, page))
    berger, hagemann = await house.counsellor("berger"), await house.counsellor("hagemann")
    assert make_root(root, successor).fingerprint == fingerprint == hagemann.root
    agency = (await house.client("nachtfalter").find_agency("addiction", MUENSTER)).agency
    roster = await hagemann.fetch_roster(agency.id, hagemann.root)
    roster_key = hagemann.vault.read("roster_key", hagemann.root, 1)
    duty = berger.duty_seeds()[0]
    assert roster_key is not None
    assert kem_public_key(duty.seed) == roster.duty_kem_pk
    secrets = {
        "root": root,
        "successor": successor,
        "roster key": roster_key[0],
        "duty seed": duty.seed,
        "identity": berger.identity.ed_seed,
        "password": berger.password.encode(),
        "vault key": berger.vault.vault_key,
        "wrap": (await berger.keys()).wrap,
    }
    files = [(one.name, one.read_bytes()) for one in house.deps.config.var.glob("sprechraum.sqlite3*")]
    assert find_leaks(secrets, files) == []
    assert find_leaks({"roster key": signing_key(roster_key[0])}, files)


def test_the_plans_name_known_topics_and_areas_that_are_ranges() -> None:
    """And nobody's area overlaps itself."""
    codes = {topic.code for topic in TOPICS}
    for plan in AGENCIES:
        assert codes.issuperset(plan.topics)
        areas = sorted(plan.areas, key=lambda area: area.first)
        assert all(area.first <= area.last for area in areas)
        assert all(one.last < other.first for one, other in pairwise(areas))
