"""The log: one line of JSON an event, with the keys listed here and no others.

No addresses, no names, no texts, no sizes. This is the one place for that rule: a key that is not on the list is left
out, an exception is told by its class and the places it came through, and what libraries write arrives without
its values.
"""

import logging
import sys
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import structlog

from chatserver.config import LogLevel

ALLOWED: Final = frozenset(
    {"event", "level", "timestamp", "logger", "code", "kind", "path", "method", "status", "attempts", "count",
     "seconds", "version", "error", "places", "sqlite"}
)  # fmt: skip
_HERE: Final = Path(__file__).parent.parent
_PLACES: Final = 12

log: Final = structlog.get_logger("sprechraum")


def set_up_logs(level: LogLevel) -> None:
    """Everything that is logged in this process goes to standard error, through the rule."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            name_error,
            keep_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    logging.basicConfig(handlers=[_Others()], level=logging.WARNING, force=True)


def keep_allowed(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leaves out every key that is not on the list."""
    return {key: value for key, value in entry.items() if key in ALLOWED}


def name_error(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception becomes its class and its places: its text may hold what somebody wrote."""
    error = entry.get("error")
    if isinstance(error, BaseException):
        entry["error"] = type(error).__name__
        entry["places"] = _places(error.__traceback__)
    return entry


def _places(traceback: TracebackType | None) -> list[str]:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{_short(code.co_filename)}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return places[-_PLACES:]


def _short(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(_HERE)) if path.is_relative_to(_HERE) else "/".join(path.parts[-2:])


class _Others(logging.Handler):
    """What libraries log: which one, and what went wrong where, but never the message, which may quote a person."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        place = f"{_short(record.pathname)}:{record.lineno}"
        entry = {"logger": record.name, "error": error, "path": place}
        structlog.get_logger().log(record.levelno, "library_warned", **entry)
