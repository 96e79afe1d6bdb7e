"""A slower processor for a browser's pages: their processes stand still for most of the time.

The browser's own throttle (`Emulation.setCPUThrottlingRate`) slows the thread of the page and no worker, so that work
would only have to move to a worker to look faster than it is on a phone.
"""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from threading import Event, Thread
from time import perf_counter
from typing import Final

from playwright.async_api import Browser

RUNS_FOR_S: Final = 0.004


async def processes_of_pages(browser: Browser) -> list[int]:
    """The ids of the processes in which pages and their workers run."""
    session = await browser.new_browser_cdp_session()
    told = await session.send("SystemInfo.getProcessInfo")
    return [one["id"] for one in told["processInfo"] if one["type"] == "renderer"]


@asynccontextmanager
async def slowed(browser: Browser, times: int) -> AsyncIterator[None]:
    """Every page that is there now gets one part in `times` of the time, and so do all its threads."""
    enough = Event()
    turns = Thread(target=_in_turns, args=(await processes_of_pages(browser), times, enough), daemon=True)
    turns.start()
    try:
        yield
    finally:
        enough.set()
        turns.join()


def _in_turns(processes: list[int], times: int, enough: Event) -> None:
    while not enough.is_set():
        began = perf_counter()
        enough.wait(RUNS_FOR_S)
        _tell(processes, signal.SIGSTOP)
        # On a busy machine the turn was longer than meant, so the rest is made longer as well.
        enough.wait((times - 1) * (perf_counter() - began))
        _tell(processes, signal.SIGCONT)


def _tell(processes: list[int], what: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, what)
