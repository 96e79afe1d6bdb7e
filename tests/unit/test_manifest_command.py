"""`sprechraum manifest` as whoever publishes a release runs it, and whoever doubts a server."""

import asyncio
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from chatserver.cli import main
from chatserver.manifests import ManifestInvalid, files_in, hashes_in, manifest_of
from chatserver.transport.pages import built_pages
from hatch_build import find_npm
from tests.api.conftest import empty, empty_house, kind, on_postgresql, on_sqlite, originals
from tests.api.house import House
from tests.shell import CANNOT_BE_USED

__all__ = ["empty", "empty_house", "kind", "on_postgresql", "on_sqlite", "originals"]
FILES = {"index.html": b"<!doctype html>", "assets/index-1.js": b"run()", "icon.svg": b"<svg/>"}


@pytest.fixture
def signed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The public key; what is installed here is signed with it, in the folder `release`."""
    assert main(["manifest", "key", str(tmp_path / "secret")]) == 0
    key = capsys.readouterr().out.strip()
    assert main(["manifest", "sign", "--key", str(tmp_path / "secret"), str(tmp_path / "release")]) == 0
    assert capsys.readouterr().out.endswith(f"signed by {key}\n")
    return key


def verified(folder: Path, key: str, *options: str) -> int:
    """The command's answer."""
    return main(["manifest", "verify", str(folder / "release"), "--key", key, *options])


def test_a_manifest_is_what_sha256sum_checks(tmp_path: Path) -> None:
    """Nobody needs our tool to look."""
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / ".sources-hash").write_bytes(b"no server gives it out")
    listed = manifest_of(files_in(tmp_path))
    done = subprocess.run(["sha256sum", "-c", "--strict"], input=listed, cwd=tmp_path, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\n",
        manifest_of(FILES)[:-1],
        manifest_of(FILES) * 2,
        manifest_of(FILES).upper(),
        manifest_of({"icon.svg": b""}),
        b"".join(reversed(manifest_of(FILES).splitlines(True))),
        manifest_of({"index.html": b"", "../../etc/passwd": b""}),
        manifest_of({"index.html": b"", "/etc/passwd": b""}),
        manifest_of({"index.html": b"", "a\nb": b""}),
        b"\xff" + manifest_of(FILES),
    ],
)
def test_what_is_no_manifest_is_refused(bad: bytes) -> None:
    """Cut, doubled, unsorted, without the page, with ways out of the folder."""
    with pytest.raises(ManifestInvalid):
        hashes_in(bad)


def test_what_is_installed_is_what_was_signed(signed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And the key is its owner's only."""
    assert verified(tmp_path, signed) == 0
    assert "All " in capsys.readouterr().out
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert main(["manifest", "key", str(tmp_path / "secret")]) == CANNOT_BE_USED


def test_each_difference_is_named(signed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file too many is as bad as a changed one: a page of ours could be made to load it."""
    copy = tmp_path / "copy"
    shutil.copytree(built_pages(), copy)
    (copy / "index.html").write_text("<!doctype html><script src=/assets/more.js></script>")
    (copy / "assets" / "more.js").write_text("tell()")
    (copy / "notices.js").unlink()
    assert verified(tmp_path, signed, "--built", str(copy)) == 1
    said = capsys.readouterr().out.splitlines()
    assert said == ["notices.js: not there", "assets/more.js: not in the manifest", "index.html: changed"]


def test_a_manifest_that_somebody_else_signed_does_not_hold(
    signed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another key, another list under the same signature, a key that is none."""
    main(["manifest", "key", str(tmp_path / "other")])
    other = capsys.readouterr().out.strip()
    assert verified(tmp_path, other) == 1
    assert "does not hold" in capsys.readouterr().out
    assert verified(tmp_path, "nokey") == CANNOT_BE_USED
    manifest = tmp_path / "release" / "manifest.txt"
    manifest.write_bytes(manifest.read_bytes().replace(b"index.html", b"index.htm1"))
    assert verified(tmp_path, signed) == 1
    manifest.unlink()
    assert verified(tmp_path, signed) == CANNOT_BE_USED
    assert main(["manifest", "sign", "--key", str(manifest), str(tmp_path)]) == CANNOT_BE_USED


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_server_is_asked_for_every_file(
    empty_house: House, signed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a browser would fetch them."""
    asked = ["--address", empty_house.url]
    assert await asyncio.to_thread(verified, tmp_path, signed, *asked) == 0
    assert "All " in capsys.readouterr().out
    assert await asyncio.to_thread(verified, tmp_path, signed, "--address", "http://127.0.0.1:1") == CANNOT_BE_USED
    assert verified(tmp_path, signed, "--address", "file:///etc") == CANNOT_BE_USED


def test_two_builds_in_two_folders_are_the_same(tmp_path: Path) -> None:
    """Else nobody could look whether a release is made of its sources."""
    web = tmp_path / "web"
    shutil.copytree(built_pages().parent, web, ignore=shutil.ignore_patterns("node_modules", "dist", "paraglide"))
    shutil.copytree(built_pages().parent / "node_modules", web / "node_modules", symlinks=True)
    command, environment = find_npm()
    subprocess.run([*command, "run", "build"], cwd=web, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert manifest_of(files_in(web / "dist")) == manifest_of(files_in(built_pages()))
