"""What travels of what is held about somebody."""

from datetime import datetime

from msgspec import Struct

from chatserver.wire.types import HexId


class ReadHoldings(Struct, forbid_unknown_fields=True):
    pass


class Held(Struct):
    """Rows of one kind, as text: instants in RFC 3339 (UTC), bytes in base64url. Sealed content is fetched by room."""

    kind: str
    columns: list[str]
    rows: list[list[str | None]]


class Holdings(Struct):
    account_id: HexId
    name: str
    role: str
    at: datetime
    held: list[Held]
