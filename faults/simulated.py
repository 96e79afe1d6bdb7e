"""Row 20, counted: one small world for each seed."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bench.figures import Figure, Outcome
from bench.furnished import Seats, furnished, seats_in
from chatserver import due_work
from chatserver.messages import store
from faults.simulation import World, world
from faults.trial import Trial, none_of

PAIRS: Final = 3
STEPS: Final = 40
# Which of a world's steps, and how often.
WEIGHTS: Final = {"talk": 10, "arrive_late": 4, "move_clock": 3, "look": 4, "fail": 3, "restart": 1}


async def simulated(trial: Trial) -> Outcome:
    """`count` worlds, from the trial's seed on."""
    furniture = await asyncio.to_thread(furnished, PAIRS)
    seats, wrong, totals = seats_in(furniture), list[str](), dict.fromkeys(("ok", "unknown", "restarts"), 0)
    with planted(trial.planted):
        for seed in range(trial.seed, trial.seed + trial.count):
            one = await run(furniture, seats, trial.folder, seed)
            wrong += [f"seed {seed}: {fault}" for fault in one.wrong]
            totals = {name: many + counted(one, name) for name, many in totals.items()}
    return Outcome(
        [
            Figure("seeds", trial.count, ""),
            Figure("messages acknowledged", totals["ok"], ""),
            Figure("attempts without an answer", totals["unknown"], ""),
            Figure("restarts", totals["restarts"], ""),
            none_of("faults found", len(wrong)),
        ],
        wrong,
    )


async def run(furniture: Path, seats: list[Seats], folder: Path, seed: int) -> World:
    """One world from its beginning to its end. What it leaves in the folder stays when something is wrong."""
    place = folder / f"seed-{seed}"
    place.mkdir(parents=True)
    async with world(furniture, seats, place, seed) as one:
        for step in one.chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=STEPS):
            await getattr(one, step)()
        await one.heal()
    if not one.wrong:
        shutil.rmtree(place)
    return one


def counted(one: World, name: str) -> int:
    """Entries of a kind, or restarts."""
    return one.restarts if name == "restarts" else sum(entry.step == name for entry in one.journal.entries)


@contextmanager
def planted(bug: str) -> Iterator[None]:
    """A bug in this process, as long as the block lasts."""
    known, claim = store._add_known, due_work.claim

    async def early(db: AsyncConnection, now: datetime, *owner: str, **which: Any) -> list[due_work.DueRow]:
        return await claim(db, now + timedelta(hours=12), *owner, **which)

    if bug == "knows_no_repeats":
        store._add_known = lambda *_: None
    if bug == "looks_ahead":
        due_work.claim = early
    try:
        yield
    finally:
        store._add_known, due_work.claim = known, claim
