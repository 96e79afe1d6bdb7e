"""The seeded simulation: a seed that found something must find it again."""

from pathlib import Path

import pytest

from bench.furnished import furnished, seats_in
from faults.simulated import planted, run
from faults.simulation import World

# Seeds that once found something stay here.
SEEDS = (1, 2, 20261219)


@pytest.fixture(scope="module")
def furniture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three rooms of two."""
    return furnished(3, tmp_path_factory.mktemp("furniture") / "kept")


async def played(furniture: Path, folder: Path, seed: int) -> World:
    """A world from its beginning to its end."""
    return await run(furniture, seats_in(furniture), folder, seed)


@pytest.mark.parametrize("seed", SEEDS)
async def test_nothing_is_lost_and_every_promise_is_as_the_messages_say(
    furniture: Path, tmp_path: Path, seed: int
) -> None:
    """Whatever the seed does to network, clock and database; and the same seed does the same once more."""
    first, again = [await played(furniture, tmp_path / name, seed) for name in ("first", "again")]
    assert first.wrong == again.wrong == []
    # What is sealed is never the same twice, but what became of it is.
    assert [(one.step, one.room, one.place) for one in first.journal.entries] == [
        (one.step, one.room, one.place) for one in again.journal.entries
    ]


@pytest.mark.parametrize(("bug", "found"), [("knows_no_repeats", "never got an answer"), ("looks_ahead", "early")])
async def test_its_judges_find_what_is_put_in(furniture: Path, tmp_path: Path, bug: str, found: str) -> None:
    """Within a few seeds."""
    with planted(bug):
        worlds = [await played(furniture, tmp_path / str(seed), seed) for seed in range(1, 6)]
    assert any(found in one for world in worlds for one in world.wrong)
