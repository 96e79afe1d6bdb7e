"""The load generator against real servers: what it does must go on being what clients do."""

from pathlib import Path

import pytest

from bench import knocking
from bench.furnished import furnished
from bench.load.plan import Scenario, Seen
from bench.runs import BEST, OURS, turn

SCENARIOS = (Scenario("in turn", talks=3), Scenario("at once", talks=3, window=8), Scenario("due", rate=10))


@pytest.fixture(scope="module")
def furniture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pairs."""
    return furnished(3, tmp_path_factory.mktemp("furnished"))


@pytest.mark.parametrize("server", [OURS, BEST])
async def test_a_short_load_is_taken_by_ours_and_by_the_bare_library_and_nothing_is_lost(
    server: str, furniture: Path
) -> None:
    """Each scenario sends something, and the judge has nothing to say."""
    found = await turn(server, furniture, 3, SCENARIOS, seconds=0.3)
    assert found["lost"] == []
    seen = [Seen.from_json(one) for one in found["seen"]]
    assert [one.name for one in seen] == ["in turn", "at once", "due"]
    assert all(one.messages and one.arrived[99] > 0 for one in seen if not one.overloaded)


async def test_names_that_cost_no_hash_are_told_apart_by_the_bench() -> None:
    """Its judge turns red when the server answers unknown names at once."""
    found = await knocking.told_apart(knocking.SHORT, "answers_unknown_names_at_once")
    assert found.lost == []
    assert [one.holds for one in found.figures] == [False]
