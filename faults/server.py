"""A server in a process of its own that can be killed, ended and started again on the same data."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Final

from bench.furnished import Seats, furnished, seats_in
from chatserver.data_folder import DATABASE
from faults.trial import Trial
from tests.ports import free_port

READY_WITHIN_S: Final = 60
ASK_EVERY_S: Final = 0.005
ENDED_WITHIN_S: Final = 30
ROOT: Final = Path(__file__).parents[1]


@dataclass(slots=True)
class Standing:
    """`folder` holds the server's data (`var`) and what it says; `planted` is the bug that it is started with.

    `under`: the conditions that it is started under; see faults.planted.
    """

    folder: Path
    planted: str = ""
    under: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where people come in."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        """Where SQLite's file lies."""
        return self.folder / "var" / DATABASE

    @property
    def complaints(self) -> list[str]:
        """What it said on standard error, but for warnings that its clock ticks late: it shares its core."""
        lines = (self.folder / "stderr").read_text("utf-8").splitlines()
        return [one for one in lines if '"level": "warning"' not in one]

    async def start(self) -> float:
        """Seconds from the start of the process until it listens."""
        added = ",".join([*self.under, *([self.planted] if self.planted else [])])
        command = ["-m", "faults.planted", added] if added else ["-m", "chatserver"]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SPRECHRAUM_")}
        ours = {"PYTHONPATH": str(ROOT), "SPRECHRAUM_PORT": str(self.port), **self.environment}
        began = perf_counter()
        with (self.folder / "stdout").open("ab") as out, (self.folder / "stderr").open("ab") as err:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, *command, "serve", cwd=self.folder, env=kept | ours, stdout=out, stderr=err
            )
        await self.until_listening(self.process)
        return perf_counter() - began

    async def until_listening(self, process: asyncio.subprocess.Process) -> None:
        """Returns once somebody can come in."""
        async with asyncio.timeout(READY_WITHIN_S):
            while process.returncode is None:
                with suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    writer.close()
                    return
                await asyncio.sleep(ASK_EVERY_S)
        raise SystemExit("The server did not start:\n" + (self.folder / "stderr").read_text("utf-8"))

    @contextmanager
    def halted(self) -> Iterator[None]:
        """Not a step further for as long as the block lasts."""
        if self.process is None:
            raise AssertionError("no server")
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    async def kill(self) -> None:
        """As a power cut would for this process: it is not asked, and finishes nothing."""
        await self.end(signal.SIGKILL)

    async def end(self, by: signal.Signals = signal.SIGTERM) -> float:
        """Seconds until the process was gone; whoever does not go is killed."""
        began = perf_counter()
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(by)
            with suppress(TimeoutError):
                async with asyncio.timeout(ENDED_WITHIN_S):
                    await self.process.wait()
            if self.process.returncode is None:
                self.process.kill()
                await self.process.wait()
        return perf_counter() - began


@asynccontextmanager
async def standing(
    trial: Trial, pairs: int, under: Sequence[str] = (), **environment: str
) -> AsyncIterator[tuple[Standing, list[Seats]]]:
    """A server with data in it that is not started yet, and who is at home there."""
    furniture = await asyncio.to_thread(furnished, pairs)
    await asyncio.to_thread(shutil.copytree, furniture / "var", trial.folder / "var", dirs_exist_ok=True)
    server = Standing(trial.folder, trial.planted, under, environment)
    try:
        yield server, seats_in(furniture)
    finally:
        await server.kill()
