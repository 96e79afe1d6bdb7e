"""The vectors are what the code writes, and nothing else lies beside them."""

from functools import cache

import pytest

from crypto.vectors.write import FOLDER, every_file


@cache
def written() -> dict[str, str]:
    return every_file()


FILES = sorted(path.name for path in FOLDER.glob("*.json"))


def test_every_file_is_one_that_the_code_writes() -> None:
    """A file left behind would be read by clients, and checked by nobody."""
    assert sorted(written()) == FILES


@pytest.mark.parametrize("name", FILES)
def test_the_vectors_are_what_the_code_writes(name: str) -> None:
    """A change of one byte of the format shows here first; `python -m crypto.vectors.write` writes them anew."""
    assert (FOLDER / name).read_text(encoding="ascii") == written()[name]
