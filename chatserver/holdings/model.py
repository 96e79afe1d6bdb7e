"""How what stands in a column is written down for the person whom it is about."""

from datetime import UTC, date, datetime
from typing import Any

from chatserver.wire.binary import to_base64url


def written(value: Any) -> str | None:
    """As text that people and programs read alike."""
    match value:
        case None:
            return None
        case bytes():
            return to_base64url(value)
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC).isoformat()
        case datetime() | date():
            return value.isoformat()
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
