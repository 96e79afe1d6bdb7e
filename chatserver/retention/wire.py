"""What travels of how long conversations are kept."""

from typing import Annotated

from msgspec import Meta, Struct

Months = Annotated[int, Meta(ge=3, le=120, description="of the calendar, after what was stored last")]


class ReadRetention(Struct, forbid_unknown_fields=True):
    pass


class KeepRetention(Struct, forbid_unknown_fields=True):
    """Without `months` conversations stay until their clients delete them."""

    months: Months | None = None


class Retention(Struct):
    months: Months | None
