"""Files through a page of the real client in Chromium, there and back.

The whole way is measured, from pressing "send" to the stored message and from pressing "save" to the saved file:
reading, sealing in the worker, uploading in parts, storing, fetching, verifying. The page's memory is flat when a file
five times as large takes no more of it.
"""

import asyncio
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from statistics import median
from time import perf_counter
from typing import Final

from bench.figures import Figure, Outcome
from bench.pairs import PASSWORD, Pair
from bench.unwatched import Memory, Page, unwatched

MB: Final = 1_000_000
# Bytes a second.
BAR_RATE: Final = 20 * MB
AIM_RATE: Final = 60 * MB
SMALLER: Final = 5
# Megabytes that the larger file may take beyond what the smaller one does.
BAR_GROWTH: Final = 10
AIM_GROWTH: Final = 5


@dataclass(frozen=True, slots=True)
class Way:
    """One file through a page: seconds, and megabytes by which the page grew, there and back."""

    sent: float
    grown_sending: float
    fetched: float
    grown_fetching: float


async def in_a_page(pair: Pair, url: str, size: int, times: int) -> Outcome:
    """The client's page sends files and saves them again; what is saved must be what was sent."""
    with tempfile.TemporaryDirectory(prefix="sprechraum-bench-") as folder:
        async with unwatched(f"{url}/login", Path(folder)) as page:
            await _open_thread(page, pair)
            # The first one has everything compiled, and counts for nothing.
            await _way(page, Path(folder), size // SMALLER)
            small, whole = [], []
            for _ in range(times):
                small.append(await _way(page, Path(folder), size // SMALLER))
                whole.append(await _way(page, Path(folder), size))
    lost = ["a file that the page saved is not the one that it sent"] if None in small + whole else []
    return Outcome([] if lost else _figures(size, [one for one in small if one], [one for one in whole if one]), lost)


def _figures(size: int, small: list[Way], whole: list[Way]) -> list[Figure]:
    what, than = f"a file of {size / MB:.0f} MB", f"one of {size / SMALLER / MB:.0f} MB"
    sent, fetched = median(one.sent for one in whole), median(one.fetched for one in whole)
    sending = median(one.grown_sending for one in whole), median(one.grown_sending for one in small)
    fetching = median(one.grown_fetching for one in whole), median(one.grown_fetching for one in small)
    return [
        _rate(f"{what} sent from a page", size, sent),
        _rate(f"{what} fetched by a page", size, fetched),
        Figure(f"memory of the page that sends {what}", sending[0], "MB"),
        Figure(
            f"memory of the page that sends {what}, beyond {than}",
            sending[0] - sending[1],
            "MB",
            BAR_GROWTH,
            AIM_GROWTH,
        ),
        Figure(f"memory of the page that fetches {what}", fetching[0], "MB"),
        Figure(
            f"memory of the page that fetches {what}, beyond {than}",
            fetching[0] - fetching[1],
            "MB",
            BAR_GROWTH,
            AIM_GROWTH,
        ),
    ]


def _rate(what: str, size: int, seconds: float) -> Figure:
    return Figure(what, size / MB / seconds, "MB/s", BAR_RATE / MB, AIM_RATE / MB, more=True)


async def _way(page: Page, folder: Path, size: int) -> Way | None:
    """There and back, from this folder into the same; None when something else came back."""
    path, content = folder / f"{token_hex(4)}.mp4", os.urandom(size)
    await asyncio.to_thread(path.write_bytes, content)
    await page.choose("[data-file-field]", path)
    await page.until("document.querySelector('[data-file=chosen]')")
    async with Memory(page) as sending:
        sent = await page.seconds(
            "document.querySelector('form button.button').click()", "!document.querySelector('[data-file]')"
        )
    async with Memory(page) as fetching:
        # Chromium overwrites nothing.
        path.unlink()
        fetched = await _save(page, path.name)
    same = await asyncio.to_thread(path.read_bytes) == content
    return Way(sent, sending.grown / MB, fetched, fetching.grown / MB) if same else None


async def _open_thread(page: Page, pair: Pair) -> None:
    await page.until("document.querySelector('input[type=password]')")
    await page.fill("input", pair.client.name)
    await page.fill("input[type=password]", PASSWORD)
    await page.run("document.querySelector('form button.button').click()")
    thread = "document.querySelector('a[href^=\"/thread/\"]')"
    await page.until(thread)
    await page.run(f"{thread}.click()")
    await page.until("document.querySelector('[data-file-field]')")


async def _save(page: Page, name: str) -> float:
    """Seconds from pressing "save" to the saved file; the page does not know when that is, so the browser is asked."""
    files = "[...document.querySelectorAll('[role=log] .file')]"
    button = f"{files}.filter((one) => one.textContent.includes({json.dumps(name)})).at(-1)"
    await page.until(button)
    saved = page.wire.hears("Browser.downloadProgress", state="completed")
    began = perf_counter()
    await page.run(f"[...{button}.querySelectorAll('button')].at(-1).click()")
    await saved
    return perf_counter() - began
