"""Two nodes that write at the same moment: the database decides, and both tell the same."""

import asyncio

from chatserver.appointments.wire import Appointment
from crypto import Text, Writer
from tests.api.story import enquire
from tests.api.test_messages import post
from tests.nodes.conftest import Nodes
from tests.nodes.story import talk_apart
from tests.person_web import Refused

ROUNDS = 4


async def test_positions_have_no_gap_when_both_nodes_write_into_one_room(nodes: Nodes) -> None:
    """Each answer names a place of its own, and both sides read one order."""
    talking = await talk_apart(nodes)
    writers = [(one, Writer(one.person.identity)) for one in (talking.room, talking.desk) for _ in range(8)]
    sealed = [
        writer.seal(one.reader.place(), Text(str(number)), clock="none", sent_at=0).envelope
        for number, (one, writer) in enumerate(writers)
    ]
    answers = await asyncio.gather(*(post(one, envelope) for (one, _), envelope in zip(writers, sealed, strict=True)))
    assert sorted(one.position for one in answers) == list(range(4, 20))
    assert await talking.room.read() == await talking.desk.read()
    assert [line.reason for line in talking.room.lines] == [None] * 17


async def test_of_two_clients_at_two_nodes_exactly_one_gets_a_slot(nodes: Nodes) -> None:
    """The other is told that it is taken."""
    one = await talk_apart(nodes)
    other_client, room = await enquire(nodes.right, "luisa7")
    await one.counsellor.take(room.id)
    for slot in (await one.client.slots(one.room.id)).slots[:ROUNDS]:
        answers = await asyncio.gather(
            one.client.book(one.room.id, slot), other_client.book(room.id, slot), return_exceptions=True
        )
        assert len([answer for answer in answers if isinstance(answer, Appointment)]) == 1
        assert [answer.code for answer in answers if isinstance(answer, Refused)] == ["slot_taken"]
    assert len((await one.counsellor.calendar()).appointments) == ROUNDS
