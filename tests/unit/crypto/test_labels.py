"""Labels, refusals, and the page that lists them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto import errors, labels
from crypto.errors import CryptoRefusal, every_refusal

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")


def test_t34_every_label_is_listed_once() -> None:
    """T34: two purposes never share a label, and none begins another's bytes in an lp."""
    values = list(labels.ALL.values())
    assert len(values) == len(set(values))
    assert all(value.startswith(b"sprechraum/1 ") for value in values)


def test_labels_stand_nowhere_else() -> None:
    """A label written out in another file would escape the check above."""
    elsewhere = [
        path.name
        for path in (ROOT / "crypto").glob("*.py")
        if path.name != "labels.py" and "sprechraum/1" in path.read_text(encoding="utf-8")
    ]
    assert elsewhere == []


def test_each_label_has_one_purpose_in_the_code() -> None:
    """A label of a signature never appears as that of a hash."""
    used: dict[str, set[str]] = {}
    for path in (ROOT / "crypto").glob("*.py"):
        for function, name in re.findall(r"(\w+)\(\s*labels\.([A-Z_]+)", path.read_text(encoding="utf-8")):
            used.setdefault(name, set()).add("lp" if function in {"lp", "th_start", "th_step"} else function)
    doubles = {name: how for name, how in used.items() if {"lp", "digest"} <= how or {"digest", "expand"} <= how}
    assert doubles == {}


def test_the_page_lists_every_label() -> None:
    """A stranger writes a client from it."""
    section = PAGE.split("## 14.")[1].split("## 15.")[0]
    assert set(re.findall(r"`([^`]+)`", section)) - {"sprechraum/1 "} == {
        value.decode().removeprefix("sprechraum/1 ") for value in labels.ALL.values()
    }


def test_the_page_lists_every_refusal_with_its_sentence() -> None:
    """The codes are part of the format."""
    section = PAGE.split("## 15.")[1]
    listed = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE))
    assert listed == {one.code: one.sentence for one in every_refusal()}


@pytest.mark.parametrize("refusal", every_refusal())
def test_every_refusal_has_its_own_code_and_a_sentence(refusal: type[CryptoRefusal]) -> None:
    """Codes are stable words; sentences are for people."""
    codes = [one.code for one in every_refusal()]
    assert codes.count(refusal.code) == 1
    assert refusal.code != CryptoRefusal.code
    assert refusal.sentence.endswith(".")
    assert str(refusal()) == refusal.sentence


def _raised(path: Path) -> Iterator[str]:
    """Every name that a `raise` mentions, also one that it chooses between."""
    for statement in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(statement, ast.Raise) and statement.exc is not None:
            yield from (one.id for one in ast.walk(statement.exc) if isinstance(one, ast.Name))


@pytest.mark.parametrize("refusal", every_refusal())
def test_every_refusal_is_raised_somewhere(refusal: type[CryptoRefusal]) -> None:
    """A code that nothing gives promises a check that nobody makes."""
    assert refusal.__name__ in {name for path in (ROOT / "crypto").glob("*.py") for name in _raised(path)}


def test_no_refusal_is_forgotten() -> None:
    """The walk over subclasses and the list agree."""
    assert set(every_refusal()) == set(CryptoRefusal.__subclasses__())
    assert errors.CryptoRefusal.field is None
