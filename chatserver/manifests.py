"""The list of what the web client consists of, by hashes, and whose word it is that this is the published program.

A line for each file, as `sha256sum` writes and checks them, sorted by name: whoever trusts no tool of ours uses that.
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from chatserver.transport.pages import INDEX
from crypto import CryptoRefusal, verify
from crypto.signing import sign

LABEL: Final = b"sprechraum manifest 1\n"
_LINE: Final = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*)")


class ManifestInvalid(ValueError):  # noqa: N818  named by what is the case
    """This is no manifest, or nobody's whose key was named."""


def files_in(folder: Path) -> dict[str, bytes]:
    """What a server would give out of a built client, by its path."""
    paths = [one for one in folder.rglob("*") if one.is_file()]
    named = {one.relative_to(folder).as_posix(): one for one in paths}
    return {name: path.read_bytes() for name, path in named.items() if not name.startswith(".")}


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """The list. Equal files give equal bytes."""
    return "".join(f"{hashlib.sha256(files[one]).hexdigest()}  {one}\n" for one in sorted(files)).encode("ascii")


def hashes_in(manifest: bytes) -> dict[str, str]:
    """By path. Raises ManifestInvalid for anything but sorted lines that name each file once, and the page itself."""
    try:
        lines = manifest.decode("ascii").split("\n")
    except UnicodeDecodeError:
        lines = []
    found = [_LINE.fullmatch(one) for one in lines[:-1]]
    read = {one[2]: one[1] for one in found if one is not None}
    if len(read) != len(lines) - 1 or lines[-1:] != [""] or list(read) != sorted(read) or INDEX not in read:
        raise ManifestInvalid("this is no manifest of a web client")
    return read


def sign_manifest(seed: bytes, manifest: bytes) -> bytes:
    """Under a label of its own: nothing else that this key may sign reads as a manifest."""
    return sign(seed, LABEL + manifest)


def check_manifest(key: bytes, manifest: bytes, signature: bytes) -> dict[str, str]:
    """The hashes, by path. Raises ManifestInvalid."""
    try:
        verify(key, signature, LABEL + manifest)
    except CryptoRefusal:
        raise ManifestInvalid("the signature is not by that key, or not of this manifest") from None
    return hashes_in(manifest)


def differences(hashes: Mapping[str, str], files: Mapping[str, bytes]) -> list[str]:
    """A sentence for each file that is missing, changed or too many."""
    said = [f"{one}: not there" for one in sorted(hashes.keys() - files.keys())]
    said += [f"{one}: not in the manifest" for one in sorted(files.keys() - hashes.keys())]
    both = sorted(hashes.keys() & files.keys())
    return said + [f"{one}: changed" for one in both if hashlib.sha256(files[one]).hexdigest() != hashes[one]]
