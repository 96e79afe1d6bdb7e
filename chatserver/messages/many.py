"""One statement for many rows, as the driver takes them: tuples, with the text of the statement made once.

The usual way makes a dictionary of every row and looks at each value once more; that took longer than the writing.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Insert, Update
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect

from booking.times import UtcDateTime

T = TypeVar("T")
_SQLITE: Final = sqlite.dialect()


def some(values: Iterable[T]) -> list[T]:
    """The values for an IN, up to a power of two by repeating the last: few statements, each prepared once."""
    listed = list(values)
    size = 1 << max(len(listed) - 1, 0).bit_length()
    return listed + listed[-1:] * (size - len(listed))


class Many:
    """An INSERT or UPDATE. `names` are its parameters, in the order in which rows give them."""

    def __init__(self, statement: Insert | Update, *names: str, instants: Sequence[str] = ()) -> None:
        self._statement, self._names = statement, names
        self._instants = [names.index(one) for one in instants]
        self._made: dict[str, tuple[str, Callable[[tuple[Any, ...]], tuple[Any, ...]]]] = {}

    def run(self, db: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Carries it out for each row, in their order."""
        if not rows:
            return
        statement, ordered = self._for(db.dialect)
        if db.dialect.name == "sqlite":
            rows = [self._with_text(row) for row in rows]
        db.exec_driver_sql(statement, [ordered(row) for row in rows])

    def _for(self, dialect: Dialect) -> tuple[str, Callable[[tuple[Any, ...]], tuple[Any, ...]]]:
        if dialect.name not in self._made:
            made = self._statement.compile(dialect=dialect, column_keys=list(self._names))
            self._made[dialect.name] = (
                str(made),
                itemgetter(*(self._names.index(one) for one in made.positiontup or ())),
            )
        return self._made[dialect.name]

    def _with_text(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for at in self._instants:
            values[at] = _as_text(values[at])
        return tuple(values)


# A group shares one instant.
@lru_cache(maxsize=64)
def _as_text(at: Any) -> Any:
    return UtcDateTime().process_bind_param(at, _SQLITE)
