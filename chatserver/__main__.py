"""`python -m chatserver` is `sprechraum`."""

import signal
import sys


def main() -> int:
    """Loading takes half a second: Ctrl-C in that time ends the process without a traceback, too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from chatserver.cli import main as run  # noqa: PLC0415 - see above

    signal.signal(signal.SIGINT, signal.default_int_handler)
    return run()


if __name__ == "__main__":
    sys.exit(main())
