"""The house of the API's tests, and the web client with removable defences."""

from pathlib import Path

import pytest

from tests.malicious.weakened_web import build_weakened


@pytest.fixture(scope="session")
def weakened_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built client that a test can weaken: see tests/malicious/weakened_web."""
    return build_weakened(tmp_path_factory.mktemp("weakened") / "site")
