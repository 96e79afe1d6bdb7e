"""A PostgreSQL server of the tests' own: on a free port, in a folder of its own, gone afterwards."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import asyncpg

from tests.ports import free_port

_numbers = count(1)
VERSIONS = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """Where initdb and pg_ctl of the newest installed server are; None when there is no server to start."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).parent
    installed = sorted(VERSIONS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return installed[-1].parent if installed else None


def _run(*command: str | Path, folder: Path) -> None:
    """The server refuses to run as root, so root becomes the user that the package made for it."""
    user = "postgres" if os.geteuid() == 0 else None
    subprocess.run(
        [str(part) for part in command],
        check=True,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"LC_ALL": "C"},
        user=user,
        group=user,
        extra_groups=None if user is None else (),
    )


@contextmanager
def running_server(folder: Path, *, hurried: bool = True) -> Iterator[str]:
    """The address of a running server for SQLAlchemy, up to the name of the database. At the end all is gone.

    `hurried`: a power cut would lose what was written, and may.
    """
    bin_folder = programs()
    assert bin_folder is not None, "PostgreSQL is not installed: run bin/system-packages"
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    port, data = free_port(), folder / "data"
    _run(bin_folder / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-N", "-E", "UTF8", folder=folder)
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c timezone=Asia/Kathmandu"
    if hurried:
        options += " -c fsync=off -c full_page_writes=off"
    _run(bin_folder / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start", folder=folder)
    try:
        yield f"postgresql+asyncpg://tests@127.0.0.1:{port}"
    finally:
        _run(bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "stop", folder=folder)


def restart_at_once(folder: Path) -> None:
    """The server of this folder drops everything, as in a crash, and answers again when this returns."""
    bin_folder = programs()
    assert bin_folder is not None
    _run(bin_folder / "pg_ctl", "-D", folder / "data", "-w", "-m", "immediate", "restart", folder=folder)


@contextmanager
def own_folder() -> Iterator[Path]:
    """Not below pytest's, which only the user who runs the tests may enter."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def own_server(*, hurried: bool = True) -> Iterator[str]:
    """The same in a folder of its own."""
    with own_folder() as folder, running_server(folder, hurried=hurried) as address:
        yield address


def new_database(server: str, like: str = "template1") -> str:
    """The address of a new database: empty, or as that one of this name is, which nobody has open."""
    name = f"test_{next(_numbers)}"
    _do(server, f"CREATE DATABASE {name} TEMPLATE {like}")
    return f"{server}/{name}"


def keep_rows(address: str) -> None:
    """Remembers what is in the database now."""
    server, _, name = address.rpartition("/")
    _do(server, _KEEP, name)


def put_rows_back(address: str) -> None:
    """As it was when its rows were kept; nobody may have it open. Much faster than another database."""
    server, _, name = address.rpartition("/")
    _do(server, _PUT_BACK, name)


_KEEP = """DO $$ DECLARE one text; BEGIN
    CREATE SCHEMA kept;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', one, one);
    END LOOP;
END $$"""
# Foreign keys and triggers rest meanwhile: rows refer to each other, and come back one table after the other.
_PUT_BACK = """DO $$ DECLARE one text; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DELETE FROM public.%I', one);
        EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE TABLE kept.%I', one, one);
    END LOOP;
END $$"""


def _do(server: str, statement: str, database: str = "postgres") -> None:
    """In a loop and a thread of its own: fixtures call this with and without a loop around them."""

    async def do() -> None:
        db = await asyncpg.connect(f"{server.replace('+asyncpg', '')}/{database}")
        await db.execute(statement)
        await db.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, do()).result()
