"""Who shows which room right now: in memory only, and gone with the pages. It promises nothing.

Each node has its own pages, and mirrors those of the others (nodes/): a person is here wherever their page is open.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from chatserver.nodes.words import Gone, Left, Shown

# An `enter` that was under way when its socket died must not leave a ghost; it takes seconds at most.
_REMEMBERED_GONE: Final = 4096
# This process among the nodes.
HERE: Final = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody has come to a room, or has left it with the last of their pages."""

    room: str
    account_id: str
    state: Literal["here", "away"]


class Pages:
    """The pages of one node that show a room."""

    def __init__(self) -> None:
        self._people: dict[str, dict[str, str]] = defaultdict(dict)
        self._rooms: dict[str, set[str]] = defaultdict(set)

    def add(self, room: str, account_id: str, page: str) -> None:
        """The page shows the room."""
        self._people[room][page] = account_id
        self._rooms[page].add(room)

    def remove(self, room: str, page: str) -> None:
        """It does no more."""
        if self._people.get(room, {}).pop(page, None) is None:
            return
        self._rooms[page].discard(room)
        if not self._rooms[page]:
            del self._rooms[page]
        if not self._people[room]:
            del self._people[room]

    def people(self, room: str) -> Collection[str]:
        """Who shows it, once for each page."""
        return self._people.get(room, {}).values()

    def person(self, room: str, page: str) -> str | None:
        """Whose page it is, if it shows the room."""
        return self._people.get(room, {}).get(page)

    def rooms(self, page: str) -> list[str]:
        """What the page shows."""
        return sorted(self._rooms.get(page, ()))

    def all(self) -> list[Shown]:
        """Every page with every room."""
        return [Shown(room, one, page) for room, pages in self._people.items() for page, one in pages.items()]


class Presence:
    """Who is here. Each step answers what has changed by it, for whoever is to be told."""

    def __init__(self) -> None:
        self._nodes: dict[str, Pages] = defaultdict(Pages)
        self._gone: OrderedDict[str, None] = OrderedDict()
        # To be set where there are other nodes: passes on what pages of this one show.
        self.pass_on: Callable[[Shown | Left | Gone], None] = _to_nobody

    def enter(self, room: str, account_id: str, page: str) -> list[Change]:
        """A page of this node shows the room."""
        if page in self._gone:
            return []
        self.pass_on(Shown(room, account_id, page))
        return self.shown_at(HERE, room, account_id, page)

    def leave(self, room: str, page: str) -> list[Change]:
        """A page of this node shows the room no more."""
        self.pass_on(Left(room, page))
        return self.left_at(HERE, room, page)

    def lose(self, page: str) -> list[Change]:
        """A page of this node is gone: so is the person, from the rooms that no other page of theirs shows."""
        self._gone[page] = None
        if len(self._gone) > _REMEMBERED_GONE:
            self._gone.popitem(last=False)
        self.pass_on(Gone(page))
        return self.lost_at(HERE, page)

    def here(self, room: str, among: Collection[str]) -> list[str]:
        """Those of these people who are here; whoever has lost their seat is not among them any more."""
        return sorted(one for one in set(among) if self._is_here(room, one))

    def shown_here(self) -> list[Shown]:
        """What the pages of this node show."""
        return self._nodes[HERE].all()

    def shown_at(self, node: str, room: str, account_id: str, page: str) -> list[Change]:
        """As `enter`, at any node."""
        was_here = self._is_here(room, account_id)
        self._nodes[node].add(room, account_id, page)
        return [] if was_here else [Change(room, account_id, "here")]

    def left_at(self, node: str, room: str, page: str) -> list[Change]:
        """As `leave`, at any node."""
        account_id = self._nodes[node].person(room, page)
        if account_id is None:
            return []
        self._nodes[node].remove(room, page)
        return [] if self._is_here(room, account_id) else [Change(room, account_id, "away")]

    def lost_at(self, node: str, page: str) -> list[Change]:
        """As `lose`, at any node."""
        return [change for room in self._nodes[node].rooms(page) for change in self.left_at(node, room, page)]

    def all_shown_at(self, node: str, shown: Iterable[Shown]) -> list[Change]:
        """All that pages of another node show, after something of that was missed."""
        before, after = self._nodes[node].all(), list(shown)
        changes = [change for one in after for change in self.shown_at(node, one.room, one.account, one.page)]
        still = {(one.room, one.page) for one in after}
        gone = [one for one in before if (one.room, one.page) not in still]
        return changes + [change for one in gone for change in self.left_at(node, one.room, one.page)]

    def forget(self, node: str) -> list[Change]:
        """The node is gone, and its pages with it."""
        changes = self.all_shown_at(node, ())
        self._nodes.pop(node, None)
        return changes

    def _is_here(self, room: str, account_id: str) -> bool:
        return any(account_id in pages.people(room) for pages in self._nodes.values())


def _to_nobody(_word: Shown | Left | Gone) -> None:
    return None
