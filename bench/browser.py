"""What a browser needs for it: reading a room, a new epoch, opening the vault on a slow phone."""

import functools
import os
import shutil
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from bench.slowed import slowed
from hatch_build import find_npm
from tests.browser.pages import Reading

WEB: Final = Path(__file__).parents[1] / "web"
CHROMIUM: Final = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
SLOWER: Final = 4
A_KEY_MS: Final = 60
# A figure that is too slow is a figure; only a page that never comes is none.
expect.set_options(timeout=60_000)
LOG_IN: Final = "/login"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The machine's own."""
    if not CHROMIUM:
        raise SystemExit("No chromium on this machine. Debian has it: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        await browser.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """A figure needs no access log."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def build() -> Path:
    """The page of the bench; the client for people is there already, or no demonstration could start."""
    npm, environment = find_npm()
    subprocess.run([*npm, "run", "--silent", "build:bench"], cwd=WEB, env=environment, capture_output=True, check=True)
    return WEB / ".bench"


@asynccontextmanager
async def page_of(browser: Browser) -> AsyncIterator[Page]:
    """An empty page with the cryptography in it."""
    with _served(build()) as address:
        page = await browser.new_page()
        await page.goto(address)
        await page.wait_for_function("globalThis.bench !== undefined")
        yield page
        await page.close()


async def took(page: Page, what: str, given: Any, times: int) -> list[float]:
    """Seconds of each time, the first left out: the engine has not compiled anything yet then."""
    found = [float(await page.evaluate(f"(given) => bench.{what}(given)", given)) for _ in range(times + 1)]
    return found[1:]


async def log_in_on_a_phone(browser: Browser, address: str, name: str, password: str) -> float:
    """Seconds from the click to the list of threads, on a processor four times as slow, workers and all.

    The page is loaded that slowly, too, and left to itself only for as long as a fast writer needs for the password.
    """
    context = await browser.new_context(viewport=PHONE, locale="en-GB")
    page = Reading(await context.new_page(), "en")
    await page.page.goto(f"{address}{LOG_IN}")
    async with slowed(browser, SLOWER):
        await page.page.reload()
        await page.field("name_label").fill(name)
        await page.field("password_label").press_sequentially(password, delay=A_KEY_MS)
        began = perf_counter()
        await page.button("login_button").click()
        await page.heading("threads_title")
        seconds = perf_counter() - began
    await context.close()
    return seconds
