"""`python -m bench [part ...]`: loads real servers, prints how fast they were, and fails when anything is amiss."""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from functools import partial

from bench import (
    cast,
    connections,
    counted,
    cryptography,
    first_page,
    history,
    knocking,
    ladder,
    messages,
    nodes,
    reservations,
    slots,
    storage,
)
from bench.figures import Outcome, keep, machine, table
from bench.runs import COMPARED, SERVERS

Part = Callable[[], Awaitable[Outcome]]


def parts(chosen: argparse.Namespace) -> dict[str, Part]:
    """Everything that can be measured, by name, in the order in which it is."""
    size = cast.SHORT if chosen.short else cast.USUAL
    load = messages.SHORT if chosen.short else messages.Size(chosen.runs, chosen.pairs, chosen.seconds)
    return {
        "cryptography": partial(cryptography.measured, size.room, size.times),
        "connections": partial(connections.measured, load.runs, load.pairs),
        "messages": partial(messages.measured, load, chosen.only or COMPARED),
        "nodes": partial(nodes.measured, nodes.SHORT if chosen.short else nodes.Size(runs=chosen.runs)),
        "storage": partial(storage.measured, 200 if chosen.short else 10_000),
        "slots": partial(slots.measured, size.times),
        "reservations": partial(reservations.measured, load.runs, 4 if chosen.short else 40),
        "first-page": partial(first_page.measured, size.times),
        "statistics": partial(counted.measured, 1_000 if chosen.short else 100_000, size.times),
        "history": partial(history.measured, history.SHORT if chosen.short else history.Size()),
        "ladder": partial(ladder.measured, ladder.SHORT if chosen.short else ladder.Size()),
        "logins": partial(knocking.told_apart, knocking.SHORT if chosen.short else knocking.Size()),
        "cast": partial(cast.measured, size),
    }


async def measured(chosen: argparse.Namespace) -> Outcome:
    """The parts that are wished for, one after the other: they must not disturb each other."""
    known = parts(chosen)
    outcome = Outcome()
    for name in chosen.parts or known:
        found = await known[name]()
        outcome.add(found)
        if found.lost:
            # The rest would fail because of it, and say so less clearly.
            break
        if not chosen.short:
            keep(found.figures)
    return outcome


def main() -> int:
    """0 when everything that was counted really happened and every figure is as it must be, else 1."""
    chosen = _chosen()
    outcome = asyncio.run(measured(chosen))
    print(json.dumps([one.as_json() for one in outcome.figures], indent=1) if chosen.json else _told(outcome))
    missed = [] if chosen.short else outcome.missed
    for word, lines in (("LOST", outcome.lost), ("MISSED", missed)):
        for line in lines:
            print(f"{word}: {line}", file=sys.stderr)
    return 1 if outcome.lost or missed else 0


def _told(outcome: Outcome) -> str:
    return "\n\n".join([machine(), table(outcome.figures), "\n".join(outcome.notes)]).rstrip()


def _chosen() -> argparse.Namespace:
    parser = _parser()
    chosen = parser.parse_args()
    known = parts(chosen)
    for name in chosen.parts:
        if name not in known:
            parser.error(f"there is no part {name!r}; there are {', '.join(known)}")
    return chosen


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help="what to measure; everything when nothing is named")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--short", action="store_true", help="so little that the figures mean nothing and are not kept")
    usual = messages.Size()
    parser.add_argument("--runs", type=int, default=usual.runs, help="how often each server has its turn")
    parser.add_argument("--pairs", type=int, default=usual.pairs, help="how many rooms of two")
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="how long each load lasts")
    parser.add_argument("--only", action="append", choices=SERVERS, help="which server is loaded")
    return parser


if __name__ == "__main__":
    sys.exit(main())
