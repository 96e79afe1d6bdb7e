"""What may not stand in the repository: a registry's address, a path of somebody's machine, what lies beside it."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SELF = Path(__file__).relative_to(ROOT).as_posix()

FORBIDDEN = {
    "the host of a package registry": re.compile(
        r"registry\.npmjs|npmjs\.org|pypi\.org/simple|files\.pythonhosted|deb\.debian\.org|mirror\.|index-url\s*="
    ),
    "an absolute path of a machine": re.compile(r"(?<![\w.:/])/(?:work|root|home/\w+|Users/\w+|opt/\w+)/"),
    "something beside the project": re.compile(r"shared/(?:design|hooks)|\.\./shared(?:[`\s]|$)"),
}
MAY_READ_OUTSIDE_VECTORS = re.compile(r"^(tests/|web/src/crypto/.*\.test\.ts$)")


def tracked_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name and name != SELF and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_names(what: str) -> None:
    """The project stands alone, and says nothing of the machine it was made on."""
    found = []
    for name in tracked_files():
        path = ROOT / name
        if not path.is_file() or b"\0" in (content := path.read_bytes()):
            continue
        for number, line in enumerate(content.decode(errors="replace").splitlines(), 1):
            if FORBIDDEN[what].search(line):
                found.append(f"{name}:{number}")
    assert found == []


def test_only_tests_read_vectors_from_outside() -> None:
    """The code itself never needs anything that is not in the repository."""
    reading = [name for name in tracked_files() if b"shared/vectors" in (ROOT / name).read_bytes()]
    assert [name for name in reading if not MAY_READ_OUTSIDE_VECTORS.match(name)] == []
