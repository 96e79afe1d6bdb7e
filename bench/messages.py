"""Messages on the product's own path, and in the same run through the bare library, for the ratios.

The servers take turns: what the machine does besides, it does to all of them.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.figures import MILLI, Figure, Outcome
from bench.furnished import furnished
from bench.load.plan import Scenario, Seen
from bench.runs import BEST, COMPARED, OURS, turn

PAIRS: Final = 500
# Few rooms with much on its way: what the server carries at most.
CROWDED: Final = 100
WINDOW: Final = 8
EACH, FULL, LIGHT, HEAVY = "one on its way in each room", "saturated", "1,000 a second", "4,000 a second"
# A processor that is busy for less than this had to wait for the other side.
BUSY: Final = 0.85
MICRO: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Size:
    """How often each server has its turn, how many rooms of two there are, and how long each scenario takes."""

    runs: int = 3
    pairs: int = PAIRS
    seconds: float = 3

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Closed loops first: an open one is only tried with what the server was seen to carry."""
        return (
            Scenario(EACH, talks=self.pairs),
            Scenario(FULL, talks=min(self.pairs, CROWDED), window=WINDOW),
            Scenario(LIGHT, rate=1000),
            Scenario(HEAVY, rate=4000),
        )


SHORT: Final = Size(runs=1, pairs=3, seconds=0.5)


async def measured(size: Size, servers: Sequence[str] = COMPARED) -> Outcome:
    """All scenarios on all servers, as often as wished, one server after the other."""
    folder = await asyncio.to_thread(furnished, size.pairs)
    seen: dict[str, list[dict[str, Seen]]] = {one: [] for one in servers}
    outcome = Outcome()
    for _ in range(size.runs):
        for server in servers:
            found = await turn(server, folder, size.pairs, size.scenarios, size.seconds)
            told = [Seen.from_json(one) for one in found["seen"]]
            seen[server].append({one.name: one for one in told})
            outcome.lost += found["lost"]
    for server in servers:
        outcome.add(_of_one(server, seen[server]))
    if OURS in seen and BEST in seen:
        outcome.add(ratios(seen[OURS], seen[BEST]))
    return outcome


# -- figures


def _of_one(server: str, runs: Sequence[dict[str, Seen]]) -> Outcome:
    outcome = Outcome()
    for name in runs[0]:
        seen = [one[name] for one in runs]
        what = f"{server}, {name}"
        if any(one.overloaded for one in seen):
            outcome.notes.append(f"{what}: more than it was seen to carry, so not tried.")
            outcome.figures.append(_late(server, name, None))
            continue
        p50, p99 = (MILLI * median(one.arrived[share] for one in seen) for share in (50, 99))
        outcome.figures += [
            Figure(what, median(one.rate for one in seen), "messages a second"),
            Figure(f"{what}, processor", MICRO * median(one.server_s for one in seen), "µs a message"),
            Figure(f"{what}, stored, p99", MILLI * median(one.stored[99] for one in seen), "ms"),
            Figure(f"{what}, arrived, p50", p50, "ms"),
            _late(server, name, p99),
        ]
        outcome.notes.append(f"{what}: {bottleneck(seen)}")
    return outcome


def _late(server: str, name: str, p99: float | None) -> Figure:
    bars = (40, 10) if server == OURS and name == HEAVY else (None, None)
    return Figure(f"{server}, {name}, arrived, p99", p99, "ms", *bars)


def bottleneck(seen: Sequence[Seen]) -> str:
    """Which side had nothing left, by the median of the processor time that each used."""
    server, generator = median(one.server for one in seen), median(one.generator for one in seen)
    shares = f"server {server:.0%}, generator {generator:.0%} of a core"
    if server >= BUSY and server >= generator:
        return f"the server was full ({shares})."
    if generator >= BUSY:
        return f"the GENERATOR was full: the figure is a lower bound ({shares})."
    return f"neither side was full ({shares})."


def ratios(ours: Sequence[dict[str, Seen]], best: Sequence[dict[str, Seen]]) -> Outcome:
    """Run by run against the bare library at its best, then the median.

    A library that had less than a core to itself was held up by something else: what it could do, nobody has seen.
    """
    rates = [_ratio(ours, best, FULL), _ratio(ours, best, EACH)]
    late = _late_ratio(ours, best, LIGHT)
    notes = []
    had = median(one[FULL].server for one in best)
    if had < BUSY:
        told = ", ".join("-" if one is None else f"{one:.2f}" for one in [*rates, late])
        notes = [f"The bare library got {had:.0%} of a core: the machine had other work, so no ratios ({told})."]
        rates, late = [None, None], None
    return Outcome(
        [
            Figure(f"messages, {FULL}, against bare best", rates[0], "x", 0.65, 1.3, more=True),
            Figure(f"messages, {EACH}, against bare best", rates[1], "x", 0.8, 2.4, more=True),
            # What else goes on changes this one least.
            Figure("processor time of a message, against bare best", _processor_ratio(ours, best, FULL), "x"),
            Figure(f"p99 at {LIGHT}, against bare best", late, "x", 2.5, 1.5),
        ],
        notes=notes,
    )


def _ratio(ours: Sequence[dict[str, Seen]], best: Sequence[dict[str, Seen]], name: str) -> float | None:
    return median(one[name].rate / other[name].rate for one, other in zip(ours, best, strict=True))


def _processor_ratio(ours: Sequence[dict[str, Seen]], best: Sequence[dict[str, Seen]], name: str) -> float:
    return median(one[name].server_s / other[name].server_s for one, other in zip(ours, best, strict=True))


def _late_ratio(ours: Sequence[dict[str, Seen]], best: Sequence[dict[str, Seen]], name: str) -> float | None:
    if any(one[name].overloaded for one in [*ours, *best]):
        return None
    return median(one[name].arrived[99] / other[name].arrived[99] for one, other in zip(ours, best, strict=True))
