"""A demonstration server in a process of its own, and empty browsers to visit it with."""

import asyncio
import os
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import randrange
from secrets import token_hex

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from tests.codes import DEMO, goes_by
from tests.passkeys import Passkey
from tests.ports import free_port
from tests.wiretap import Wiretap, wiretap

READY_WITHIN_S = 90
# How long something may take to appear on a busy machine; whatever does appear costs no time.
expect.set_options(timeout=20_000)
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


@dataclass(slots=True)
class House:
    """A running demonstration. `address` is the line that is listened to; every visitor takes it."""

    address: str
    var: Path
    log: Path
    clock_file: Path
    tap: Wiretap = field(repr=False)

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.clock_file.read_text("ascii"))

    def set_clock(self, instant: datetime) -> None:
        """From now on it is `instant`. The file is replaced as a whole: a server must never read half of it."""
        written = self.clock_file.with_suffix(".new")
        written.write_text(instant.astimezone(UTC).isoformat(), "ascii")
        written.replace(self.clock_file)

    def write_into_database(self, sql: str, *values: object) -> None:
        """What nobody can do on a page: change what is stored behind the running server's back."""
        with closing(sqlite3.connect(self.var / "sprechraum.sqlite3", timeout=10)) as db, db:
            assert db.execute(sql, values).rowcount > 0

    def read_from_database(self, sql: str, *values: object) -> object:
        """The one value that is asked for."""
        with closing(sqlite3.connect(self.var / "sprechraum.sqlite3", timeout=10)) as db:
            return db.execute(sql, values).fetchone()[0]

    def pass_time(self, duration: timedelta) -> None:
        self.set_clock(self.now + duration)


@pytest.fixture(autouse=True)
def a_minute_later(request: pytest.FixtureRequest) -> Iterator[None]:
    """The clock stands while a test runs. What one leaves behind in a house is older than what the next one does."""
    yield
    if "house" in request.fixturenames:
        request.getfixturevalue("house").pass_time(timedelta(minutes=1))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The house of all tests that leave its clock alone."""
    async with demonstration(tmp_path_factory.mktemp("demo")) as house:
        yield house


@asynccontextmanager
async def demonstration(folder: Path, **settings: str) -> AsyncIterator[House]:
    """`sprechraum demo` as anybody would start it, with a clock that the test moves, behind a wiretap."""
    clock_file = folder / "clock"
    log = folder / "server.log"
    port = free_port()
    async with wiretap(port) as tap:
        house = House(f"http://127.0.0.1:{tap.port}", folder / "var", log, clock_file, tap)
        house.set_clock(datetime.now(UTC).replace(microsecond=0))
        environment = os.environ | {
            "SPRECHRAUM_PORT": str(port),
            "SPRECHRAUM_PUBLIC_URL": house.address,
            "SPRECHRAUM_VAR": str(house.var),
            "SPRECHRAUM_CLOCK_FILE": str(clock_file),
            # Limits count by address: as behind a proxy, everybody has one of their own.
            "SPRECHRAUM_TRUSTED_PROXIES": "127.0.0.1",
            # Tests leap over days in which people would use their pages.
            "SPRECHRAUM_SESSION_IDLE_HOURS": "168",
            **{f"SPRECHRAUM_{name.upper()}": value for name, value in settings.items()},
        }
        async with serving("demo", environment, house.address, log):
            goes_by(house.address, lambda: house.now, lambda: house.pass_time(timedelta(seconds=30)))
            now = f"{house.now:%Y-%m-%dT%H:%M:%S.%fZ}"
            for name in sorted(DEMO):
                house.write_into_database(_PASSKEY, token_hex(16), *_passkey(name), now, name)
            yield house


# Beside the app, for those who log in from Python: they need not wait for the next code.
_PASSKEY = """
INSERT INTO factors (id, kind, label, secret, credential_id, counter, created_at, account_id)
SELECT ?, 'passkey', 'Python', ?, ?, 0, ?, accounts.id FROM accounts WHERE name = ?
"""


def _passkey(name: str) -> tuple[bytes, bytes]:
    passkey = Passkey.of(name)
    return passkey.public_key, passkey.credential_id


@asynccontextmanager
async def serving(command: str, environment: Mapping[str, str], address: str, log: Path) -> AsyncIterator[None]:
    """A server in a process of its own, from when it answers until it has ended."""
    with log.open("wb") as output:
        server = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "chatserver.cli", command, env=environment, stdout=output, stderr=output
        )
        try:
            await _ready(address, log, server)
            yield
        finally:
            server.terminate()
            await server.wait()


async def _ready(address: str, log: Path, server: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(READY_WITHIN_S), aiohttp.ClientSession() as http:
        while server.returncode is None:
            try:
                async with http.get(f"{address}/api/health") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
    pytest.fail(f"the server ended before it was ready:\n{_text_of(log)}")


def _text_of(log: Path) -> str:
    return log.read_text()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    if not CHROMIUM:
        pytest.fail("No chromium on this machine. Debian has it: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        await browser.close()


Visit = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def visit(house: House, chromium: Browser) -> AsyncIterator[Visit]:
    """Opens a page of the demonstration in an empty browser."""
    async with visiting(house.address, chromium) as arrive:
        yield arrive


@asynccontextmanager
async def visiting(address: str, chromium: Browser) -> AsyncIterator[Visit]:
    """Opens pages in empty browsers. An error that a page reports, or a breach of its policy, fails the test."""
    complaints: list[str] = []
    async with AsyncExitStack() as browsers:

        async def arrive(
            path: str = "/", *, locale: str = "en-GB", size: ViewportSize = DESKTOP, zone: str = "Europe/Berlin"
        ) -> Page:
            context = await chromium.new_context(
                base_url=address,
                locale=locale,
                viewport=size,
                timezone_id=zone,
                extra_http_headers={"X-Forwarded-For": f"10.0.{randrange(256)}.{randrange(256)}"},
            )
            browsers.push_async_callback(context.close)
            page = await context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None
            )
            await page.goto(path)
            return page

        yield arrive
    assert complaints == []
