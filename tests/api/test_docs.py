"""What docs/api.md shows is true: every line of it is run against a server of its own."""

import ast
import re
from collections.abc import AsyncIterator
from inspect import isawaitable
from pathlib import Path

import pytest_asyncio

from chatserver.config import Config
from chatserver.demo import create_demo
from chatserver.demo.cast import ANKER
from chatserver.main import running

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


@pytest_asyncio.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """A server as `make run` starts it, by the machine's own clock."""
    async with running(Config(port=0, var=tmp_path / "var", demo=True)) as server:
        await create_demo(server.deps, tmp_path / "paper", (ANKER,))
        yield server.url


def _python(page: str) -> str:
    """The page with everything that is not Python left empty, so that a traceback names its lines."""
    parts = re.split(r"(?<=```python\n)(.*?)(?=```)", page, flags=re.DOTALL)
    return "".join(part if number % 2 else "\n" * part.count("\n") for number, part in enumerate(parts))


async def test_the_page_for_whoever_writes_a_client_tells_a_story_that_happens(address: str) -> None:
    """Register, enquire, take, reply, book, in the page's own words."""
    shown = _python(PAGE.read_text("utf-8"))
    assert shown.count("await") > 10
    story = compile(
        shown.replace('"http://127.0.0.1:8080"', repr(address)), str(PAGE), "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    )
    result = eval(story, {})
    assert isawaitable(result)
    await result
