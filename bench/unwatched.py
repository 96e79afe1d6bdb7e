"""A page of Chromium that nobody follows.

Playwright has the browser report each request of a page and keep each answer, and looks only every half second whether
something has appeared. For a file that is a third more processor time, all of it in memory, and a time in steps. Here
the page itself says when it is so far; nothing else is asked of the browser while a clock runs.
"""

import asyncio
import json
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self, cast

import aiohttp

from bench.browser import ARGUMENTS, CHROMIUM
from bench.processes import memory

LOOK_EVERY_S: Final = 0.02
WITHIN_S: Final = 120
LISTENING: Final = "DevTools listening on "

# Resolves, inside the page, to its own time when something has become the case.
_WHEN: Final = """
new Promise((so) => {
  const look = () => { if (%s) { watch.disconnect(); so(performance.now()); } };
  const watch = new MutationObserver(look);
  watch.observe(document, { subtree: true, childList: true, attributes: true });
  look();
})
"""


class Wire:
    """Commands to a browser, and what it says, in its own protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._asked = socket, 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._events: list[tuple[str, dict[str, Any], asyncio.Future[None]]] = []
        self._hearing = asyncio.create_task(self._hear())

    async def ask(self, method: str, session: str | None = None, **given: Any) -> dict[str, Any]:
        """What the browser answers. Raises RuntimeError with its words when it refuses."""
        self._asked += 1
        answer = self._answers[self._asked] = asyncio.get_running_loop().create_future()
        where = {} if session is None else {"sessionId": session}
        await self._socket.send_str(json.dumps({"id": self._asked, "method": method, "params": given, **where}))
        async with asyncio.timeout(WITHIN_S):
            told = await answer
        if "error" in told:
            raise RuntimeError(f"{method}: {told['error']}")
        result: dict[str, Any] = told["result"]
        return result

    def hears(self, event: str, **fits: Any) -> asyncio.Future[None]:
        """The next event of that name with these values; to be asked for before what causes it."""
        heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._events.append((event, fits, heard))
        return heard

    async def _hear(self) -> None:
        async for message in self._socket:
            told = json.loads(message.data)
            if "id" in told:
                self._answers.pop(told["id"]).set_result(told)
                continue
            for waiting in list(self._events):
                event, fits, heard = waiting
                if told["method"] == event and fits.items() <= told["params"].items():
                    self._events.remove(waiting)
                    heard.set_result(None)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of it."""

    wire: Wire
    session: str

    async def run(self, script: str) -> Any:
        """What the script comes to, as if a person had caused it. Raises RuntimeError when it throws."""
        told = await self.wire.ask(
            "Runtime.evaluate",
            self.session,
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        if "exceptionDetails" in told:
            raise RuntimeError(json.dumps(told["exceptionDetails"]))
        return told["result"].get("value")

    async def until(self, so: str) -> None:
        """Waits until that is the case in the page."""
        await self.run(_WHEN % so)

    async def seconds(self, step: str, so: str) -> float:
        """From that step until that is the case, by the page's own clock."""
        script = f"(async () => {{ const began = performance.now(); {step}; return (await {_WHEN % so}) - began }})()"
        return float(await self.run(script)) / 1000

    async def fill(self, selector: str, text: str) -> None:
        """Types it all at once."""
        field = f"document.querySelector({json.dumps(selector)})"
        said = "dispatchEvent(new Event('input', { bubbles: true }))"
        await self.run(f"{field}.value = {json.dumps(text)}; {field}.{said}")

    async def choose(self, selector: str, path: Path) -> None:
        """As from the device's own dialogue."""
        field = f"document.querySelector({json.dumps(selector)})"
        told = await self.wire.ask("Runtime.evaluate", self.session, expression=field)
        named = told["result"]["objectId"]
        await self.wire.ask("DOM.setFileInputFiles", self.session, files=[str(path)], objectId=named)


@asynccontextmanager
async def unwatched(url: str, saved: Path) -> AsyncIterator[Page]:
    """A page of a browser of its own, at that address. What it saves goes into that folder."""
    async with _chromium() as wire:
        target = await wire.ask("Target.createTarget", url="about:blank")
        attached = await wire.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        page = Page(wire, attached["sessionId"])
        saving: dict[str, Any] = {"behavior": "allow", "downloadPath": str(saved), "eventsEnabled": True}
        await wire.ask("Browser.setDownloadBehavior", None, **saving)
        await wire.ask("Page.enable", page.session)
        loaded = wire.hears("Page.loadEventFired")
        await wire.ask("Page.navigate", page.session, url=url)
        await loaded
        yield page


@asynccontextmanager
async def _chromium() -> AsyncIterator[Wire]:
    if not CHROMIUM:
        raise SystemExit("No chromium on this machine. Debian has it: apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="sprechraum-bench-", ignore_cleanup_errors=True) as folder:
        own = ("--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder}", "--lang=en-GB")
        process = await asyncio.create_subprocess_exec(
            CHROMIUM, *ARGUMENTS, *own, "about:blank", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        words = cast("asyncio.StreamReader", process.stderr)
        try:
            url = await _address(words)
            # Whatever else it says is not to fill the pipe.
            rest = asyncio.create_task(words.read())
            async with aiohttp.ClientSession() as http, http.ws_connect(url, max_msg_size=0) as socket:
                wire = Wire(socket)
                yield wire
                await wire.ask("Browser.close")
            await rest
            await process.wait()
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


async def _address(words: asyncio.StreamReader) -> str:
    async with asyncio.timeout(WITHIN_S):
        while line := (await words.readline()).decode():
            if line.startswith(LISTENING):
                return line.removeprefix(LISTENING).strip()
    raise SystemExit("Chromium did not start.")


class Memory:
    """By how many bytes the processes of pages grow at most, looked at again and again; workers live in them, too."""

    def __init__(self, page: Page) -> None:
        self._page, self.grown = page, 0

    async def __aenter__(self) -> Self:
        # What an earlier errand left to the collector is not to make room for this one.
        await self._page.wire.ask("HeapProfiler.collectGarbage", self._page.session)
        told = await self._page.wire.ask("SystemInfo.getProcessInfo")
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

    def _now(self) -> int:
        return sum(memory(one) for one in self._processes)
