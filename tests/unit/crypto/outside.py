"""Vectors of others: where they are, and how many of each set come out as they say."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

WYCHEPROOF: Final = Path(__file__).parents[4] / "shared" / "vectors"
SCORES: Final[dict[str, tuple[int, int, str]]] = {}


def wycheproof(name: str) -> list[tuple[Any, Any]]:
    """(group, case) pairs. The files are kept beside the repository because of their size; CI always has them."""
    path = WYCHEPROOF / f"wycheproof_{name}_test.json"
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{path.name} is missing in CI")
        pytest.skip(f"{path.name} is not here: the outside vectors are kept beside the repository")
    groups = json.loads(path.read_text(encoding="utf-8"))["testGroups"]
    return [(group, case) for group in groups for case in group["tests"]]


def score(name: str, cases: list[Any], right: Callable[[Any], bool], remark: str = "") -> None:
    """Counts, tells at the end of the run, and fails when one came out otherwise."""
    wrong = [number for number, case in enumerate(cases) if not right(case)]
    SCORES[name] = (len(cases) - len(wrong), len(cases), remark)
    assert cases
    assert not wrong, (name, wrong)
