"""What a client meets first: how many bytes, and how long until it can be used on a slow phone in a slow network."""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from playwright.async_api import Browser, CDPSession

from bench.browser import PHONE, SLOWER, chromium
from bench.figures import Figure, Outcome
from bench.furnished import furnished
from bench.runs import OURS, serving
from tests.browser.pages import Reading
from tests.ports import free_port

KILO: Final = 1000
# A slow mobile connection: 1.6 and 0.75 Mbit/s, 150 ms for each request.
NETWORK: Final = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}


@dataclass(frozen=True, slots=True)
class Visit:
    """Bytes over the network, seconds until the first link can be followed."""

    received: float
    seconds: float


async def measured(times: int) -> Outcome:
    """The start page in an empty Chromium, each time anew."""
    furniture = await asyncio.to_thread(furnished, 3)
    with tempfile.TemporaryDirectory(prefix="sprechraum-bench-") as folder:
        async with serving(OURS, furniture, Path(folder), port := free_port()), chromium() as browser:
            # The very first one finds the server's own copies not yet compressed.
            visits = [await _visit(browser, f"http://127.0.0.1:{port}/") for _ in range(times + 1)][1:]
    received, seconds = median(one.received for one in visits), median(one.seconds for one in visits)
    return Outcome(
        [
            Figure("first page for a client", received / KILO, "kB", 80, 60),
            Figure("first page usable on a slow phone (processor / 4, 1.6 Mbit/s)", seconds, "s", 2.5, 1.5),
        ]
    )


async def _visit(browser: Browser, address: str) -> Visit:
    context = await browser.new_context(viewport=PHONE, locale="de-DE")
    page = await context.new_page()
    line = await context.new_cdp_session(page)
    received = await _counted(line)
    await line.send("Network.emulateNetworkConditions", NETWORK)
    await line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    began = perf_counter()
    await page.goto(address, wait_until="commit")
    await Reading(page, "de").link("start_write").wait_for()
    seconds = perf_counter() - began
    await page.wait_for_load_state("networkidle")
    await context.close()
    return Visit(sum(received), seconds)


async def _counted(line: CDPSession) -> list[float]:
    """Grows by what each answer took on the wire, headers included."""
    received: list[float] = []

    def finished(told: dict[str, Any]) -> None:
        received.append(told["encodedDataLength"])

    line.on("Network.loadingFinished", finished)
    await line.send("Network.enable")
    return received
