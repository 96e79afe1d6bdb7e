"""T35: both implementations take or refuse everything alike, with the same code and the same result.

2,000 changed objects, the same ones each time; `make fuzz` asks for 100,000 others (fuzz.py).
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.crypto.differential.cases import MEMORY, SHARES, judged, subjects_of
from tests.unit.crypto.differential.node_judge import NodeJudge, built_judge
from tests.unit.crypto.differential.subjects import SUBJECTS
from tests.unit.crypto.differential.trees import Step

CASES: Final = 2_000

steps = st.lists(st.tuples(st.integers(0, 4095), st.integers(0, 89), st.integers(0, 2**24)), max_size=3)


@pytest.fixture(scope="module")
def node() -> Iterator[NodeJudge]:
    """One process for all cases: it must not fall over, whatever it is asked."""
    with built_judge() as folder:
        judge = NodeJudge(folder)
        yield judge
        judge.close()


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
        derandomize=True,
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
    true = node.told

    def careless() -> Any:
        found = true()
        return found | {"refusal": None} if found.get("refusal") == "signature_invalid" else found

    monkeypatch.setattr(node, "told", careless)
    with pytest.raises(AssertionError):
        test_t35_what_was_changed_is_judged_alike(node, "items")
