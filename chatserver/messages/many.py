"""One statement for many rows, as the driver takes them: tuples, with the text of the statement made once.

The usual way makes a dictionary of every row and looks at each value once more; that took longer than the writing.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection, Insert, Update
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect

from booking.times import UtcDateTime

_SQLITE: Final = sqlite.dialect()


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
        driver: Any = db.connection.dbapi_connection
        if isinstance(driver, sqlite3.Connection):
            driver.executemany(statement, [ordered(self._with_text(row)) for row in rows])
        else:
            db.exec_driver_sql(statement, [ordered(row) for row in rows])

    def made(self, db: Connection, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        """The same for an INSERT that returns one value: that of each row, in their order."""
        if not rows:
            return []
        driver: Any = db.connection.dbapi_connection
        if isinstance(driver, sqlite3.Connection):
            statement, ordered = self._for(db.dialect)
            return [driver.execute(statement, ordered(self._with_text(row))).fetchall()[0][0] for row in rows]
        # Over a network one step for all of them is what counts.
        return list(db.execute(self._statement, [dict(zip(self._names, row, strict=True)) for row in rows]).scalars())

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
            if values[at] is not None:
                values[at] = _as_text(values[at])
        return tuple(values)


# A group shares one instant.
@lru_cache(maxsize=64)
def _as_text(at: Any) -> Any:
    return UtcDateTime().process_bind_param(at, _SQLITE)
