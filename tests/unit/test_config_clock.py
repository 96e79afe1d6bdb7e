"""The clock in a file, with which anybody can live through 48 hours in a minute."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatserver.clock import FileClock, SystemClock
from chatserver.config import ConfigInvalid


def test_the_file_is_read_anew_each_time(tmp_path: Path) -> None:
    """Whoever writes into it moves time at once, for everything."""
    file = tmp_path / "clock"
    file.write_text("2026-03-28T10:00:00+01:00\n", "ascii")
    clock = FileClock(file)
    assert clock.now() == datetime(2026, 3, 28, 9, tzinfo=UTC)
    file.write_text("2026-03-30T09:00:00Z", "ascii")
    assert clock.now() == datetime(2026, 3, 30, 9, tzinfo=UTC)


def test_a_file_that_is_just_being_written_gives_the_last_instant(tmp_path: Path) -> None:
    """Half a line must not stop a server."""
    file = tmp_path / "clock"
    file.write_text("2026-03-28T10:00:00Z", "ascii")
    clock = FileClock(file)
    file.write_text("", "ascii")
    assert clock.now() == datetime(2026, 3, 28, 10, tzinfo=UTC)
    file.unlink()
    assert clock.now() == datetime(2026, 3, 28, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-03-28T10:00:00", "2026"])
def test_a_server_does_not_start_with_a_clock_that_tells_no_time(tmp_path: Path, text: str) -> None:
    """An instant needs a zone; nothing is guessed."""
    file = tmp_path / "clock"
    file.write_text(text, "ascii")
    with pytest.raises(ConfigInvalid, match="SPRECHRAUM_CLOCK_FILE"):
        FileClock(file)


def test_every_clock_tells_utc() -> None:
    """Zones are for showing."""
    assert SystemClock().now().tzinfo is UTC
