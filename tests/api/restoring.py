"""A house that is backed up while it runs, lost, and restored in another place, as an operator does it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from chatserver.backup_commands import backup, restore
from chatserver.config import Config
from tests.api.house import House, visited
from tests.places import Place


@dataclass(slots=True)
class Operator:
    """Keeps the two halves of backups apart, and the ledger on a disk of its own.

    `elsewhere`: the database that a restore goes into; empty for SQLite.
    """

    folder: Path
    place: Place
    elsewhere: str = ""
    restored: int = field(default=0)

    @property
    def config(self) -> Config:
        """Of the house that is going to be lost."""
        return self.place.config(ledger=self.folder / "ledger")

    @property
    def config_after(self) -> Config:
        """Of the one that comes after it."""
        return replace(self.config, var=self.folder / "after", database=self.elsewhere)

    async def back_up(self) -> tuple[Path, Path]:
        """The new halves."""
        before = set(self._halves())
        await backup(self.config, to=self.folder / "rest", shares=self.folder / "keys")
        rest, keys = sorted(set(self._halves()) - before, reverse=True)
        return rest, keys

    def _halves(self) -> list[Path]:
        return [one.parent for one in self.folder.glob("*/*/manifest.json")]

    async def put_back(self, rest: Path, keys: Path) -> None:
        """Into an empty place. Raises ConfigInvalid."""
        await restore(self.config_after, source=rest, shares=keys)

    @asynccontextmanager
    async def after(self, before: House) -> AsyncIterator[House]:
        """What was restored, at the hour at which the other was lost."""
        async with visited(self.config_after) as house:
            house.clock.move_to(before.now())
            yield house
