"""Who shows which room right now: in memory only, per process, and gone with the pages. It promises nothing."""

from collections import OrderedDict, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

# An `enter` that was under way when its socket died must not leave a ghost; it takes seconds at most.
_REMEMBERED_GONE: Final = 4096


@dataclass(slots=True)
class Presence:
    """Pages by room. One person may show a room on several pages, and is here until the last has left."""

    _pages: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    _rooms: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _gone: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def enter(self, room: str, account_id: str, connection: str) -> bool:
        """This page shows the room; True when the person was not here before."""
        if connection in self._gone:
            return False
        arrived = account_id not in self._pages[room].values()
        self._pages[room][connection] = account_id
        self._rooms[connection].add(room)
        return arrived

    def leave(self, room: str, connection: str) -> str | None:
        """This page shows the room no more; the person's id when it was their last page there."""
        account_id = self._pages[room].pop(connection, None)
        still_here = account_id in self._pages[room].values()
        self._rooms[connection].discard(room)
        if not self._rooms[connection]:
            del self._rooms[connection]
        if not self._pages[room]:
            del self._pages[room]
        return None if still_here else account_id

    def lose(self, connection: str) -> list[tuple[str, str]]:
        """The page is gone: the rooms that a person has thereby left, each with the person."""
        self._gone[connection] = None
        if len(self._gone) > _REMEMBERED_GONE:
            self._gone.popitem(last=False)
        left = [(room, self.leave(room, connection)) for room in sorted(self._rooms.get(connection, ()))]
        return [(room, account_id) for room, account_id in left if account_id is not None]

    def here(self, room: str, among: Collection[str]) -> list[str]:
        """Those of these people who are here; whoever has lost their seat is not among them any more."""
        return sorted(set(self._pages.get(room, {}).values()) & set(among))


# Connection and room ids are random: several servers in one process do not get into each other's way.
PRESENCE: Final = Presence()
