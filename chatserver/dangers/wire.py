"""What travels when a life is in danger: the mark, which the server sees, and the agency's procedure. No content."""

from typing import Annotated

from msgspec import Meta, Struct

from chatserver.wire.types import HexId

Words = Annotated[str, Meta(max_length=8000, description="plain text, empty lines between paragraphs")]


class MarkDanger(Struct, forbid_unknown_fields=True):
    """`there`: false takes the mark back."""

    room: HexId
    there: bool


class ReadProcedure(Struct, forbid_unknown_fields=True):
    pass


class KeepProcedure(Struct, forbid_unknown_fields=True):
    """Both empty: the usual one again, which the pages know."""

    de: Words
    en: Words


class Procedure(Struct):
    """Empty: the agency has not written its own."""

    de: str
    en: str
