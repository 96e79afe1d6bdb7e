"""For all tests: how hard the property tests look. `make test-long` looks longer."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.postgres import own_server

settings.register_profile("long", max_examples=1000)

# Everything that is imported is looked through at each collection, a tenth of the time that the tests of the API take.
gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of our own; its address."""
    with own_server() as address:
        yield address
