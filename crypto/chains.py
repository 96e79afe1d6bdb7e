"""Each page's messages form a chain: what is dropped, swapped or repeated shows (T21-T24). docs/protocol.md 9."""

from collections.abc import Iterable
from dataclasses import dataclass

from crypto.encoding import ZERO32, fields, lp, read_u64, sized, u64
from crypto.errors import ChainBroken, Replayed, SeenFalls
from crypto.message import Header


@dataclass(frozen=True, slots=True)
class Link:
    """The last message heard of one session."""

    sender: bytes
    session: bytes
    counter: int
    id: bytes
    seen_pos: int

    @property
    def raw(self) -> bytes:
        return lp(self.sender, self.session, u64(self.counter), self.id, u64(self.seen_pos))


def read_link(field: bytes) -> Link:
    """Raises Malformed."""
    sender, session, counter, id_, seen_pos = fields(field, 5)
    return Link(sized(sender, 32), sized(session, 16), read_u64(counter), sized(id_, 32), read_u64(seen_pos))


class Chains:
    """The sessions of a room, the one last heard at the end."""

    def __init__(self, links: Iterable[Link] = ()) -> None:
        self._links = {(link.sender, link.session): link for link in links}
        self._broken: dict[tuple[bytes, bytes], set[int]] = {}

    def check(self, header: Header) -> bool:
        """Whether messages before this one are missing. Raises Replayed, ChainBroken, SeenFalls; moves nothing."""
        page = (header.sender, header.session)
        last = self._links.get(page)
        following = 0 if last is None else last.counter + 1
        if header.counter < following:
            raise Replayed
        if header.counter == following and header.prev_id != (ZERO32 if last is None else last.id):
            raise ChainBroken
        if last is not None and header.seen_pos < last.seen_pos:
            raise SeenFalls
        there = sum(following <= counter < header.counter for counter in self._broken.get(page, ()))
        return header.counter - following > there

    def note_broken(self, header: Header) -> None:
        """What came broken was said then, and is not missing as well. It moves nothing: nobody vouches for it."""
        self._broken.setdefault((header.sender, header.session), set()).add(header.counter)

    def move(self, header: Header, id_: bytes) -> None:
        """After a message that counts."""
        self._links.pop((header.sender, header.session), None)
        self._broken.pop((header.sender, header.session), None)
        link = Link(header.sender, header.session, header.counter, id_, header.seen_pos)
        self._links[header.sender, header.session] = link

    def newest(self, most: int) -> list[Link]:
        """The sessions last heard, oldest first."""
        return list(self._links.values())[-most:]
