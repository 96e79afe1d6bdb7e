"""Where the data of a test's server lies: a folder, and in it or on a PostgreSQL of the tests' own a database."""

import shutil
from dataclasses import dataclass, replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from chatserver.config import Config
from chatserver.demo import create_demo
from chatserver.main import running
from tests.api.house import PLANS, HandClock
from tests.postgres import keep_rows, put_rows_back


@dataclass(frozen=True, slots=True)
class Place:
    """`database` is empty for SQLite."""

    var: Path
    database: str = ""

    def config(self, **more: Any) -> Config:
        """Every visitor names an address of their own in X-Forwarded-For, as a proxy would."""
        proxies = (ip_network("127.0.0.0/8"),)
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


async def founded_at(place: Place) -> Place:
    """The same, with two agencies."""
    async with running(place.config(), HandClock(), ticking=False) as server:
        await create_demo(server.deps, place.var / "paper", PLANS)
    place.keep()
    return place
