"""Every refusal has a code, a status and a sentence that a person can act on."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import booking
import chatserver
import crypto
from chatserver.problems import ROOTS, STATUS, AnyRefusal, status_of, told


def _everything_imported() -> None:
    for package in (booking, chatserver, crypto):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            # Running these is their purpose; Alembic's needs a database.
            if not module.name.endswith(("__main__", ".env")) and ".versions" not in module.name:
                importlib.import_module(module.name)


def _children(root: type[AnyRefusal]) -> Iterator[type[AnyRefusal]]:
    for child in root.__subclasses__():
        yield child
        yield from _children(child)


_everything_imported()
REFUSALS = sorted(
    {child for root in ROOTS for child in _children(root)}, key=lambda one: (one.__module__, one.__name__)
)


@pytest.mark.parametrize("refusal", [*ROOTS, *REFUSALS], ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_a_refusal_has_a_status_and_a_sentence(refusal: type[AnyRefusal]) -> None:
    """Nothing ends as an internal error because somebody forgot a line."""
    assert 400 <= status_of(refusal()) < 600
    assert refusal.code == refusal.code.lower()
    assert refusal.sentence[0].isupper()
    assert refusal.sentence.endswith(".")


def test_each_root_gives_each_of_its_codes_to_one_refusal_only() -> None:
    """A code says what is the case: two cases have two codes."""
    for root in ROOTS:
        codes = [one.code for one in REFUSALS if issubclass(one, root)]
        assert sorted(codes) == sorted(set(codes))


def test_the_table_has_no_line_for_a_refusal_that_is_gone() -> None:
    """The table is the truth, so it does not keep history."""
    assert set(STATUS) == {one.code for one in (*ROOTS, *REFUSALS)}


def test_a_refusal_tells_the_field_only_where_one_is_at_fault() -> None:
    """`{code, message, field?}`."""
    refusal = chatserver.errors.Malformed(field="room")
    assert told(refusal) == {"code": "malformed", "message": refusal.sentence, "field": "room"}
    assert set(told(chatserver.errors.NotFound())) == {"code", "message"}
