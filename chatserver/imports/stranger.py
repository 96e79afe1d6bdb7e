"""The process in which a stranger's calendar is read: without the server's secrets, with little memory and less time.

`python -m chatserver.imports.stranger SINCE UNTIL ZONE` reads the calendar from standard input and writes what it has
found as JSON. Its exit code says what is wrong otherwise.
"""

import sys
from datetime import datetime
from typing import Final

import msgspec

if sys.platform != "win32":
    import os
    import resource

MEMORY: Final = 512 * 1024 * 1024
SECONDS: Final = 8
TOO_LARGE: Final = 3
UNREADABLE: Final = 4
TOO_COMPLEX: Final = 5


def main() -> int:
    """0 with the times on standard output; else one of the codes above, or killed by the system's limits."""
    _live_modestly()
    # Only now, so that what is imported counts as well.
    from chatserver.imports.reading import LARGEST, TooLarge, Unreadable, Window, busy_in  # noqa: PLC0415

    since, until, zone = sys.argv[1:]
    window = Window(datetime.fromisoformat(since), datetime.fromisoformat(until), zone)
    try:
        found = busy_in(sys.stdin.buffer.read(LARGEST + 1), window)
    except TooLarge:
        return TOO_LARGE
    except Unreadable:
        return UNREADABLE
    except (MemoryError, RecursionError):
        return TOO_COMPLEX
    sys.stdout.buffer.write(msgspec.json.encode(found._asdict()))
    return 0


def _live_modestly() -> None:
    if sys.platform == "win32":
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    # Whoever waits for an answer comes first.
    os.nice(10)


if __name__ == "__main__":
    sys.exit(main())
