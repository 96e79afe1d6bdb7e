"""Rows by many keys at once, as the driver gives them: the text of each statement is made once.

The usual way looks at a statement's parts anew each time it is carried out, which takes longer than to carry it out.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, Final

from sqlalchemy import Column, Connection, Select, bindparam, column, text
from sqlalchemy.engine import Dialect

# Keys in one statement at most: SQLite's own limit of variables is far above, its patience with texts is not.
AT_ONCE: Final = 64

Convert = Callable[[Any], Any]
# A statement, its own values, where each parameter lies among keys and own values, and what makes a raw value ours.
Made = tuple[str, list[Any], Sequence[int], Sequence[tuple[int, Convert]]]


class Rows:
    """The rows of a SELECT whose columns hold one of several keys; with two columns, a key is a pair of values."""

    def __init__(self, statement: Select[Any], *columns: Column[Any]) -> None:
        self._statement, self._columns = statement, columns
        self._made: dict[tuple[str, int], Made] = {}

    def of(self, db: Connection, keys: Iterable[Any]) -> list[tuple[Any, ...]]:
        """Keys are given once each. In the statement's order as long as there are no more than fit into one."""
        listed = list(keys)
        found: list[tuple[Any, ...]] = []
        for start in range(0, len(listed), AT_ONCE):
            found += self._some(db, listed[start : start + AT_ONCE])
        return found

    def _some(self, db: Connection, keys: list[Any]) -> list[tuple[Any, ...]]:
        # Up to a power of two by repeating the last, so that there are few statements.
        size = 1 << (len(keys) - 1).bit_length()
        keys += keys[-1:] * (size - len(keys))
        name = db.dialect.name, size
        if name not in self._made:
            self._made[name] = self._make(db.dialect, size)
        statement, own, order, converts = self._made[name]
        values = (keys if len(self._columns) == 1 else list(chain.from_iterable(keys))) + own
        rows = fetch(db, statement, tuple([values[at] for at in order]))
        return [_converted(row, converts) for row in rows] if converts else rows

    def _make(self, dialect: Dialect, size: int) -> Made:
        by = _by_one if len(self._columns) == 1 else _by_two
        made = by(self._statement, size, *self._columns).compile(dialect=dialect)
        keys = {f"k{at}": at for at in range(size * len(self._columns))}
        own = {name: value for name, value in made.params.items() if name not in keys}
        places = keys | {name: len(keys) + at for at, name in enumerate(own)}
        order = [places[name] for name in made.positiontup or ()]
        kinds = [one.type.dialect_impl(dialect) for one in self._statement.selected_columns]
        converts = [(at, kind.result_processor(dialect, None)) for at, kind in enumerate(kinds)]
        return str(made), list(own.values()), order, [(at, convert) for at, convert in converts if convert is not None]


def _by_one(statement: Select[Any], size: int, first: Column[Any]) -> Select[Any]:
    return statement.where(first.in_([bindparam(f"k{at}", type_=first.type) for at in range(size)]))


def _by_two(statement: Select[Any], size: int, first: Column[Any], second: Column[Any]) -> Select[Any]:
    # `(a, b) IN (…)` would be the plain way, but SQLite reads the whole table for it; a join finds each by its index.
    rows = ", ".join(f"(:k{2 * at}, :k{2 * at + 1})" for at in range(size))
    kinds = [bindparam(f"k{at}", type_=(first, second)[at % 2].type) for at in range(2 * size)]
    # What both databases call the columns of VALUES.
    named = [column("column1", first.type), column("column2", second.type)]
    wanted = text(f"VALUES {rows}").bindparams(*kinds).columns(*named).subquery("wanted")
    return statement.join(wanted, (first == wanted.c.column1) & (second == wanted.c.column2))


def fetch(db: Connection, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """All rows of a statement that the driver takes as it is."""
    driver: Any = db.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):
        return driver.execute(statement, values).fetchall()
    return list(db.exec_driver_sql(statement, values))


def _converted(row: Sequence[Any], converts: Sequence[tuple[int, Convert]]) -> tuple[Any, ...]:
    values = list(row)
    for at, convert in converts:
        values[at] = convert(values[at])
    return tuple(values)
