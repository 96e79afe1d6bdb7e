"""Two nodes against one, on a PostgreSQL and a Redis of their own.

Each node carries the same load, so that two carry twice as much: what counts is how much more of its processor a node
needs for a message because there is another one. How fast they are at most would need a core for each of them, one for
PostgreSQL and one for the generator.
"""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.figures import MILLI, Figure, Outcome
from bench.furnished import PEOPLE, furnish
from bench.load.plan import Plan, Scenario, Seen
from bench.processes import OTHER_CORES, SERVER_CORES, UNHURRIED, start, stop
from bench.reachable import until_answers
from bench.runs import complaints, loaded
from chatserver.config import Config
from tests.ports import free_port
from tests.postgres import new_database, own_server
from tests.redis_server import running_redis

# Messages a second at each node: a third of what one carries.
RATE: Final = 300
MICRO: Final = 1_000_000
COUNTS: Final = (1, 2)


@dataclass(frozen=True, slots=True)
class Size:
    """How often each has its turn, how many rooms of two there are, and half of how long the load lasts."""

    runs: int = 3
    pairs: int = 60
    seconds: float = 3


SHORT: Final = Size(runs=1, pairs=3, seconds=0.5)


async def measured(size: Size) -> Outcome:
    """One node and two in turn, as often as wished."""
    seen: dict[int, list[Seen]] = {count: [] for count in COUNTS}
    outcome = Outcome()
    with (
        tempfile.TemporaryDirectory(prefix="sprechraum-bench-") as folder,
        _aside(),
        own_server(hurried=False) as server,
    ):
        furniture = Path(folder, "furniture")
        kept = await _furnished(furniture, server, size.pairs)
        for run in range(size.runs):
            for count in COUNTS:
                at = Path(folder, f"{run}-{count}")
                found = await _turn(at, furniture, new_database(server, kept), count, size)
                seen[count].append(Seen.from_json(found["seen"][0]))
                outcome.lost += [f"{count} nodes: {one}" for one in found["lost"]]
    one, two = ([each.server_s for each in seen[count]] for count in COUNTS)
    # By the processor of one node: with twice as many, each has half of the messages.
    ratio = median(2 * alone / among for alone, among in zip(one, two, strict=True))
    for count, of_messages in zip(COUNTS, (one, two), strict=True):
        what = f"{count} node{'s' if count > 1 else ''} on PostgreSQL, {count * RATE} a second"
        late = median(each.arrived[99] for each in seen[count])
        outcome.figures += [
            Figure(f"{what}, processor", MICRO * median(of_messages), "µs a message"),
            Figure(f"{what}, arrived, p99", MILLI * late, "ms"),
        ]
    outcome.figures.append(Figure("two nodes against one, by processor time", ratio, "x", 1.6, 1.9, more=True))
    return outcome


@contextmanager
def _aside() -> Iterator[None]:
    """Whatever is started here leaves the servers' core to them."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, OTHER_CORES)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@asynccontextmanager
async def _nodes(
    count: int, at: Path, environment: dict[str, str]
) -> AsyncIterator[dict[int, asyncio.subprocess.Process]]:
    """So many nodes on one database, by their ports; they share a folder and, here, a core."""
    nodes: dict[int, asyncio.subprocess.Process] = {}
    try:
        for _ in range(count):
            port = free_port()
            ours = {**environment, **UNHURRIED, "SPRECHRAUM_PORT": str(port)}
            nodes[port] = await start(["-m", "chatserver", "serve"], cores=SERVER_CORES, cwd=at, environment=ours)
            await until_answers(port, nodes[port], at)
        yield nodes
    finally:
        for one in nodes.values():
            await stop(one)


async def _turn(at: Path, furniture: Path, database: str, count: int, size: Size) -> dict[str, Any]:
    await asyncio.to_thread(shutil.copytree, furniture / "var", at / "var")
    async with AsyncExitStack() as stack:
        redis = stack.enter_context(running_redis(at))
        environment = {"SPRECHRAUM_DATABASE": database, "SPRECHRAUM_REDIS_URL": redis.url}
        nodes = await stack.enter_async_context(_nodes(count, at, environment))
        plan = Plan(
            folder=str(furniture),
            ports=tuple(nodes),
            servers=tuple(one.pid for one in nodes.values()),
            pairs=size.pairs,
            stores=True,
            seconds=size.seconds,
            scenarios=(Scenario("steady", rate=count * RATE),),
        )
        found = await loaded(plan, at)
    return {**found, "lost": found["lost"] + complaints(at)}


async def _furnished(folder: Path, server: str, pairs: int) -> str:
    """The name of a database with these pairs; `folder` has the server's secrets and the people."""
    address = new_database(server)
    seats = await furnish(Config(var=folder / "var", database=address), pairs)
    (folder / PEOPLE).write_text(json.dumps([asdict(one) for one in seats]), "utf-8")
    return address.rpartition("/")[2]
