"""Row 9: the clock goes back and forth, by hours and by months, and through both nights in which it is changed."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bench.figures import Figure, Outcome
from bench.furnished import Seats, furnished, seats_in
from chatserver import due_work
from chatserver.data_folder import DATABASE
from chatserver.guarantee.policy import Calendar
from faults.really import really_moved
from faults.simulation import World, world
from faults.told import LADDER
from faults.trial import Trial, none_of

PAIRS: Final = 3
STEPS: Final = 30
BERLIN: Final = ZoneInfo("Europe/Berlin")
# When the clocks go forward, and when they go back.
NIGHTS: Final = (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), datetime(2027, 10, 31, 1, 0, tzinfo=UTC))
AROUND_H: Final = (-50, 2)
# An hour either way, months on, and back by more than a day; the small steps lead through the night itself.
MOVES_H: Final = (0.02, 0.3, 0.5, 1.0, -1.0, 6.0, 12.5, 24.0, -30.0, 90 * 24.0)
WEIGHTS: Final = {"talk": 6, "move": 10, "look": 8}


@dataclass
class Night:
    """A world whose clock this row moves. `seen`: what the clock showed at each look, written down outside of it."""

    world: World
    seen: list[datetime] = field(default_factory=list)

    async def talk(self) -> None:
        """Some write."""
        await self.world.talk()

    async def move(self) -> None:
        """The clock is somewhere else."""
        self.world.clock.at += timedelta(hours=self.world.chance.choice(MOVES_H))

    async def look(self) -> None:
        """What is due is done, all of it, and nothing that is not."""
        self.seen.append(self.world.clock.at)
        await self.world.look()
        self.world.wrong += ladders_wrong(self.world.deps.config.var / DATABASE, self.seen)

    async def end(self) -> None:
        """Everybody gets an answer, and all that was promised has long been due."""
        self.world.clock.at = max([*self.seen, self.world.clock.at])
        await self.world.heal()


async def clock_moved(trial: Trial) -> Outcome:
    """`count` worlds around one of the two nights, from the trial's seed on; then once for real."""
    furniture = await asyncio.to_thread(furnished, PAIRS)
    seats, wrong, looks, rungs = seats_in(furniture), list[str](), 0, 0
    with planted(trial.planted):
        for seed in range(trial.seed, trial.seed + trial.count):
            one, climbed = await _run(furniture, seats, trial.folder, seed)
            wrong += [f"seed {seed}: {fault}" for fault in one.world.wrong]
            looks, rungs = looks + len(one.seen), rungs + climbed
    outcome = Outcome(
        [
            Figure("seeds", trial.count, ""),
            Figure("looks", looks, ""),
            Figure("rungs climbed", rungs, ""),
            none_of("promises lost, early or at the wrong time", len(wrong)),
        ],
        wrong,
    )
    if not trial.planted:
        # The bugs are in this process, and not in a server of its own.
        outcome.add(await really_moved(trial))
    return outcome


async def _run(furniture: Path, seats: list[Seats], folder: Path, seed: int) -> tuple[Night, int]:
    place = folder / f"seed-{seed}"
    place.mkdir(parents=True)
    async with world(furniture, seats, place, seed) as there:
        night = NIGHTS[seed % len(NIGHTS)]
        there.clock.at = night + timedelta(hours=there.chance.uniform(*AROUND_H))
        one = Night(there)
        # The furniture's own promises are long overdue by then.
        await one.look()
        for step in there.chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=STEPS):
            await getattr(one, step)()
        await one.end()
        climbed = _count(there.deps.config.var / DATABASE)
    if not there.wrong:
        shutil.rmtree(place)
    return one, climbed


def ladders_wrong(database: Path, seen: list[datetime]) -> list[str]:
    """Whether each promise has exactly those rungs whose time has come, by what the clock showed at each look."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        running = db.execute("SELECT id, waiting_since FROM clocks WHERE stopped_at IS NULL").fetchall()
        noted = db.execute("SELECT clock_id, kind, at FROM clock_events").fetchall()
    at = {(clock, kind): datetime.fromisoformat(instant) for clock, kind, instant in noted}
    wrong = []
    for clock, since in running:
        for _, event, _, length in LADDER:
            due_at = datetime.fromisoformat(since) + length
            told = at.get((clock, event))
            if told is None and due_at <= seen[-1]:
                wrong.append(f"promise {clock} is not {event}, and was due at {due_at}")
            if told is not None and (told < due_at or told not in seen):
                wrong.append(f"promise {clock} was {event} at {told}, and due at {due_at}")
    return wrong


def _count(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        kinds = ", ".join(f"'{event}'" for _, event, _, _ in LADDER)
        return int(db.execute(f"SELECT count(*) FROM clock_events WHERE kind IN ({kinds})").fetchone()[0])


@contextmanager
def planted(bug: str) -> Iterator[None]:
    """A bug in this process, as long as the block lasts."""
    claim, due_at = due_work.claim, Calendar.due_at

    async def early(db: AsyncConnection, now: datetime, *owner: str, **which: Any) -> list[due_work.DueRow]:
        return await claim(db, now + timedelta(hours=12), *owner, **which)

    def on_the_wall(self: Calendar, waiting_since: datetime) -> datetime:
        return (waiting_since.astimezone(BERLIN) + timedelta(seconds=self.seconds)).astimezone(UTC)

    if bug == "looks_ahead":
        due_work.claim = early
    if bug == "counts_on_the_wall":
        Calendar.due_at = on_the_wall  # type: ignore[method-assign]
    try:
        yield
    finally:
        due_work.claim, Calendar.due_at = claim, due_at  # type: ignore[method-assign]
