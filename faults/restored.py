"""Row 18: a backup while everybody writes, the server killed after a deletion, and a restore."""

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from bench.figures import Figure, Outcome
from bench.furnished import Seats
from chatserver.accounts.verifiers import verifier_of
from chatserver.config import HashCost
from chatserver.data_folder import DATABASE
from chatserver.wire.binary import to_base64url
from faults.journal import Entry, Journal, heard_again, journal
from faults.kill import damage, ended
from faults.server import ROOT, Standing, standing
from faults.trial import Trial, none_of
from faults.writers import people

WRITING: Final = 6
# Everybody's login key in this trial.
AUTH: Final = bytes(32)
CUT_SHORT: Final = 0.5
CUT_SHORT_AFTER_S: Final = (0.3, 1.5)
BETWEEN_S: Final = (0.1, 0.6)


@dataclass(slots=True)
class Place:
    """Where the trial's backups lie, and the bugs under which its commands run."""

    folder: Path
    planted: str

    async def run(self, *command: str, var: Path, cut_short_after: float | None = None) -> list[str]:
        """What a command complains of; None of it when it is killed on purpose."""
        module = ["-m", "faults.planted", self.planted] if self.planted else ["-m", "chatserver"]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SPRECHRAUM_")}
        ours = {"PYTHONPATH": str(ROOT), "SPRECHRAUM_VAR": str(var), "SPRECHRAUM_LEDGER": str(self.folder / "ledger")}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *module, *command),
            cwd=self.folder,
            env=kept | ours,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        if cut_short_after is not None:
            await asyncio.sleep(cut_short_after)
            if process.returncode is None:
                process.send_signal(signal.SIGKILL)
            await process.communicate()
            return []
        _, complained = await process.communicate()
        return [f"{command[0]}: {complained.decode().strip()}"] if process.returncode else []

    def newest(self, half: str) -> Path:
        """The youngest whole one."""
        return max((one for one in (self.folder / half).iterdir() if one.is_dir() and one.suffix != ".part"), key=_age)


def _age(folder: Path) -> int:
    return folder.stat().st_mtime_ns


async def restored(trial: Trial) -> Outcome:
    """Makes `count` backups under load, each followed by a deletion and a kill, and restores each of them."""
    place = Place(trial.folder, trial.planted)
    doomed = trial.count
    async with standing(trial, WRITING + doomed, SPRECHRAUM_LEDGER=str(trial.folder / "ledger")) as (server, seats):
        _let_everybody_delete(server)
        await server.start()
        wrong, promised, killed_ones = list[str](), 0, 0
        with journal(trial.folder / "journal") as notes:
            everybody = people(seats[:WRITING], server.port, notes, trial.chance)
            writing = [asyncio.create_task(one.write()) for one in everybody]
            for number, going in enumerate(seats[WRITING:], 1):
                await heard_again(notes)
                await asyncio.sleep(trial.chance.uniform(*BETWEEN_S))
                killed_ones += await _cut_short(place, server, trial)
                before, complaints = await _backed_up(place, server, notes)
                wrong += complaints
                await _delete(server, going)
                await server.kill()
                promised += len(before)
                gone = [one.room for one in seats[WRITING : WRITING + number]]
                wrong += await _restored(place, trial.folder / f"after-{number}", before, gone)
                await server.start()
            await ended(everybody, writing)
        return Outcome(
            [
                Figure("backups restored", trial.count, ""),
                Figure("backups killed half-way", killed_ones, ""),
                Figure("messages acknowledged before, over all backups", promised, ""),
                none_of("faults found", len(wrong)),
            ],
            wrong + server.complaints[:3],
        )


async def _backed_up(place: Place, server: Standing, notes: Journal) -> tuple[list[Entry], list[str]]:
    """What had been acknowledged when the backup began to copy, and what it complains of."""
    for left in place.folder.glob("rest/*.part"):
        # Of one that was killed: the next removes it anyway, and it must not be taken for the beginning.
        shutil.rmtree(left)
    going = asyncio.create_task(place.run("backup", "--to", "rest", "--shares", "keys", var=server.database.parent))
    while not going.done() and not any(place.folder.glob("rest/*.part")):
        await asyncio.sleep(0.002)
    return [one for one in notes.entries if one.step == "ok"], await going


async def _cut_short(place: Place, server: Standing, trial: Trial) -> int:
    """Every other time a backup that is killed half-way comes first: it must not be in the way."""
    if trial.chance.random() < CUT_SHORT:
        return 0
    after = trial.chance.uniform(*CUT_SHORT_AFTER_S)
    await place.run("backup", "--to", "rest", "--shares", "keys", var=server.database.parent, cut_short_after=after)
    return 1


async def _restored(place: Place, var: Path, before: Sequence[Entry], gone: Sequence[str]) -> list[str]:
    """What is wrong with what a restore has made of the newest backup."""
    halves = ("--from", str(place.newest("rest")), "--shares", str(place.newest("keys")))
    wrong = await place.run("restore", *halves, var=var)
    if not wrong:
        with closing(sqlite3.connect(var / DATABASE)) as db:
            wrong = damage(db) + _missing(db, before) + _back_again(db, gone)
    shutil.rmtree(var, ignore_errors=True)
    return wrong


def _missing(db: sqlite3.Connection, before: Sequence[Entry]) -> list[str]:
    stored: Mapping[tuple[str, str], str] = {
        (room, name.hex()): str(position)
        for room, name, position in db.execute("SELECT room, item_id, position FROM room_items")
    }
    return [
        f"{one.name} was acknowledged at {one.place} before the backup, and is not in it"
        for one in before
        if stored.get((one.room, one.name)) != one.place
    ]


def _back_again(db: sqlite3.Connection, gone: Sequence[str]) -> list[str]:
    tables = (("rooms", "id"), ("room_shares", "room"), ("room_items", "room"), ("threads", "room"))
    return [
        f"{room} was deleted, and is back in {table}"
        for table, column in tables
        for room in gone
        if db.execute(f"SELECT 1 FROM {table} WHERE {column} = ?", (room,)).fetchone()
    ]


async def _delete(server: Standing, of: Seats) -> None:
    headers = {"Cookie": f"session={of.client.token}", "Origin": server.url}
    body = {"auth": to_base64url(AUTH)}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{server.url}/api/threads/{of.room}/delete", json=body) as answer,
    ):
        answer.raise_for_status()


def _let_everybody_delete(server: Standing) -> None:
    """Nobody here has ever typed a password; deleting asks for one."""
    verifier = verifier_of((server.database.parent / "pepper.secret").read_bytes(), AUTH, HashCost())
    with closing(sqlite3.connect(server.database)) as db, db:
        db.execute("UPDATE accounts SET auth_verifier = ?", (verifier,))
