"""Log-ins that fail: whether their time tells names apart."""

import asyncio
import random
import shutil
import sqlite3
import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from time import perf_counter
from typing import Final

import aiohttp

from bench.figures import MILLI, Figure, Outcome, percentile
from bench.furnished import furnished
from bench.runs import OURS, complaints, serving
from chatserver.accounts.verifiers import verifier_of
from chatserver.config import HashCost
from chatserver.data_folder import DATABASE
from chatserver.wire.binary import to_base64url
from tests.ports import free_port


@dataclass(frozen=True, slots=True)
class Size:
    """How many tries are timed, on a server with how many pairs of people."""

    tries: int = 2_000
    pairs: int = 100


SHORT: Final = Size(tries=60, pairs=3)


async def told_apart(size: Size, bug: str = "") -> Outcome:
    """Wrong keys for names that somebody has and that nobody has, in turns by chance, one after the other."""
    took: dict[bool, list[float]] = {True: [], False: []}
    async with _server(size.pairs, bug) as (url, names, folder):
        turns = [number % 2 == 0 for number in range(size.tries)]
        random.Random(7).shuffle(turns)
        async with aiohttp.ClientSession(headers={"Origin": url}) as http:
            for number, known in enumerate(turns):
                began = perf_counter()
                status = await _try(http, url, number, names[number % len(names)] if known else f"nobody{number}")
                if status != HTTPStatus.UNAUTHORIZED:
                    return Outcome(lost=[f"a try was answered by {status}"])
                took[known].append(perf_counter() - began)
        lost = complaints(folder)
    middle = {known: MILLI * percentile(sorted(times), 50) for known, times in took.items()}
    note = f"Log-ins tried: {middle[True]:.2f} ms (median) for names that somebody has, {middle[False]:.2f} for others."
    apart = Figure(f"{size.tries:,} log-ins tried, names told apart by time", auc(took[True], took[False]), "AUC", 0.55)
    return Outcome([apart], lost, [note])


def auc(some: Sequence[float], others: Sequence[float]) -> float:
    """How often whoever is shown one of each tells them right: 0.5 is chance, 1 is always. Either may be the slower."""
    ordered = sorted(some)
    below = sum(bisect_left(ordered, one) + bisect_right(ordered, one) for one in others) / 2
    share = below / (len(some) * len(others))
    return max(share, 1 - share)


async def _try(http: aiohttp.ClientSession, url: str, number: int, name: str) -> int:
    """Each from an address of its own: the limit for one address would spare the server the hash."""
    headers = {"X-Forwarded-For": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"}
    body = {"name": name, "auth": to_base64url(b"\1" * 32)}
    async with http.post(f"{url}/api/login", json=body, headers=headers) as answer:
        await answer.read()
        return answer.status


@asynccontextmanager
async def _server(pairs: int, bug: str = "") -> AsyncIterator[tuple[str, list[str], Path]]:
    """Its address, who has an account there, and its folder."""
    furniture = await asyncio.to_thread(furnished, pairs)
    with tempfile.TemporaryDirectory(prefix="sprechraum-bench-") as made:
        folder, port = Path(made), free_port()
        await asyncio.to_thread(shutil.copytree, furniture, folder / "furniture")
        names = _with_login_keys(folder / "furniture" / "var")
        async with serving(OURS, folder / "furniture", folder, port, bug):
            yield f"http://127.0.0.1:{port}", names, folder


def _with_login_keys(var: Path) -> list[str]:
    """Nobody of the furnished people has ever typed a password. Gives the clients' names."""
    verifier = verifier_of((var / "pepper.secret").read_bytes(), bytes(32), HashCost())
    with closing(sqlite3.connect(var / DATABASE)) as db, db:
        db.execute("UPDATE accounts SET auth_verifier = ?", (verifier,))
        return [name for (name,) in db.execute("SELECT name FROM accounts WHERE role = 'client' ORDER BY name")]
