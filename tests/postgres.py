"""A PostgreSQL server of the tests' own: on a free port, in a folder of its own, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

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
def running_server(folder: Path) -> Iterator[str]:
    """The address of a running server for SQLAlchemy, up to the name of the database. At the end all is gone."""
    bin_folder = programs()
    assert bin_folder is not None
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    port, data = free_port(), folder / "data"
    _run(bin_folder / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-N", "-E", "UTF8", folder=folder)
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c full_page_writes=off -c timezone=Asia/Kathmandu"
    _run(bin_folder / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start", folder=folder)
    try:
        yield f"postgresql+asyncpg://tests@127.0.0.1:{port}"
    finally:
        _run(bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "stop", folder=folder)


@contextmanager
def own_server() -> Iterator[str]:
    """The same in a folder of its own. Not below pytest's, which only the user who runs the tests may enter."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        Path(folder).chmod(0o755)
        with running_server(Path(folder)) as address:
            yield address


async def new_database(server: str, template: str = "template1") -> str:
    """The address of a new database, empty or a copy of another that nobody has open."""
    name = f"test_{next(_numbers)}"
    everywhere = create_async_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with everywhere.connect() as db:
        await db.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    await everywhere.dispose()
    return f"{server}/{name}"
