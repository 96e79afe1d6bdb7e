"""Rows by pairs of values, many at once.

`(a, b) IN (…)` would be the plain way, but SQLite reads the whole table for it; a join finds each pair by its index.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

from sqlalchemy import Column, Connection, Row, Select, bindparam, column, select, text

# Pairs in one statement at most: SQLite's own limit of variables is far above, its patience with texts is not.
AT_ONCE: Final = 128


class Pairs:
    """The rows whose two columns hold one of these pairs of values."""

    def __init__(self, wanted: Sequence[Column[Any]], first: Column[Any], second: Column[Any]) -> None:
        self._wanted, self._halves = wanted, (first, second)
        self._statements: dict[int, Select[Any]] = {}

    def rows(self, db: Connection, pairs: Sequence[tuple[Any, Any]]) -> list[Row[Any]]:
        """In no order; a row may come twice."""
        found: list[Row[Any]] = []
        unique = list(dict.fromkeys(pairs))
        for start in range(0, len(unique), AT_ONCE):
            found += self._rows(db, unique[start : start + AT_ONCE])
        return found

    def _rows(self, db: Connection, pairs: list[tuple[Any, Any]]) -> Sequence[Row[Any]]:
        # Up to a power of two by repeating the last, so that there are few statements, each prepared once.
        size = 1 << (len(pairs) - 1).bit_length()
        padded = chain(pairs, pairs[-1:] * (size - len(pairs)))
        values = {
            f"{half}{at}": value for at, pair in enumerate(padded) for half, value in zip("ab", pair, strict=True)
        }
        return db.execute(self._statement(size), values).all()

    def _statement(self, size: int) -> Select[Any]:
        if size not in self._statements:
            self._statements[size] = self._made(size)
        return self._statements[size]

    def _made(self, size: int) -> Select[Any]:
        first, second = self._halves
        rows = ", ".join(f"(:a{at}, :b{at})" for at in range(size))
        kinds = [
            bindparam(f"{half}{at}", type_=one.type)
            for half, one in zip("ab", self._halves, strict=True)
            for at in range(size)
        ]
        # What both databases call the columns of VALUES.
        named = [column("column1", first.type), column("column2", second.type)]
        pairs = text(f"VALUES {rows}").bindparams(*kinds).columns(*named).subquery("wanted")
        return select(*self._wanted).join(pairs, (first == pairs.c.column1) & (second == pairs.c.column2))
