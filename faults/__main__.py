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
SECONDS: Final = "s"


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
        return _green(row, Trial(count, chosen.seed, _folder(row)), timed=not chosen.untimed)
    trials = [Trial(count, chosen.seed, _folder(row), bug) for bug in row.planted]
    # A busy machine misses bars in seconds without any bug: those would find everything.
    unnoticed = [one.planted for one in trials if _green(row, one, timed=False)]
    for bug in unnoticed:
        print(f"NOT NOTICED: {bug}", file=sys.stderr)
    return not unnoticed


def _folder(row: Row) -> Path:
    return Path(tempfile.mkdtemp(prefix=f"sprechraum-fault-{row.number}-"))


def _green(row: Row, trial: Trial, *, timed: bool) -> bool:
    began = time.perf_counter()
    outcome = asyncio.run(row.run(trial))
    green = not outcome.lost and all(one.holds or (one.unit == SECONDS and not timed) for one in outcome.figures)
    title = f"{row.number}. {row.name}" + (f", planted: {trial.planted}" if trial.planted else "")
    print(f"{title} ({time.perf_counter() - began:.0f} s)\n{_told(outcome)}\n", flush=True)
    if green or trial.planted:
        shutil.rmtree(trial.folder)
    else:
        print(f"What was written stays in {trial.folder}.", file=sys.stderr)
    return green


def _told(outcome: Outcome) -> str:
    lines = [table(outcome.figures), *outcome.notes, *(f"FAULT: {one}" for one in outcome.lost[:SHOWN])]
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, help="numbers of the fault matrix; all of them when none is named")
    parser.add_argument("--seed", type=int, default=1, help="where chance begins")
    parser.add_argument("--short", action="store_true", help="as few trials as `make test` has time for")
    parser.add_argument("--untimed", action="store_true", help="bars in seconds do not count: this machine is busy")
    parser.add_argument("--planted", action="store_true", help="with each row's bugs in the server: all must be found")
    parser.add_argument(
        "--scale", type=float, default=float(os.environ.get(SCALE, "1")), help=f"of the usual counts; also {SCALE}"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
