"""T35: both implementations take or refuse everything alike, with the same code and the same result.

2,000 changed objects in `make test`, 100,000 in `make test-long`.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.crypto.differential.node_judge import NodeJudge
from tests.unit.crypto.differential.python_judge import answer
from tests.unit.crypto.differential.subjects import SUBJECTS, Subject
from tests.unit.crypto.differential.trees import Step, Tree, changed

LONG: Final = settings.get_current_profile_name() == "long"
CASES: Final = 100_000 if LONG else 2_000
# Of a hundred cases, how many of each: rooms have the most to go wrong.
SHARES: Final = {"rooms": 45, "items": 15, "rosters": 10, "words": 12, "vaults": 14, "files": 4}
# What Node may hold more at the end than at the beginning, caches included.
MEMORY: Final = 64 * 1024 * 1024
# Which object, what is done to it, whether it is signed anew, and a number for whatever else the question may vary.
Case = tuple[int, list[Step], bool, int]

steps = st.lists(st.tuples(st.integers(0, 4095), st.integers(0, 89), st.integers(0, 2**24)), max_size=3)


@pytest.fixture(scope="module")
def node() -> Iterator[NodeJudge]:
    """One process for all cases: it must not fall over, whatever it is asked."""
    judge = NodeJudge()
    yield judge
    judge.close()


@cache
def subjects_of(name: str) -> list[Subject]:
    return SUBJECTS[name]()


@cache
def donors_of(name: str) -> list[Tree]:
    """Parts of other objects, to be put in the wrong place."""
    return [one.tree.at(path) for one in subjects_of(name) for path in one.tree.paths()]


def judged(node: NodeJudge, name: str, case: Case) -> tuple[Any, Any]:
    """(Python's answer, TypeScript's answer)."""
    which, how, resign, choice = case
    subject = subjects_of(name)[which % len(subjects_of(name))]
    kind, question = subject.ask(changed(subject.tree, how, donors_of(name)), resign, choice)
    return answer(kind, question), node.ask(kind, question)


def test_t35_what_nobody_changed_is_taken_by_both(node: NodeJudge) -> None:
    """So that the cases below begin at something whole."""
    for name in SUBJECTS:
        for which, subject in enumerate(subjects_of(name)):
            for resign in (False, True):
                python, typescript = judged(node, name, (which, [], resign, 0))
                assert python == typescript, (name, which)
                assert not _refused(python), (name, which, python, subject.tree.bytes().hex())


def _refused(answer: Any) -> bool:
    if "password" in answer:
        return any(one["refusal"] is not None for one in answer.values())
    verdicts = (answer["value"] or {}).get("verdicts", []) if isinstance(answer["value"], dict) else []
    return answer["refusal"] is not None or any(one[0] == "broken" for one in verdicts)


@pytest.mark.parametrize("name", SUBJECTS)
def test_t35_what_was_changed_is_judged_alike(node: NodeJudge, name: str) -> None:
    """The same code, the same verdicts, marks and transcripts; no crash on either side, and no memory lost."""
    before = node.heap()

    @settings(
        max_examples=CASES * SHARES[name] // 100,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=not LONG,
    )
    @given(which=st.integers(0, 255), how=steps, resign=st.booleans(), choice=st.integers(0, 2**20))
    def both(which: int, how: list[Step], resign: bool, choice: int) -> None:
        python, typescript = judged(node, name, (which, how, resign, choice))
        assert "crash" not in python, python["crash"]
        assert python == typescript

    both()
    assert node.heap() - before < MEMORY


def test_a_disagreement_would_be_found(node: NodeJudge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A TypeScript client that lets one refusal pass: the comparison above turns red."""
    true_ask = node.ask

    def careless(kind: str, question: Any) -> Any:
        found = true_ask(kind, question)
        return found | {"refusal": None} if found.get("refusal") == "signature_invalid" else found

    monkeypatch.setattr(node, "ask", careless)
    with pytest.raises(AssertionError):
        test_t35_what_was_changed_is_judged_alike(node, "items")
