"""Verbs that both kinds of connection can carry out.

On an AsyncConnection each statement is a step to the driver's thread and back. Where somebody else may be waiting for
the same turn, a whole verb is one function on a plain Connection: `verb.at_once(db, …)`.
"""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, Generic, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

P = ParamSpec("P")
R = TypeVar("R")


class Verb(Generic[P, R]):
    """`await verb(db, …)` in an asynchronous transaction, `verb.at_once(db, …)` in a plain one."""

    def __init__(self, act: Callable[Concatenate[Connection, P], R]) -> None:
        self.at_once = act
        update_wrapper(self, act)

    async def __call__(self, db: AsyncConnection, *args: P.args, **kwargs: P.kwargs) -> R:
        """The same, step by step."""
        return await db.run_sync(self.at_once, *args, **kwargs)
