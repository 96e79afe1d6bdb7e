"""Files of 25 MB: sealed and opened in both languages, and sent and fetched by a page of the real client in Chromium.

In the page the whole way is measured, from pressing "send" to the stored message and from pressing "save" to the
saved file: reading, sealing in the worker, uploading in parts, storing, fetching, verifying.
"""

import asyncio
import hashlib
import multiprocessing
import os
import resource
import tempfile
from pathlib import Path
from secrets import token_bytes
from statistics import median
from time import perf_counter
from typing import Final, Self

from playwright.async_api import Browser, Page

from bench.browser import chromium, page_of, took
from bench.figures import Figure, Outcome, bar
from bench.pairs import PASSWORD, Pair
from crypto import FileOpener, FileSealer, FileTerms

MB: Final = 1_000_000
PIECE: Final = 512 * 1024
LOOK_EVERY_S: Final = 0.02
PATIENCE_MS: Final = 120_000
# Bytes a second.
BAR_RATE: Final = 20 * MB
AIM_RATE: Final = 60 * MB
NAME: Final = "film.mp4"


async def load(pair: Pair, url: str, size: int, times: int) -> Outcome:
    """Sealing and opening alone, in both languages, and then the whole way through a page."""
    with multiprocessing.get_context("spawn").Pool(1) as fresh:
        in_order = await asyncio.to_thread(fresh.map, in_python, [size] * times, 1)
    sealed, opened, grown = (median(figures) for figures in zip(*in_order, strict=True))
    what, must, aim = f"a file of {size / MB:.0f} MB {{}}: {{}}", size / BAR_RATE, size / AIM_RATE
    outcome = Outcome(
        [
            bar(what.format("sealed", f"Python, {grown:.0f} MB of memory"), sealed, must, aim),
            bar(what.format("opened", f"Python, {grown:.0f} MB of memory"), opened, must, aim),
        ]
    )
    async with chromium() as browser:
        async with page_of(browser) as page:
            for done, name in (("sealed", "sealing"), ("opened", "opening")):
                seconds = median(await took(page, name, size, times))
                outcome.figures.append(bar(what.format(done, "browser, in a worker"), seconds, must, aim))
        outcome.add(await in_browser(browser, pair, url, size))
    return outcome


def _rate(what: str, size: int, seconds: float) -> Figure:
    """One file is one sample."""
    return Figure(what, size / MB / seconds, "MB/s", BAR_RATE / MB, AIM_RATE / MB, more=True)


# -- Python, in a process of its own, so that its peak is that of this alone


def in_python(size: int) -> tuple[float, float, float]:
    """Seconds to seal, seconds to open, and megabytes by which the process grew, though the file is much larger."""
    terms = FileTerms(bytes(16), 1, token_bytes(16), token_bytes(32), size)
    with tempfile.TemporaryDirectory(prefix="sprechraum-bench-") as folder:
        plain, stored = Path(folder, "plain"), Path(folder, "stored")
        with plain.open("wb") as file:
            for at in range(0, size, PIECE):
                file.write(os.urandom(min(PIECE, size - at)))
        before = _peak()
        sealer, began = FileSealer(terms), perf_counter()
        _through(plain, stored, sealer)
        sealed = perf_counter() - began
        opener, began = FileOpener(terms, sealer.digest), perf_counter()
        _through(stored, Path(folder, "opened"), opener)
        opened = perf_counter() - began
        grown = _peak() - before
        if _digest(plain) != _digest(Path(folder, "opened")):
            raise RuntimeError("the file that came out is not the one that went in")
    return sealed, opened, grown


def _through(source: Path, target: Path, way: FileSealer | FileOpener) -> None:
    with source.open("rb") as there, target.open("wb") as here:
        while piece := there.read(PIECE):
            here.write(way.push(piece))
        here.write(way.finish())


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# -- the browser


async def in_browser(browser: Browser, pair: Pair, url: str, size: int) -> Outcome:
    """The client's page sends the file and saves it again; what is saved must be what was sent."""
    with tempfile.TemporaryDirectory(prefix="sprechraum-bench-") as folder:
        path = Path(folder, NAME)
        await asyncio.to_thread(path.write_bytes, os.urandom(size))
        context = await browser.new_context(locale="en-GB")
        page = await context.new_page()
        await _open_thread(page, pair, url)
        sent, grown = await _send(browser, page, path)
        fetched, grown_again, saved = await _save(browser, page)
        same = await asyncio.to_thread(lambda: _digest(saved) == _digest(path))
        await context.close()
    what = "MB of a file {}, {:.0f} MB of memory"
    figures = [
        _rate(what.format("sent from a page", grown), size, sent),
        _rate(what.format("fetched by a page", grown_again), size, fetched),
    ]
    return Outcome(figures, [] if same else ["the file that the page saved is not the one that it sent"])


async def _open_thread(page: Page, pair: Pair, url: str) -> None:
    await page.goto(f"{url}/login")
    await page.get_by_role("textbox").first.fill(pair.client.name)
    await page.locator('input[type="password"]').fill(PASSWORD)
    await page.locator("form button.button").click()
    await page.locator('a[href^="/thread/"]').first.click(timeout=PATIENCE_MS)
    await page.locator("[data-file-field]").wait_for(state="attached", timeout=PATIENCE_MS)


async def _send(browser: Browser, page: Page, path: Path) -> tuple[float, float]:
    await page.locator("[data-file-field]").set_input_files(path)
    await page.locator('[data-file="chosen"]').wait_for(timeout=PATIENCE_MS)
    async with _Memory(browser) as memory:
        began = perf_counter()
        await page.locator("form button.button").click()
        await page.locator("[data-file]").wait_for(state="detached", timeout=PATIENCE_MS)
        seconds = perf_counter() - began
    return seconds, memory.grown


async def _save(browser: Browser, page: Page) -> tuple[float, float, Path]:
    button = page.get_by_role("log").locator(".file").filter(has_text=NAME).get_by_role("button").last
    async with _Memory(browser) as memory:
        began = perf_counter()
        async with page.expect_download(timeout=PATIENCE_MS) as download:
            await button.click()
        saved = await (await download.value).path()
        seconds = perf_counter() - began
    return seconds, memory.grown, saved


class _Memory:
    """By how much the pages' processes grow at most, looked at again and again."""

    def __init__(self, browser: Browser) -> None:
        self._browser, self.grown = browser, 0.0

    async def __aenter__(self) -> Self:
        session = await self._browser.new_browser_cdp_session()
        told = await session.send("SystemInfo.getProcessInfo")
        self._processes = [one["id"] for one in told["processInfo"] if one["type"] == "renderer"]
        self._before = self._now()
        self._looking = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._looking.cancel()

    async def _look(self) -> None:
        while True:
            self.grown = max(self.grown, self._now() - self._before)
            await asyncio.sleep(LOOK_EVERY_S)

    def _now(self) -> float:
        pages = (Path(f"/proc/{one}/statm").read_text("ascii").split()[1] for one in self._processes)
        return sum(int(one) for one in pages) * resource.getpagesize() / MB
