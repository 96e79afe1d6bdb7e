"""Rows 7, 8 and 10: nodes that are stopped, killed, or were not there for a day, while much falls due."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Final

from bench.figures import Figure, Outcome
from faults.postgres import on_postgres
from faults.promised import Promised
from faults.server import Standing, standing
from faults.trial import Trial, none_of

PAIRS: Final = 6
DAY: Final = timedelta(hours=24)
# Of promises, at each stop; and of due jobs, at each kill.
AT_EACH_STOP: Final = 2000
AT_EACH_KILL: Final = 500
INTO_IT_S: Final = (0.0, 1.2)
# A lease of the nodes here lasts four seconds (see faults.planted), so that it is over long before such a stop is.
STOPPED_S: Final = 30.0
STOPPED_SHORTLY_S: Final = 8.0
SHORT: Final = 1
BETWEEN_S: Final = 0.05
RAISED_S: Final = 60.0
GOES_ON_S: Final = 4.0
GIVES_UP_S: Final = 180.0
ASK_EVERY_S: Final = 0.1

Nodes = tuple[Standing, Standing]


async def stopped(trial: Trial) -> Outcome:
    """Stops one of two nodes `count` times in the middle of due work, for longer than its lease, and continues it."""
    held = 0
    async with _two_nodes(trial, "lingers_after_claiming") as (nodes, promised):

        async def stop(node: Standing) -> None:
            nonlocal held
            while await promised.left(datetime.now(UTC)):
                with node.halted():
                    # Some stops fall between two groups: then it is stopped once more.
                    if claimed := await promised.held_by(node.folder.name):
                        held += claimed
                        await asyncio.sleep(STOPPED_S if trial.count > SHORT else STOPPED_SHORTLY_S)
                        break
                await asyncio.sleep(BETWEEN_S)
            # It goes on where it was, and is given the time to do it.
            await asyncio.sleep(GOES_ON_S)

        await _disturbed(
            trial, nodes, promised, how_many=trial.count * AT_EACH_STOP, at_once=AT_EACH_STOP, disturb=stop
        )
        wrong = await promised.wrong() + ([] if held else ["no stop has met a node that held a lease"])
        complaints = [line for node in nodes for line in node.complaints]
    return Outcome(
        [
            Figure("stops", trial.count, ""),
            Figure("rungs that fell due", trial.count * AT_EACH_STOP, ""),
            Figure("rungs that the stopped node held", held, ""),
            none_of("effects missing, early or twice", len(wrong)),
        ],
        wrong + complaints[:3],
    )


async def killed_at_work(trial: Trial) -> Outcome:
    """`count` due jobs for two nodes, of which one is killed at any instant and started again for each 500."""
    kills = 0
    async with _two_nodes(trial) as (nodes, promised):

        async def kill(node: Standing) -> None:
            nonlocal kills
            await node.kill()
            kills += 1
            await node.start()

        await _disturbed(trial, nodes, promised, how_many=trial.count, at_once=AT_EACH_KILL, disturb=kill)
        wrong = await promised.wrong()
    return Outcome(
        [
            Figure("due jobs", trial.count, ""),
            Figure("kills", kills, ""),
            Figure("notices owed", len(promised.expected), ""),
            none_of("effects missing, early or twice", len(wrong)),
        ],
        wrong,
    )


async def _disturbed(
    trial: Trial,
    nodes: Nodes,
    promised: Promised,
    *,
    how_many: int,
    at_once: int,
    disturb: Callable[[Standing], Awaitable[None]],
) -> None:
    for done in range(0, how_many, at_once):
        now = datetime.now(UTC)
        # Due for some minutes, each at an instant of its own; the next rung comes long after the trial.
        since = [
            now - DAY - timedelta(seconds=trial.chance.uniform(1, 300)) for _ in range(min(at_once, how_many - done))
        ]
        await promised.add(since, until=now)
        await asyncio.sleep(trial.chance.uniform(*INTO_IT_S))
        await disturb(trial.chance.choice(nodes))
    await _all_done(promised)


@asynccontextmanager
async def _two_nodes(trial: Trial, *under: str) -> AsyncIterator[tuple[Nodes, Promised]]:
    async with on_postgres(trial, PAIRS) as (address, _, _):
        left, right = [_node(trial, name, address, under) for name in ("left", "right")]
        try:
            for node in (left, right):
                await node.start()
            yield (left, right), Promised(address, trial.folder / "owed", trial.chance)
        finally:
            for node in (left, right):
                await node.kill()


def _node(trial: Trial, name: str, address: str, under: tuple[str, ...]) -> Standing:
    """A server in a folder of its own, with the secrets of both."""
    folder = trial.folder / name
    shutil.copytree(trial.folder / "var", folder / "var")
    return Standing(folder, trial.planted, ("short_leases", *under), {"SPRECHRAUM_DATABASE": address})


async def down(trial: Trial) -> Outcome:
    """A server that was away for 24 hours finds `count` promises, of which most have climbed in the meantime."""
    async with standing(trial, PAIRS) as (server, _):
        promised = Promised(f"sqlite+aiosqlite:///{server.database}", trial.folder / "owed", trial.chance)
        back = datetime.now(UTC)
        since = [back - DAY - timedelta(seconds=trial.chance.uniform(0, 48 * 3600)) for _ in range(trial.count)]
        await promised.add(since, until=back, climbed=back - DAY)
        began = perf_counter()
        await server.start()
        await _all_done(promised)
        took = perf_counter() - began
        await server.end()
        # What fell due while it was being done is not owed, and not wrong.
        wrong = [one for one in await promised.wrong() if not one.endswith("not owed")]
        complaints = server.complaints[:3]
    return Outcome(
        [
            Figure("promises", trial.count, ""),
            Figure("rungs overdue", len({(one.room, one.kind) for one in promised.expected}), ""),
            Figure("notices owed", len(promised.expected), ""),
            none_of("effects missing, early or twice", len(wrong)),
            Figure("all raised after", took, "s", RAISED_S),
        ],
        wrong + complaints,
    )


async def _all_done(promised: Promised) -> None:
    """Returns once nothing is due any more, or after so long that the judge may say what is missing."""
    began = perf_counter()
    while await promised.left(datetime.now(UTC)) and perf_counter() - began < GIVES_UP_S:
        await asyncio.sleep(ASK_EVERY_S)
