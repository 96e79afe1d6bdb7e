"""The generator's process: reads a plan from standard input, writes what it found into a file beside it."""

import asyncio
import json
import sys
from collections.abc import Callable
from math import ceil
from pathlib import Path
from time import perf_counter
from typing import Any, Final, TypeVar

import uvloop

from bench.figures import percentile
from bench.furnished import Seats, seats_in
from bench.load.crowd import Crowd
from bench.load.judge import differences
from bench.load.loops import Ran, closed, opened
from bench.load.messages import SIDES
from bench.load.plan import Plan, Scenario, Seen
from bench.processes import cpu_seconds, memory

Number = TypeVar("Number", int, float)
WARM: Final = 20
# Until nobody works on what has come before.
SETTLED_S: Final = 1
# An open loop lasts so many times as long as a closed one.
STEADY: Final = 2
PROBE_S: Final = 0.5
PROBED: Final = 40
# How many more are sealed than the probe makes one expect.
ENOUGH: Final = 1.6


async def run(plan: Plan) -> dict[str, Any]:
    """Comes in, does everything that is planned, and judges it."""
    seats = seats_in(Path(plan.folder))[: plan.pairs]
    await _looked_in(plan, seats[:WARM])
    crowd = Crowd("127.0.0.1", plan.ports, seats)
    empty = _of_all(memory, plan)
    seconds = await crowd.come_in()
    await asyncio.sleep(SETTLED_S)
    idle = _of_all(memory, plan) - empty
    seen: list[Seen] = []
    for scenario in plan.scenarios:
        seen.append(await _measured(crowd, scenario, plan, _fastest(seen)))
    lost = await _judged(crowd, plan)
    crowd.leave()
    pages = len(SIDES) * len(seats)
    figures = {"connections_per_second": pages / seconds, "bytes_per_connection": idle / pages}
    return {"seen": [one.as_json() for one in seen], "lost": lost, **figures}


async def _looked_in(plan: Plan, seats: list[Seats]) -> None:
    """Some come and go first: what a server needs once, whoever comes, is not counted for those who stay."""
    first = Crowd("127.0.0.1", plan.ports, seats)
    await first.come_in()
    first.leave()
    await asyncio.sleep(SETTLED_S)


def _of_all(measure: Callable[[int], Number], plan: Plan) -> Number:
    """Of every node together."""
    return sum(measure(one) for one in plan.servers)


def _fastest(seen: list[Seen]) -> float:
    """What the server was seen to carry; without a closed loop before, anything is tried."""
    return max((one.rate for one in seen), default=float("inf"))


async def _measured(crowd: Crowd, scenario: Scenario, plan: Plan, fastest: float) -> Seen:
    if scenario.rate > fastest:
        # It would only fall further and further behind.
        return Seen(scenario.name, overloaded=True)
    if scenario.rate:
        # Long enough for what a server does every few seconds to come as often as it does in a day.
        seconds = plan.seconds * STEADY
        each = ceil(scenario.rate * seconds / len(crowd.talks)) + 1
        await _sealed(crowd, len(crowd.talks), each)
        await asyncio.sleep(SETTLED_S)
        return await _watched(scenario, plan, opened(crowd, scenario.rate, seconds))
    await _sealed(crowd, scenario.talks, max(PROBED, scenario.window))
    probe = await closed(crowd, scenario.talks, scenario.window, PROBE_S)
    each = ceil(probe.in_time / PROBE_S * plan.seconds * ENOUGH / scenario.talks) + scenario.window + 1
    await _sealed(crowd, scenario.talks, each)
    return await _watched(scenario, plan, closed(crowd, scenario.talks, scenario.window, plan.seconds))


async def _sealed(crowd: Crowd, talks: int, each: int) -> None:
    for one in crowd.conversations[:talks]:
        one.seal(each)
        # Pings are answered in between.
        await asyncio.sleep(0)


async def _watched(scenario: Scenario, plan: Plan, running: Any) -> Seen:
    began, server, own = perf_counter(), _of_all(cpu_seconds, plan), cpu_seconds(0)
    ran: Ran = await running
    took, server = perf_counter() - began, _of_all(cpu_seconds, plan) - server
    stored = sorted(one.told_at - one.due for one in ran.messages if one.told_at)
    arrived = sorted(one.finished_at - one.due for one in ran.messages if one.finished_at)
    return Seen(
        scenario.name,
        rate=ran.in_time / ran.seconds,
        messages=len(ran.messages),
        stored={share: percentile(stored, share) for share in (50, 99)},
        arrived={share: percentile(arrived, share) for share in (50, 99)},
        server=server / took,
        server_s=server / max(len(arrived), 1),
        generator=(cpu_seconds(0) - own) / took,
    )


async def _judged(crowd: Crowd, plan: Plan) -> list[str]:
    lost = []
    for number, conversation in enumerate(crowd.conversations):
        stored = await crowd.stored(number) if plan.stores else None
        lost += differences(conversation, stored)
    return lost


def main() -> None:
    """`python -m bench.load RESULT`, the plan on standard input."""
    plan = Plan.from_json(json.load(sys.stdin))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(run(plan))
    Path(sys.argv[1]).write_text(json.dumps(found), "utf-8")


if __name__ == "__main__":
    main()
