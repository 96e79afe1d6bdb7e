"""No attack without a row in docs/security.md, and no row that names a test which is gone."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
_ROW: Final = re.compile(r"^\| ([^|]+) \| ([\d., ]+) \| ([^|]*) \| ((?:shown|partly|open)[^|]*) \|$", re.MULTILINE)
_NAMED: Final = re.compile(r"`([^`]+)`")
ATTACKS: Final = {
    "user enumeration",
    "guessing and costly hashes",
    "other people's objects",
    "session fixation and stale sockets",
    "cookies and what stays in a browser",
    "scripts in what people write",
    "hijacked sockets",
    "what staff deny or cover up",
    "smuggled requests and fields",
    "links and tokens at rest",
    "requests into the server's own network",
    "formulas in exports",
    "injected and telling logs",
    "names that look like others",
    "time zones that nobody knows",
    "what metadata tells",
    "planted words and secrets",
    "slow, packed and oversized requests",
    "a poisoned service worker",
    "another program than the published one",
    "dependencies that are down",
}


def rows() -> list[tuple[str, str, list[str], str]]:
    """Attack, numbers, tests, result."""
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    return [(what, numbers, _NAMED.findall(tests), result) for what, numbers, tests, result in _ROW.findall(page)]


def cited_in(file: Path) -> set[str]:
    """The names of its tests."""
    tree = ast.parse(file.read_text("utf-8"))
    functions = (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))
    return {one.name for one in functions if one.name.startswith("test_")}


def test_every_attack_has_one_row() -> None:
    """Whoever thinks of another one adds it here, too."""
    assert sorted(what for what, _, _, _ in rows()) == sorted(ATTACKS)


@pytest.mark.parametrize(("attack", "tests", "result"), [(row[0], row[2], row[3]) for row in rows()])
def test_every_test_that_is_named_is_there(attack: str, tests: list[str], result: str) -> None:
    """What nothing tries says so instead."""
    assert tests or result.startswith("open: "), attack
    assert result == "shown" or len(result.partition(": ")[2]) > 20
    for test in tests:
        file, _, name = test.partition("::")
        assert name in cited_in(ROOT / file), f"{attack}: {test} is gone"


def test_every_test_of_this_folder_belongs_to_an_attack() -> None:
    """One that no row names would be found by nobody who asks what is tried."""
    here = Path(__file__)
    stand_here = {
        f"tests/attacks/{file.name}::{name}"
        for file in here.parent.glob("test_*.py")
        if file != here
        for name in cited_in(file)
    }
    assert stand_here <= {test for _, _, tests, _ in rows() for test in tests}
