"""`python -m faults [row …]`: breaks things, prints what came of it, and fails when a promise did not hold."""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.figures import Outcome, machine, table
from faults.rows import ROWS
from faults.trial import Row, Trial

SCALE: Final = "FAULTS_SCALE"
SHOWN: Final = 20


def main() -> int:
    """0 when every bar holds and nothing was lost, else 1. With --planted: 0 when the bug was found out."""
    chosen = _parser().parse_args()
    rows = [one for one in ROWS if not chosen.rows or one.number in chosen.rows]
    print(f"{machine()}, seed {chosen.seed}, scale {chosen.scale:g}\n", flush=True)
    red = [one for one in rows if not _holds(one, chosen)]
    return 1 if red else 0


def _holds(row: Row, chosen: argparse.Namespace) -> bool:
    count = row.short if chosen.short else max(1, round(row.usual * chosen.scale))
    if not chosen.planted:
        return _green(row, count, chosen.seed, "")
    unnoticed = [bug for bug in row.planted if _green(row, count, chosen.seed, bug)]
    for bug in unnoticed:
        print(f"NOT NOTICED: {bug}", file=sys.stderr)
    return not unnoticed


def _green(row: Row, count: int, seed: int, planted: str) -> bool:
    folder = Path(tempfile.mkdtemp(prefix=f"sprechraum-fault-{row.number}-"))
    began = time.perf_counter()
    outcome = asyncio.run(row.run(Trial(count, seed, folder, planted)))
    green = not outcome.lost and not outcome.missed
    title = f"{row.number}. {row.name}" + (f", planted: {planted}" if planted else "")
    print(f"{title} ({time.perf_counter() - began:.0f} s)\n{_told(outcome)}\n", flush=True)
    if green or planted:
        shutil.rmtree(folder)
    else:
        print(f"What was written stays in {folder}.", file=sys.stderr)
    return green


def _told(outcome: Outcome) -> str:
    lines = [table(outcome.figures), *outcome.notes, *(f"FAULT: {one}" for one in outcome.lost[:SHOWN])]
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, help="numbers of the fault matrix; all of them when none is named")
    parser.add_argument("--seed", type=int, default=1, help="where chance begins")
    parser.add_argument("--short", action="store_true", help="as few trials as `make test` has time for")
    parser.add_argument("--planted", action="store_true", help="with each row's bugs in the server: all must be found")
    parser.add_argument(
        "--scale", type=float, default=float(os.environ.get(SCALE, "1")), help=f"of the usual counts; also {SCALE}"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
