"""Those who hold a duty key that they should not have, and what they read with it."""

from chatserver.enquiries.wire import SendEnquiry
from chatserver.rooms.wire import Items, Since
from crypto import DutySeed, Reader, Roster, RosterBook, Text, Verdict, read_genesis
from tests.person_room import Room


def read_enquiry(duty: DutySeed, roster: Roster, sent: SendEnquiry, room_share: bytes) -> str:
    """What the server reads of an enquiry, if the roster that it was sealed to is its own."""
    reader = Reader(
        read_genesis(sent.genesis).room,
        book=RosterBook([roster]),
        room_share=room_share,
        root_fingerprint=roster.root_fingerprint,
        duty_seeds=[duty],
    )
    reader.push(1, sent.genesis)
    return _text_of(reader.push(2, sent.envelope))


async def read_with(thief: DutySeed, room: Room) -> list[str]:
    """What somebody reads to whom the server hands everything, and who has this seed and no key besides."""
    await room.read()
    page = await room.person.browser.get("/api/rooms/{room}/items", Since(room.id, 0, 200), Items)
    reader = Reader(
        bytes.fromhex(room.id),
        book=room.person.rosters,
        room_share=room.thread.room_share,
        root_fingerprint=thief.root_fingerprint,
        duty_seeds=[thief],
    )
    return [_text_of(reader.push(item.position, item.envelope)) for item in page.items]


def _text_of(verdict: Verdict) -> str:
    """Empty for what is no text, or stays sealed."""
    body = verdict.message.body if verdict.message is not None else None
    return body.text if isinstance(body, Text) else ""
