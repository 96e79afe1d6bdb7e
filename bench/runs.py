"""One turn of one server under one plan, in a folder that is gone afterwards."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from bench.load.plan import Plan, Scenario
from bench.processes import OTHER_CORES, SERVER_CORES, UNHURRIED, start, stop
from bench.reachable import until_answers
from tests.ports import free_port

OURS, PLAIN, BEST = "Sprechraum", "bare as it comes", "bare best"
SERVERS: Final = (OURS, PLAIN, BEST)
# The library as it comes is no bar for anything, and takes as long as the others.
COMPARED: Final = (OURS, BEST)


async def turn(
    server: str, furniture: Path, pairs: int, scenarios: Sequence[Scenario] = (), seconds: float = 0
) -> dict[str, Any]:
    """Starts the server, lets a generator load it, and gives what that saw; `lost` is what did not really happen."""
    with tempfile.TemporaryDirectory(prefix="sprechraum-bench-") as folder:
        port = free_port()
        async with serving(server, furniture, Path(folder), port) as process:
            plan = Plan(
                folder=str(furniture),
                ports=(port,),
                servers=(process.pid,),
                pairs=pairs,
                stores=server == OURS,
                seconds=seconds,
                scenarios=tuple(scenarios),
            )
            found = await loaded(plan, Path(folder))
        lost = [f"{server}: {one}" for one in found["lost"] + complaints(Path(folder))]
        return {**found, "lost": lost}


def complaints(folder: Path) -> list[str]:
    """The last lines of standard error. A server under all the load it can carry may warn that its clock ticks late."""
    lines = (folder / "stderr").read_text("utf-8").splitlines()
    return [f"it complained: {line}" for line in lines if '"level": "warning"' not in line][-3:]


@asynccontextmanager
async def serving(
    server: str, furniture: Path, folder: Path, port: int, bug: str = ""
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The server on its port, ended afterwards; ours with a fresh copy of the furnished data, and that bug."""
    if server == OURS:
        await asyncio.to_thread(shutil.copytree, furniture / "var", folder / "var")
        arguments = ["-m", *(["faults.planted", bug] if bug else ["chatserver"]), "serve"]
    else:
        arguments = ["-m", "bench.bare", str(port), *(["best"] if server == BEST else [])]
    environment = {"SPRECHRAUM_PORT": str(port), "SPRECHRAUM_TRUSTED_PROXIES": "127.0.0.0/8", **UNHURRIED}
    process = await start(arguments, cores=SERVER_CORES, cwd=folder, environment=environment)
    try:
        await until_answers(port, process, folder)
        yield process
    finally:
        await stop(process)


async def loaded(plan: Plan, folder: Path) -> dict[str, Any]:
    """What a generator saw that was run on that plan, in a folder beside the server's."""
    beside = folder / "generator"
    beside.mkdir()
    result = beside / "result.json"
    process = await start(["-m", "bench.load", str(result)], cores=OTHER_CORES, cwd=beside)
    await process.communicate(json.dumps(plan.as_json()).encode("utf-8"))
    if process.returncode:
        raise SystemExit("The generator failed:\n" + (beside / "stderr").read_text("utf-8"))
    found: dict[str, Any] = json.loads(result.read_text("utf-8"))
    return found
