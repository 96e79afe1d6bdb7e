"""Processes under measurement: on which core they run, how much of it they use, and how much memory they hold."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

# A load generator is a few people who write faster than any person does.
UNHURRIED: Final = {"SPRECHRAUM_EVENTS_PER_SECOND": "1000000", "SPRECHRAUM_PAGES_PER_PERSON": "1000000"}
TICK_S: Final = 1 / os.sysconf("SC_CLK_TCK")
PAGE: Final = os.sysconf("SC_PAGE_SIZE")
CORES: Final = sorted(os.sched_getaffinity(0))
# The server has one core, whoever loads it the others.
SERVER_CORES: Final = frozenset(CORES[:1])
OTHER_CORES: Final = frozenset(CORES[1:]) or SERVER_CORES


async def start(
    arguments: Sequence[str], *, cores: frozenset[int], cwd: Path, environment: Mapping[str, str] | None = None
) -> asyncio.subprocess.Process:
    """A Python process that runs on these cores only. What it says goes to files in its folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPRECHRAUM_")}
    with (cwd / "stdout").open("ab") as out, (cwd / "stderr").open("ab") as err:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=cwd,
            env={**kept, "PYTHONPATH": str(Path(__file__).parents[1]), **(environment or {})},
            stdin=asyncio.subprocess.PIPE,
            stdout=out,
            stderr=err,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )


async def stop(process: asyncio.subprocess.Process) -> int:
    """Ends it, and gives its exit code."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.terminate()
    return await process.wait()


def cpu_seconds(pid: int) -> float:
    """Processor time of a process with all its threads, in seconds."""
    # The name in brackets may hold anything, spaces too.
    fields = Path(f"/proc/{pid or 'self'}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def memory(pid: int) -> int:
    """Bytes that a process holds in memory."""
    return int(Path(f"/proc/{pid or 'self'}/statm").read_text("ascii").split()[1]) * PAGE
