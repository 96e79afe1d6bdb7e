"""The ticker. It says when to look; what is due, and whose turn it is, is decided in the database (due_work.py)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from chatserver.deps import Deps
from chatserver.due_work import Job, do_due
from chatserver.logs import log

LOOK_EVERY: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Tidying that may happen at any time and on every node, because repeating it changes nothing."""

    name: str
    every: timedelta
    run: Callable[[Deps], Awaitable[None]]


class Ticker:
    """Looks for due work every second, and sweeps."""

    def __init__(self, deps: Deps, jobs: Mapping[str, Job], sweeps: Iterable[Sweep]) -> None:
        self._deps, self._jobs, self._sweeps = deps, jobs, tuple(sweeps)
        # A late tick is as good as any: none is dropped for being late, and none runs beside itself.
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def start(self) -> None:
        """From now on in the running loop."""
        self._scheduler.add_job(self.look, "interval", seconds=LOOK_EVERY.total_seconds())
        for sweep in self._sweeps:
            self._scheduler.add_job(self.sweep, "interval", [sweep], seconds=sweep.every.total_seconds())
        self._scheduler.start()

    def stop(self) -> None:
        """No further ticks."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def look(self) -> None:
        """Does what is due."""
        try:
            await do_due(self._deps, self._jobs)
        except Exception as reason:  # noqa: BLE001  the outermost: what nobody expected ends here
            log.error("due_work_failed", error=reason)

    async def sweep(self, sweep: Sweep) -> None:
        """Runs one sweep."""
        try:
            await sweep.run(self._deps)
        except Exception as reason:  # noqa: BLE001  the outermost: what nobody expected ends here
            log.error("sweep_failed", kind=sweep.name, error=reason)
