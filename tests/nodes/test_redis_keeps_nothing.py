"""Redis carries words from node to node, and has none of them afterwards."""

from redis.asyncio import Redis

from tests.api.story import talk
from tests.nodes.conftest import Nodes


async def test_nothing_is_kept_there_while_people_talk_nor_when_an_account_is_deleted(nodes: Nodes) -> None:
    """No key at any time: what is not there need not be searched for a word."""
    talking = await talk(nodes.left)
    await talking.client.connect()
    await talking.desk.write("Hier ist die Antwort.")
    async with Redis.from_url(nodes.redis.url) as redis:
        assert await redis.dbsize() == 0
        await talking.client.delete_account()
        assert await redis.dbsize() == 0
