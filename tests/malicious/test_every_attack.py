"""No attack without its tests, and no defence in the tables that no test takes out."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from tests.malicious.weakened import WEAKNESSES, place_of

HERE: Final = Path(__file__).parent
BROWSER: Final = HERE / "browser"
# They come with the calls: there is nothing to attack before.
WITH_THE_CALLS: Final = {36, 48}
_NUMBER: Final = re.compile(r"T(\d+)(?=[,:])")
_ROW: Final = re.compile(r"^\| (T\d[^|]*) \| ([^|]+) \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)
_NAMED: Final = re.compile(r"`([^`]+)`")
_WITHOUT: Final = re.compile(r'without: "(T\d+)"')


def numbers_in(folder: Path) -> dict[str, set[int]]:
    """By the name of each test the numbers with which its docstring begins."""
    found: dict[str, set[int]] = {}
    for file in folder.glob("test_*.py"):
        for one in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith("test_"):
                first = (ast.get_docstring(one) or "").split(":")[0] + ":"
                found[f"{file.name}::{one.name}"] = {int(number) for number in _NUMBER.findall(first)}
    return found


def table(column: int) -> dict[int, set[str]]:
    """By attack the tests that the README names for it, or nothing where it gives a reason."""
    rows = _ROW.findall((HERE / "README.md").read_text("utf-8"))
    named = [(row[0], set(_NAMED.findall(row[column]))) for row in rows]
    return {int(number): tests for numbers, tests in named for number in re.findall(r"\d+", numbers)}


@pytest.mark.parametrize(("folder", "column"), [(HERE, 1), (BROWSER, 2)], ids=["Python", "browser"])
def test_the_table_names_every_test_of_every_attack(folder: Path, column: int) -> None:
    """All fifty but the two that come with the calls; what is no test there is why a page can show nothing of it."""
    numbers = {test: about for test, about in numbers_in(folder).items() if about}
    named = table(column)
    assert set(range(1, 51)) - set(named) == WITH_THE_CALLS
    for attack, tests in named.items():
        for test in tests:
            assert attack in numbers[test], f"T{attack} is not what {test} is about"
        assert tests or column == 2
    assert set().union(*named.values()) == set(numbers)


@pytest.mark.parametrize("attack", WEAKNESSES)
def test_what_is_taken_out_exists_and_is_used(attack: str) -> None:
    """A defence that was renamed must not look tested."""
    for where, name, _ in WEAKNESSES[attack]:
        assert hasattr(place_of(where), name)
    assert any(f'"{attack}"' in file.read_text("utf-8") for file in HERE.glob("test_[!e]*.py"))


def test_every_defence_of_the_pages_is_taken_out_by_an_attack() -> None:
    """The build fails where the text of one has gone; here none stands in its table for nothing."""
    attacks = "".join(file.read_text("utf-8") for file in BROWSER.glob("*.py"))
    removable = set(_WITHOUT.findall((HERE / "weakened_web" / "weaknesses.mjs").read_text("utf-8")))
    assert {one for one in removable if f'"{one}"' not in attacks} == set()
