"""Files of 25 MB: sealed and opened in both languages, and then on their whole way through a page (page_files.py)."""

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
from typing import Final

from bench.browser import chromium, page_of, took
from bench.figures import Figure, Outcome, bar
from bench.page_files import AIM_RATE, BAR_RATE, MB, in_a_page
from bench.pairs import Pair
from crypto import FileOpener, FileSealer, FileTerms

PIECE: Final = 512 * 1024
# Some pieces, whatever the size of the file.
BAR_PYTHON: Final = 10


async def load(pair: Pair, url: str, size: int, times: int) -> Outcome:
    """Sealing and opening alone, in both languages, and then the whole way through a page."""
    outcome = await _in_python(size, times)
    what, must, aim = f"a file of {size / MB:.0f} MB {{}}: browser, in a worker", size / BAR_RATE, size / AIM_RATE
    async with chromium() as browser, page_of(browser) as page:
        for done, name in (("sealed", "sealing"), ("opened", "opening")):
            seconds = median(await took(page, name, size, times))
            outcome.figures.append(bar(what.format(done), seconds, must, aim))
    outcome.add(await in_a_page(pair, url, size, times))
    return outcome


async def _in_python(size: int, times: int) -> Outcome:
    with multiprocessing.get_context("spawn").Pool(1) as fresh:
        in_order = await asyncio.to_thread(fresh.map, in_python, [size] * times, 1)
    sealed, opened, grown = (median(figures) for figures in zip(*in_order, strict=True))
    what, must, aim = f"a file of {size / MB:.0f} MB {{}}: Python", size / BAR_RATE, size / AIM_RATE
    return Outcome(
        [
            bar(what.format("sealed"), sealed, must, aim),
            bar(what.format("opened"), opened, must, aim),
            Figure(f"memory of a file of {size / MB:.0f} MB, sealed and opened: Python", grown, "MB", BAR_PYTHON),
        ]
    )


def in_python(size: int) -> tuple[float, float, float]:
    """Seconds to seal, seconds to open, and megabytes by which the process grew, though the file is much larger.

    To be run in a process of its own, so that its peak is that of this alone.
    """
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
        if digest(plain) != digest(Path(folder, "opened")):
            raise RuntimeError("the file that came out is not the one that went in")
    return sealed, opened, grown


def _through(source: Path, target: Path, way: FileSealer | FileOpener) -> None:
    with source.open("rb") as there, target.open("wb") as here:
        while piece := there.read(PIECE):
            here.write(way.push(piece))
        here.write(way.finish())


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
