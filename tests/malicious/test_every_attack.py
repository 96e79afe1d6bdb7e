"""No attack without its test, and no defence in the tables that no test takes out."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from tests.malicious.weakened import WEAKNESSES, place_of

HERE: Final = Path(__file__).parent
# They come with the calls: there is nothing to attack before.
WITH_THE_CALLS: Final = {36, 48}
_NUMBER: Final = re.compile(r"T(\d+)(?=[,:])")


def tested() -> set[int]:
    """The numbers with which the docstrings of the tests begin."""
    found: set[int] = set()
    for file in HERE.glob("test_*.py"):
        for one in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith("test_"):
                first = (ast.get_docstring(one) or "").split(":")[0] + ":"
                found.update(int(number) for number in _NUMBER.findall(first))
    return found


def test_every_attack_has_a_test() -> None:
    """All fifty of the numbered table but the two that come with the calls."""
    assert set(range(1, 51)) - tested() == WITH_THE_CALLS


@pytest.mark.parametrize("attack", WEAKNESSES)
def test_what_is_taken_out_exists_and_is_used(attack: str) -> None:
    """A defence that was renamed must not look tested."""
    for where, name, _ in WEAKNESSES[attack]:
        assert hasattr(place_of(where), name)
    assert any(f'"{attack}"' in file.read_text("utf-8") for file in HERE.glob("test_[!e]*.py"))
