"""A conversation between two people at different nodes."""

from tests.api.story import Talk, enquire
from tests.nodes.conftest import Nodes
from tests.person_room import Room


async def talk_apart(nodes: Nodes) -> Talk:
    """The client is at the left node, the counsellor at the right one; both have a socket."""
    client, room = await enquire(nodes.left)
    counsellor = await nodes.right.counsellor("berger")
    desk = await counsellor.take(room.id)
    await room.read()
    await client.connect()
    await counsellor.connect()
    return Talk(client, room, counsellor, desk)


async def hears(room: Room, text: str) -> bool:
    """Whether it is pushed, sooner or later; one's own words are, too."""
    while await room.hear() != text:
        pass
    return True
