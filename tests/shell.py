"""The command `sprechraum` as a shell runs it: real processes, what they print, and how they end."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.ports import free_port

# Only a server that hangs takes so long.
PATIENCE_S = 60
CANNOT_BE_USED = 2


async def sprechraum(folder: Path, *arguments: str, **settings: str) -> Process:
    """A process in that folder, with these settings and no others. Its output goes into pipes."""
    # PYTHONUNBUFFERED would hide a line that waits in a buffer.
    unwanted = ("SPRECHRAUM_", "PYTHONUNBUFFERED")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    chosen = {f"SPRECHRAUM_{name.upper()}": value for name, value in settings.items()}
    command = (sys.executable, "-m", "chatserver", *arguments)
    return await asyncio.create_subprocess_exec(*command, cwd=folder, env=kept | chosen, stdout=PIPE, stderr=PIPE)


@asynccontextmanager
async def started(folder: Path, *arguments: str, **settings: str) -> AsyncIterator[Process]:
    """The same for a server that is to run; it does not outlive the test."""
    process = await sprechraum(folder, *arguments, **settings)
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def refusal(folder: Path, *arguments: str, **settings: str) -> str:
    """The one sentence that a start ends with. Anything else on either output fails the test."""
    settings.setdefault("port", str(free_port()))
    process = await sprechraum(folder, *arguments, **settings)
    async with asyncio.timeout(PATIENCE_S):
        said, complained = await process.communicate()
    sentence = complained.decode()
    assert process.returncode == CANNOT_BE_USED
    assert said == b""
    assert sentence.startswith("sprechraum: ")
    assert sentence.endswith(".\n")
    assert sentence.count("\n") == 1
    return sentence


async def line_from(process: Process) -> str:
    """The next line that the process prints."""
    assert process.stdout is not None
    return (await process.stdout.readline()).decode()


async def ended(process: Process, stop: signal.Signals) -> tuple[int, str]:
    """Exit code and complaints of a process that is told to stop."""
    process.send_signal(stop)
    _, complained = await process.communicate()
    assert process.returncode is not None
    return process.returncode, complained.decode()
