"""One row of the table: a fault, how often it is caused, and what must hold."""

import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.figures import Figure, Outcome


@dataclass(frozen=True, slots=True)
class Trial:
    """How a row is run: `count` times, with chance from `seed`, in a folder that is thrown away when all is well.

    `planted` names a bug that the server is started with, to see this row go red.
    """

    count: int
    seed: int
    folder: Path
    planted: str = ""
    chance: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "chance", random.Random(self.seed))


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is that of the fault matrix; `usual` is the count of a whole run and `short` that of `make test`.

    `planted`: the bugs that must turn this row red.
    """

    number: int
    name: str
    usual: int
    short: int
    run: Callable[[Trial], Coroutine[Any, Any, Outcome]]
    planted: tuple[str, ...] = ()


def none_of(name: str, how_many: int) -> Figure:
    """A figure that must be nothing at all."""
    return Figure(name, how_many, "", 0)
