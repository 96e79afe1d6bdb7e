"""What belongs to a backup, written last: without it, or with another hash, a folder is no backup."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

from chatserver.config import ConfigInvalid
from chatserver.data_folder import alone_in
from chatserver.ledger import ENDING, sync_folder

MANIFEST: Final = "manifest.json"
PART: Final = ".part"
VERSION: Final = 1
Half = Literal["database", "shares"]


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a file begins: its first so many bytes, and their SHA-256."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`backup`: the same random id in both halves. `begun_at`: ISO, UTC. `server`: whose, as a hash of its public key.

    `form`: the database's migration. `ledger`: how each ledger began when the backup was made.
    """

    version: int
    half: Half
    backup: str
    begun_at: str
    server: str
    dialect: str
    form: str
    files: dict[str, Beginning]
    ledger: dict[str, Beginning]


def beginning_of(path: Path, size: int | None = None) -> Beginning:
    """Of a file's first `size` bytes; of all of it unless told."""
    digest, left = hashlib.sha256(), path.stat().st_size if size is None else size
    length = left
    with path.open("rb") as file:
        while left and (some := file.read(min(left, 1 << 20))):
            digest.update(some)
            left -= len(some)
    return Beginning(length - left, digest.hexdigest())


def beginnings_of(ledger: Path) -> dict[str, Beginning]:
    """How every ledger of the folder begins now."""
    return {path.name: beginning_of(path) for path in sorted(ledger.glob(ENDING))}


@contextmanager
def coming_about(place: Path, name: str) -> Iterator[Path]:
    """A folder that gets its name when all is on the disk, and is gone when something goes wrong. One at a time."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone_in(place, "Another backup goes into {}. Wait for it."):
        # What a killed one has left behind.
        for old in place.glob(f"*{PART}"):
            shutil.rmtree(old)
        part = place / f"{name}{PART}"
        part.mkdir(mode=0o700)
        try:
            yield part
            _sync(part)
            part.rename(place / name)
            sync_folder(place)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    sync_folder(folder)


def write_manifest(folder: Path, **told: Any) -> None:
    """Of everything that lies in the folder."""
    files = {path.name: beginning_of(path) for path in sorted(folder.iterdir())}
    manifest = Manifest(version=VERSION, files=files, **told)
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), "utf-8")


def read_manifest(folder: Path, half: Half) -> Manifest:
    """Of a folder that is whole, every byte of it looked at. Raises ConfigInvalid."""
    path = folder / MANIFEST
    if not path.exists():
        raise ConfigInvalid(f"{folder} is no backup, or only half of one: it has no {MANIFEST}.")
    try:
        found = json.loads(path.read_text("utf-8"))
        if found["version"] != VERSION:
            raise ConfigInvalid(f"{folder} was made by another release, as version {found['version']} of a backup.")
        both = {name: {one: Beginning(**of) for one, of in found[name].items()} for name in ("files", "ledger")}
        manifest = Manifest(**{**found, **both})
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as reason:
        raise ConfigInvalid(f"{path} cannot be read: this is no backup of Sprechraum.") from reason
    if manifest.half != half:
        raise ConfigInvalid(f"{folder} is the backup of the {manifest.half}, and not that of the {half}.")
    _check_files(folder, manifest)
    return manifest


def _check_files(folder: Path, manifest: Manifest) -> None:
    for name, expected in manifest.files.items():
        path = folder / name
        # Names come from a file that somebody may have written: none leads out of the folder.
        if Path(name).name != name or not path.is_file() or beginning_of(path) != expected:
            raise ConfigInvalid(f"{path} is not as it was when the backup was made: the backup is damaged.")


def check_ledger_goes_on(ledger: Path, manifest: Manifest) -> None:
    """An older ledger, or another's, would let back in what was ended. Raises ConfigInvalid."""
    for name, expected in manifest.ledger.items():
        path = ledger / Path(name).name
        if not path.is_file() or beginning_of(path, expected.bytes) != expected:
            raise ConfigInvalid(
                f"{path} does not go on from what it was when this backup was made. Put the newest ledger there first:"
                " without it, what people have deleted would be back."
            )
