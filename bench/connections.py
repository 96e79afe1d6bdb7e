"""A thousand people who are signed in and do nothing: how fast they come in, and what each of them costs."""

import asyncio
from statistics import median
from typing import Any, Final

from bench.figures import Figure, Outcome
from bench.furnished import furnished
from bench.runs import BEST, OURS, PLAIN, turn

KIB: Final = 1024


async def measured(runs: int, pairs: int) -> Outcome:
    """Two connections for each pair; the servers take turns."""
    folder = await asyncio.to_thread(furnished, pairs)
    found: dict[str, list[dict[str, Any]]] = {OURS: [], PLAIN: [], BEST: []}
    for _ in range(runs):
        for server, turns in found.items():
            turns.append(await turn(server, folder, pairs))
    outcome = Outcome(lost=[line for turns in found.values() for one in turns for line in one["lost"]])
    for server, turns in found.items():
        bars = (40, 28) if server == OURS else (None, None)
        rate = median(one["connections_per_second"] for one in turns)
        memory = median(one["bytes_per_connection"] for one in turns) / KIB
        outcome.figures += [
            Figure(f"{server}, connections set up", rate, "a second"),
            Figure(f"{server}, memory of an idle connection", memory, "KiB", *bars),
        ]
    outcome.figures.append(_against(found, PLAIN))
    return outcome


def _against(found: dict[str, list[dict[str, Any]]], other: str) -> Figure:
    """Run by run, then the median. Ours looks up who comes in, twice; the bare library lets everybody in."""
    name = "connections_per_second"
    ratio = median(ours[name] / bare[name] for ours, bare in zip(found[OURS], found[other], strict=True))
    return Figure(f"connections set up, against {other}", ratio, "x", 0.6, 1.0, more=True)
