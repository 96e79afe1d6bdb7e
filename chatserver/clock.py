"""Where the time comes from. Nothing else asks the machine what time it is, so that tests and outsiders can move it."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from chatserver.config import ConfigInvalid


class Clock(Protocol):
    """Anything that knows the time."""

    def now(self) -> datetime:
        """The present instant: aware, in UTC."""
        ...


class SystemClock:
    """The machine's own."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FileClock:
    """An instant in a file, read anew each time: whoever writes into it lives through 48 hours in a minute.

    The clock stands while the file does not change. A file that is empty or broken for a moment, because
    it is just being written, gives the last instant that was read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last = self._read()

    def now(self) -> datetime:
        with suppress(ConfigInvalid):
            self._last = self._read()
        return self._last

    def _read(self) -> datetime:
        try:
            instant = datetime.fromisoformat(self._path.read_text("ascii").strip())
        except (OSError, ValueError) as reason:
            raise ConfigInvalid(
                f"SPRECHRAUM_CLOCK_FILE: {self._path} must hold one instant such as 2026-03-29T10:00:00Z."
            ) from reason
        if instant.utcoffset() is None:
            raise ConfigInvalid(f"SPRECHRAUM_CLOCK_FILE: the instant in {self._path} needs a zone, such as a final Z.")
        return instant.astimezone(UTC)
