"""One changed object, and what both implementations say of it."""

from functools import cache
from typing import Any, Final

from tests.unit.crypto.differential.node_judge import NodeJudge
from tests.unit.crypto.differential.python_judge import answer
from tests.unit.crypto.differential.subjects import SUBJECTS, Subject
from tests.unit.crypto.differential.trees import Step, Tree, changed

# Of a hundred cases, how many of each: rooms have the most to go wrong.
SHARES: Final = {"rooms": 45, "items": 15, "rosters": 10, "words": 12, "vaults": 14, "files": 4}
# What Node may hold more at the end than at the beginning, caches included.
MEMORY: Final = 64 * 1024 * 1024
# Which object, what is done to it, whether it is signed anew, and a number for whatever else the question may vary.
Case = tuple[int, list[Step], bool, int]


@cache
def subjects_of(name: str) -> list[Subject]:
    """Made once: making rooms takes longer than judging them."""
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
    node.put(kind, question)
    return answer(kind, question), node.told()
