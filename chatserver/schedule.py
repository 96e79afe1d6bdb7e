"""The ticker. It says when to look; what is due, and whose turn it is, is decided in the database (due_work.py)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from chatserver.deps import Deps
from chatserver.due_beside import do_beside
from chatserver.due_work import Job, Which, do_due
from chatserver.logs import log

LOOK_EVERY: Final = timedelta(seconds=1)
# For a tick that is under way when the server is told to stop.
LAST_TICK_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class Sweep:
    """Tidying that may happen at any time and on every node, because repeating it changes nothing."""

    name: str
    every: timedelta
    run: Callable[[Deps], Awaitable[None]]


class _Ticks(AsyncIOExecutor):  # type: ignore[misc]  # the library has no types
    """Runs the ticks. The library's own cuts off those that are under way, and calls that an error of theirs."""

    def shutdown(self, wait: bool = True) -> None:
        """Nothing new comes; see `finished`."""

    async def finished(self) -> None:
        """Waits for what is under way, but not for ever."""
        if self._pending_futures:
            await asyncio.wait(self._pending_futures, timeout=LAST_TICK_SECONDS)


class Ticker:
    """Looks for due work every second, and sweeps. `beside`: jobs that wait for others' machines, in their own tick."""

    def __init__(
        self, deps: Deps, jobs: Mapping[str, Job], sweeps: Iterable[Sweep], beside: Mapping[str, Job] | None = None
    ) -> None:
        self._deps, self._jobs, self._sweeps, self._beside = deps, jobs, tuple(sweeps), beside or {}
        # A late tick is as good as any: none is dropped for being late, and none runs beside itself.
        self._ticks = _Ticks()
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            executors={"default": self._ticks},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """From now on in the running loop."""
        for look in (self.look_at_due, self.look_beside):
            self._scheduler.add_job(look, "interval", seconds=LOOK_EVERY.total_seconds())
        for sweep in self._sweeps:
            self._scheduler.add_job(self.sweep, "interval", [sweep], seconds=sweep.every.total_seconds())
        self._scheduler.start()

    async def stop(self) -> None:
        """No further ticks. What is under way is finished: cut off, it would be nobody's until its lease runs out."""
        if self._scheduler.running:
            self._scheduler.pause()
            await self._ticks.finished()
            self._scheduler.shutdown(wait=False)

    async def look(self) -> None:
        """Does what is due, all of it."""
        await self.look_at_due()
        await self.look_beside()

    async def look_beside(self) -> None:
        """Sends what is due to be sent."""
        try:
            await do_beside(self._deps, self._beside)
        except Exception as reason:  # noqa: BLE001  the outermost: what nobody expected ends here
            log.error("due_work_failed", error=reason)

    async def look_at_due(self) -> None:
        """Does what is due on this machine."""
        try:
            await do_due(self._deps, self._jobs, Which(but=tuple(self._beside)))
        except Exception as reason:  # noqa: BLE001  the outermost: what nobody expected ends here
            log.error("due_work_failed", error=reason)

    async def sweep(self, sweep: Sweep) -> None:
        """Runs one sweep."""
        try:
            await sweep.run(self._deps)
        except Exception as reason:  # noqa: BLE001  the outermost: what nobody expected ends here
            log.error("sweep_failed", kind=sweep.name, error=reason)
