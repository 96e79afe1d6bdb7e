"""The disk that forgets: what a power cut takes from it, and that it lies in the SQLite that the server uses."""

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from shutil import which

import pytest

from faults.forgetful import FULL, begin, build, copy_disk, cut_power

pytestmark = pytest.mark.skipif(which("gcc") is None, reason="no compiler is installed here")

COMMITS = 50
WRITES = """
import os, sqlite3, sys
from pathlib import Path
from faults.forgetful import use_forgetful_disk

use_forgetful_disk(Path(sys.argv[1]))
db = sqlite3.connect(sys.argv[2], isolation_level=None)
db.execute("PRAGMA synchronous=" + sys.argv[3])
print(db.execute("SELECT sqlite_source_id()").fetchone()[0])
for number in range(50):
    try:
        db.execute("INSERT INTO notes VALUES (?)", (number,))
    except sqlite3.OperationalError as reason:
        print(reason)
        break
sys.stdout.flush()
os._exit(0)
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layer, compiled."""
    return build(tmp_path_factory.mktemp("layer"))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """An empty table that has reached the disk."""
    path = tmp_path / "notes.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE notes (number INTEGER)")
    begin(path)
    return path


def write(library: Path, database: Path, synchronous: str) -> list[str]:
    """Commits in a process of its own, whose SQLite has the layer in it, and which is gone without closing."""
    command = [sys.executable, "-c", WRITES, str(library), str(database), synchronous]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    return ended.stdout.splitlines()


def left_in(database: Path) -> int:
    """How many rows are there."""
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(db.execute("SELECT count(*) FROM notes").fetchone()[0])


def test_it_lies_in_the_sqlite_that_the_server_loads(library: Path, database: Path) -> None:
    """Another library would prove nothing about ours; the layer itself refuses to work in one."""
    with closing(sqlite3.connect(":memory:")) as db:
        assert write(library, database, "FULL") == [db.execute("SELECT sqlite_source_id()").fetchone()[0]]


@pytest.mark.parametrize("seed", range(4))
def test_what_was_synced_stays(library: Path, database: Path, seed: int) -> None:
    """Whatever chance does to the rest."""
    write(library, database, "FULL")
    cut_power(database, random.Random(seed))
    assert left_in(database) == COMMITS


def test_what_was_not_synced_is_forgotten(library: Path, database: Path) -> None:
    """At least by some cuts; and each leaves a whole database, without a row from the middle."""
    write(library, database, "NORMAL")
    left = set()
    for seed in range(8):
        copy = copy_disk(database, database.parent / f"cut-{seed}")
        cut_power(copy, random.Random(seed))
        left.add(left_in(copy))
    assert {0, COMMITS} <= left


def test_a_full_disk_takes_nothing_more(library: Path, database: Path) -> None:
    """And says so as a real one does."""
    database.with_name(database.name + FULL).touch()
    assert write(library, database, "FULL")[1:] == ["database or disk is full"]
    cut_power(database, random.Random(1))
    assert left_in(database) == 0
