"""For all tests: how hard the property tests look. `make test-long` looks longer."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.postgres import own_server

settings.register_profile("long", max_examples=1000)

gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    """Everything that is imported was looked through at each collection, a tenth of what the tests of the API take."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of our own; its address."""
    with own_server() as address:
        yield address
