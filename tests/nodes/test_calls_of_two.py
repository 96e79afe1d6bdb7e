"""A call between people at different nodes: whoever cannot be reached is not rung up."""

import pytest

from chatserver.calls.wire import CallHeard
from tests.api.test_appointments import booked
from tests.api.test_calls import call, signal
from tests.nodes.conftest import Nodes
from tests.nodes.story import talk_apart
from tests.person_web import Refused


async def test_a_signal_reaches_the_other_node_and_without_redis_it_is_refused(nodes: Nodes) -> None:
    """Nothing is kept, so nothing could be asked for later."""
    talking = await talk_apart(nodes)
    appointment = await booked(talking)
    for house in (nodes.left, nodes.right):
        house.clock.move_to(appointment.starts_at)
    await talking.counsellor.begin_live_chat(appointment.id)
    said = signal(talking.room)
    await call(talking.room, said)
    assert await talking.counsellor.browser.heard("call", CallHeard) == CallHeard(talking.room.id, said)
    nodes.redis.kill()
    with pytest.raises(Refused, match="others_out_of_reach"):
        while True:
            await call(talking.room, signal(talking.room))
