"""`sprechraum manifest`: which web client is published, and whether a folder or a server has that one. Offline."""

import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from secrets import token_bytes
from typing import Any, Final

from chatserver.config import ConfigInvalid
from chatserver.manifests import (
    ManifestInvalid,
    check_manifest,
    differences,
    files_in,
    manifest_of,
    sign_manifest,
)
from chatserver.proof_files import bytes_of
from chatserver.transport.pages import INDEX, built_pages
from chatserver.wire.binary import to_base64url
from crypto.signing import signing_key

MANIFEST: Final = "manifest.txt"
SIGNATURE: Final = "manifest.sig"
DOES_NOT_HOLD: Final = 1
_PATIENCE_SECONDS: Final = 20
_LARGEST_FILE: Final = 16 << 20
_SEED_SIZE: Final = 32


def make_key(*, file: Path) -> int:
    """Makes a key to sign manifests with, in a new file that only its owner may read, and prints its public half.

    It belongs on the machine that builds releases, not on the server: whoever has it can publish a program.
    """
    seed = token_bytes(_SEED_SIZE)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(to_base64url(seed) + "\n")
    except OSError as reason:
        raise ConfigInvalid(f"The file {file} cannot be written: {reason}.") from reason
    print(to_base64url(signing_key(seed)))
    return 0


def sign_build(*, key: Path, folder: Path) -> int:
    """Writes the manifest of the web client that is installed here, and its signature, into a folder."""
    seed = bytes_of(_read(key, 200).decode("ascii", "replace").strip(), f"{key}: there is no signing key in it")
    if len(seed) != _SEED_SIZE:
        raise ConfigInvalid(f"{key}: there is no signing key in it.")
    files = files_in(built_pages())
    if INDEX not in files:
        raise ConfigInvalid("The web client is not built here.")
    manifest = manifest_of(files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).write_bytes(manifest)
        (folder / SIGNATURE).write_text(to_base64url(sign_manifest(seed, manifest)) + "\n", "ascii")
    except OSError as reason:
        raise ConfigInvalid(f"The folder {folder} cannot be written: {reason}.") from reason
    print(f"{len(files)} files, signed by {to_base64url(signing_key(seed))}")
    return 0


def verify_build(*, folder: Path, key: str, address: str | None, built: Path | None) -> int:
    """Whether what is installed here, what lies in a folder, or what a server gives out is the signed program.

    Exit code 1 when it is not. A server can give others something else than whoever runs this: ask from several places.
    """
    public = bytes_of(key, "--key: this is no public key")
    signature = bytes_of(
        _read(folder / SIGNATURE, 200).decode("ascii", "replace").strip(), f"{folder / SIGNATURE}: no signature"
    )
    try:
        hashes = check_manifest(public, _read(folder / MANIFEST, _LARGEST_FILE), signature)
    except ManifestInvalid as reason:
        print(f"The manifest does not hold: {reason}.")
        return DOES_NOT_HOLD
    files = _served(address, hashes) if address is not None else files_in(built or built_pages())
    wrong = differences(hashes, files)
    print("\n".join(wrong) if wrong else f"All {len(hashes)} files are those of the manifest.")
    return DOES_NOT_HOLD if wrong else 0


def _read(file: Path, most: int) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(most)
    except OSError as reason:
        raise ConfigInvalid(f"The file {file} cannot be read: {reason}.") from reason


def _served(address: str, names: Iterable[str]) -> dict[str, bytes]:
    """What the server gives out under those names; what it has not is left out. Raises ConfigInvalid."""
    if urllib.parse.urlsplit(address).scheme not in {"https", "http"}:
        raise ConfigInvalid("--address: it begins with https://.")
    files = {}
    for name in names:
        path = "" if name == INDEX else name
        try:
            with urllib.request.urlopen(f"{address.rstrip('/')}/{path}", timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310  looked at above
                files[name] = answer.read(_LARGEST_FILE)
        except urllib.error.HTTPError:
            continue
        except OSError as reason:
            raise ConfigInvalid(f"--address: {address} does not answer: {reason}.") from reason
    return files


def add_manifest_commands(commands: Any) -> None:
    """Adds `manifest key`, `sign` and `verify`, which need neither a server nor a database."""
    manifest = commands.add_parser("manifest", help="which web client is published, and who signed it")
    below = manifest.add_subparsers(required=True, metavar="COMMAND")
    making = below.add_parser("key", help="a key to sign manifests with", description=make_key.__doc__)
    making.add_argument("file", type=Path, metavar="FILE", help="where its secret half is written")
    making.set_defaults(run=make_key, wishes=("file",), alone=True)
    signing = below.add_parser("sign", help="what is installed here, signed", description=sign_build.__doc__)
    signing.add_argument("--key", type=Path, required=True, metavar="FILE", help="what `manifest key` wrote")
    signing.add_argument("folder", type=Path, metavar="FOLDER", help=f"where {MANIFEST} and {SIGNATURE} go")
    signing.set_defaults(run=sign_build, wishes=("key", "folder"), alone=True)
    verifying = below.add_parser("verify", help="whether it is that program", description=verify_build.__doc__)
    verifying.add_argument("folder", type=Path, metavar="FOLDER", help=f"with {MANIFEST} and {SIGNATURE}")
    verifying.add_argument("--key", required=True, metavar="KEY", help="the public half, as `manifest key` printed it")
    one = verifying.add_mutually_exclusive_group()
    one.add_argument("--address", metavar="URL", help="ask this server instead of looking here")
    one.add_argument("--built", type=Path, metavar="FOLDER", help="a folder with a built web client")
    verifying.set_defaults(run=verify_build, wishes=("folder", "key", "address", "built"), alone=True)
