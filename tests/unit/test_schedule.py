"""The ticker: how it ends."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from chatserver.deps import Deps
from chatserver.schedule import Sweep, Ticker
from tests.frame import frame


async def test_a_tick_that_is_under_way_is_finished_before_the_server_stops(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Cut off, its work would lie until its lease runs out, and every stop would look like an error."""
    begun, may_end = asyncio.Event(), asyncio.Event()
    ended: list[str] = []

    async def sweep(_deps: Deps) -> None:
        begun.set()
        await may_end.wait()
        ended.append("whole")

    async with frame(tmp_path) as house:
        ticker = Ticker(house.deps, {}, [Sweep("slow", timedelta(milliseconds=1), sweep)])
        ticker.start()
        await begun.wait()
        stopping = asyncio.create_task(ticker.stop())
        for _ in range(10):
            await asyncio.sleep(0)
        assert not stopping.done()
        may_end.set()
        await stopping
    assert ended == ["whole"]
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
