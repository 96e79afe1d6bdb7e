"""Answers that are the same for everybody and take a while to work out: kept for a time, worked out once at a time."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

T = TypeVar("T")


class KeptAnswers:
    """By name. In memory only: after a start each is worked out anew."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[datetime, Any]] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def answer(
        self, name: str, now: datetime, within: timedelta, work_out: Callable[[T | None], Awaitable[T]]
    ) -> T:
        """The answer of that name if it is not older than that, else a new one; `work_out` is given the old one.

        A clock that was set back makes no answer last longer. What fails is not kept.
        """
        async with self._turns[name]:
            at, before = self._answers.get(name, (None, None))
            if at is not None and abs(now - at) < within:
                # Whoever asks by that name has put it there.
                return cast("T", before)
            made = await work_out(before)
            self._answers[name] = (now, made)
            return made
