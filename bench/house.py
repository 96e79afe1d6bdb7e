"""A demonstration in a process of its own, as anybody would start it, in a folder that is gone afterwards."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Final

import aiohttp

from bench.processes import UNHURRIED
from tests.ports import free_port

READY_WITHIN_S: Final = 120
ASK_EVERY_S: Final = 0.005


@dataclass(slots=True)
class House:
    """Where the demonstration is, and what it complained about."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where people come in."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def complaints(self) -> list[str]:
        """What stands on standard error: nothing, when all is well."""
        return (self.folder / "stderr").read_text("utf-8").splitlines()

    async def start(self) -> float:
        """Seconds from the start of the process to the first answer."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SPRECHRAUM_")}
        # Limits count by address: each browser of the cast names one of its own, as a proxy would.
        ours = {"SPRECHRAUM_PORT": str(self.port), "SPRECHRAUM_TRUSTED_PROXIES": "127.0.0.0/8", **UNHURRIED}
        began = perf_counter()
        with (self.folder / "stdout").open("ab") as out, (self.folder / "stderr").open("ab") as err:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "chatserver", "demo", cwd=self.folder, env=kept | ours, stdout=out, stderr=err
            )
        await self._until_healthy(self.process)
        return perf_counter() - began

    async def stop(self) -> int:
        """Ends the process, and gives its exit code."""
        if self.process is None or self.process.returncode is not None:
            return 0
        self.process.terminate()
        return await self.process.wait()

    async def _until_healthy(self, process: asyncio.subprocess.Process) -> None:
        async with asyncio.timeout(READY_WITHIN_S), aiohttp.ClientSession() as http:
            while process.returncode is None:
                try:
                    async with http.get(f"{self.url}/api/health") as answer:
                        if answer.status == 200:  # noqa: PLR2004 - HTTP's OK
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(ASK_EVERY_S)
        raise SystemExit("The server did not start:\n" + "\n".join(self.complaints))


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    """A folder with a demonstration in it that is not started yet; stopped and gone in the end."""
    with tempfile.TemporaryDirectory(prefix="sprechraum-bench-") as folder:
        standing = House(Path(folder))
        try:
            yield standing
        finally:
            await standing.stop()
