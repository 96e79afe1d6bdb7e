"""What went past a liar, counted, and waited for."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Passed:
    """Requests as "PUT /api/vault" once they are answered, events of the live line by their name once they are sent."""

    _counts: Counter[str] = field(default_factory=Counter)
    _moved: asyncio.Condition = field(default_factory=asyncio.Condition)

    def times(self, what: str) -> int:
        """How often so far."""
        return self._counts[what]

    async def once_more(self, what: str) -> None:
        """Counts one."""
        async with self._moved:
            self._counts[what] += 1
            self._moved.notify_all()

    async def more_often(self, what: str, than: int) -> None:
        """Waits until it has passed more often than that."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._counts[what] > than)
