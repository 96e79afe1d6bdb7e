"""Where the data of a test's server lies: a folder, and in it or on a PostgreSQL of the tests' own a database."""

import shutil
from dataclasses import dataclass, replace
from ipaddress import ip_network
from pathlib import Path
from secrets import token_hex
from typing import Any

from chatserver.accounts import store as accounts
from chatserver.config import Config
from chatserver.demo import create_demo
from chatserver.deps import Deps, work
from chatserver.factors import store as factors
from chatserver.factors.model import Factor, FactorId, Kind
from chatserver.main import running
from tests.api.house import PLANS, HandClock
from tests.passkeys import Passkey
from tests.postgres import keep_rows, put_rows_back


@dataclass(frozen=True, slots=True)
class Place:
    """`database` is empty for SQLite."""

    var: Path
    database: str = ""

    def config(self, **more: Any) -> Config:
        """Every visitor names an address of their own in X-Forwarded-For, as a proxy would."""
        proxies = (ip_network("127.0.0.0/8"),)
        # Tests leap over days in which people would use their pages.
        more = {"session_idle_hours": 168, **more}
        return Config(port=0, var=self.var, demo=True, trusted_proxies=proxies, database=self.database, **more)

    def keep(self) -> None:
        """What is here now is what `copied` gives."""
        if self.database:
            keep_rows(self.database)

    def copied(self, var: Path) -> "Place":
        """The same once more, in another folder: an SQLite file, or the same database with the rows that were kept."""
        shutil.copytree(self.var, var)
        if self.database:
            put_rows_back(self.database)
        return replace(self, var=var)


async def migrated_at(place: Place) -> Place:
    """Every table is there now and nobody works, and nobody has it open. Takes longer than copying."""
    async with running(place.config(), HandClock(), ticking=False):
        pass
    place.keep()
    return place


async def give_passkeys(deps: Deps) -> None:
    """To everybody who works there, beside the app: what shows a passkey need not wait for the next code."""
    async with work(deps) as tx:
        for name in [one.name for plan in PLANS for one in (*plan.counsellors, plan.coordinator)]:
            account = await accounts.account_by_name(tx.db, name)
            assert account is not None
            passkey = Passkey.of(name)
            factor = Factor(
                id=FactorId(token_hex(16)),
                account_id=account.id,
                kind=Kind.PASSKEY,
                label="Schlüssel",
                secret=passkey.public_key,
                credential_id=passkey.credential_id,
                counter=0,
                created_at=deps.now(),
            )
            await factors.add_factor(tx.db, factor)


async def founded_at(place: Place) -> Place:
    """The same, with two agencies."""
    async with running(place.config(), HandClock(), ticking=False) as server:
        await create_demo(server.deps, place.var / "paper", PLANS)
        await give_passkeys(server.deps)
    place.keep()
    return place
