"""Lines of pages without a socket, without any server around them."""

import asyncio
from datetime import timedelta

from chatserver.lines import KEPT_FOR, Lines
from tests.frame import MORNING


async def test_a_page_asks_once_at_a_time() -> None:
    """A request that was given up on its way ends when the next one comes, instead of waiting beside it."""
    line, _ = Lines().open("account", "session", None, MORNING)
    until = asyncio.get_running_loop().time() + 60
    first = line.ask(0, MORNING)
    line.looks()
    waiting = asyncio.ensure_future(line.waits(first, until))
    await asyncio.sleep(0)
    second = line.ask(0, MORNING)
    assert await waiting is False
    line.looks()
    line.tell("notice", {}, 2)
    assert await line.waits(second, until) is True


async def test_what_is_told_while_the_database_is_looked_at_ends_the_wait() -> None:
    """Otherwise it would lie there until something else happens."""
    line, _ = Lines().open("account", "session", None, MORNING)
    turn = line.ask(0, MORNING)
    line.looks()
    line.tell("notice", {}, 2)
    assert await line.waits(turn, 0.0) is True


async def test_an_unused_line_is_forgotten() -> None:
    """With all that it would have told."""
    lines = Lines()
    line, _ = lines.open("account", "session", None, MORNING)
    line.ask(0, MORNING)
    assert lines.open("account", "session", line.id, MORNING + KEPT_FOR) == (line, False)
    assert lines.open("account", "session", line.id, MORNING + KEPT_FOR + timedelta(seconds=1))[1] is True
    assert lines.sessions() == {"session"}


async def test_a_line_serves_its_own_session_only() -> None:
    """Another login of the same person gets a line of its own."""
    lines = Lines()
    line, _ = lines.open("account", "session", None, MORNING)
    assert lines.open("account", "other", line.id, MORNING)[1] is True
    lines.end("session")
    assert line.over
    assert lines.sessions() == {"other"}
