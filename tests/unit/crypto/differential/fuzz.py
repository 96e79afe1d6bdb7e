"""T35 at length: `make fuzz CASES=100000` changes that many objects and asks both implementations about each.

`make test` lets hypothesis look for small examples among 2,000. Here nothing is kept of a case but its number, so that
most of the time goes into the two implementations, a pair of them on each core. A case that they judge differently is
printed as it was made and can be asked again with `--again`; once it is mended it belongs into the vectors.
"""

import argparse
import os
import sys
from ast import literal_eval
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random
from secrets import randbelow
from time import perf_counter
from typing import Final

from tests.unit.crypto.differential.cases import MEMORY, SHARES, Case, judged
from tests.unit.crypto.differential.node_judge import ENDED, NodeJudge, built_judge

# So many at once: whoever watches sees that it goes on, and one slow piece does not keep a core waiting at the end.
PIECE: Final = 500
SHOWN_AT_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Piece:
    """Some cases of one kind; the same seed, name and number give the same ones anywhere."""

    seed: int
    name: str
    number: int
    cases: int

    def __iter__(self) -> Iterator[Case]:
        # Not for secrets: it has to be the same every time.
        draw = Random(f"{self.seed} {self.name} {self.number}")
        for _ in range(self.cases):
            steps = [
                (draw.randrange(4096), draw.randrange(90), draw.randrange(2**24)) for _ in range(draw.randrange(4))
            ]
            yield draw.randrange(256), steps, draw.random() < 1 / 2, draw.randrange(2**20)


@dataclass(slots=True)
class Found:
    """How many of a piece were asked, and what is wrong, if anything."""

    piece: Piece
    asked: int = 0
    wrong: list[str] = field(default_factory=list)


def pieces(seed: int, cases: int) -> list[Piece]:
    """The kinds in their shares, the longest first."""
    found = []
    for name, share in SHARES.items():
        whole = cases * share // 100
        starts = range(0, whole, PIECE)
        found += [Piece(seed, name, number, min(PIECE, whole - at)) for number, at in enumerate(starts)]
    return found


# One for all pieces of a process: it starts slowly. Nobody asks any more when the process ends, so it ends, too.
node_here = cache(NodeJudge)


def ask(folder: Path, piece: Piece) -> Found:
    """All of a piece, whatever comes of one. Runs in a process of its own."""
    node, found = node_here(folder), Found(piece)
    before = node.heap()
    for case in piece:
        found.asked += 1
        python, typescript = judged(node, piece.name, case)
        if python != typescript or "crash" in python:
            found.wrong.append(f"{(piece.name, *case)!r}\n  Python:     {python}\n  TypeScript: {typescript}")
        if ENDED in str(typescript.get("crash")):
            node_here.cache_clear()
            return found
    kept = node.heap() - before
    if kept > MEMORY:
        found.wrong.append(f"{piece}: TypeScript kept {kept >> 20} MiB")
    return found


def run(seed: int, cases: int, jobs: int) -> int:
    """Prints what was asked and what differs; 0 when nothing does and everything was asked."""
    wanted, began = pieces(seed, cases), perf_counter()
    asked, wrong = dict.fromkeys(SHARES, 0), []
    print(f"seed {seed}, {sum(one.cases for one in wanted):,} cases, {jobs} at a time", flush=True)
    with built_judge() as folder, ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as workers:
        for done in as_completed([workers.submit(ask, folder, one) for one in wanted]):
            found = done.result()
            asked[found.piece.name] += found.asked
            wrong += found.wrong
            print(f"{sum(asked.values()):>9,}  {len(wrong)} differ  {perf_counter() - began:.0f} s", flush=True)
    for line in wrong[:SHOWN_AT_MOST]:
        print(line)
    told = ", ".join(f"{name} {number:,}" for name, number in asked.items())
    print(f"seed {seed}: {sum(asked.values()):,} asked ({told}), {len(wrong)} judged differently")
    return 0 if not wrong and sum(asked.values()) == sum(one.cases for one in wanted) else 1


def again(written: str) -> int:
    """One case as it was printed."""
    name, *case = literal_eval(written)
    with built_judge() as folder:
        node = NodeJudge(folder)
        python, typescript = judged(node, name, (case[0], case[1], case[2], case[3]))
        node.close()
    print(f"Python:     {python}\nTypeScript: {typescript}")
    return 0 if python == typescript else 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=randbelow(2**32))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--again", metavar="CASE", help="one case, as it was printed")
    chosen = parser.parse_args()
    return again(chosen.again) if chosen.again else run(chosen.seed, chosen.cases, chosen.jobs)


if __name__ == "__main__":
    sys.exit(main())
