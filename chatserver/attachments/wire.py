"""What travels about sealed files; their bytes themselves travel as they are, part by part."""

from typing import Annotated

from msgspec import Meta, Struct

from chatserver.wire.types import Count, HexId

PartNumber = Annotated[int, Meta(ge=0, lt=2**16, description="from 0; all parts but the last are `part_size` long")]


class BeginUpload(Struct, forbid_unknown_fields=True):
    """`attachment` is the file's id, drawn by the client; `size` that of the sealed bytes."""

    room: HexId
    attachment: HexId
    size: Count


class ReadUpload(Struct, forbid_unknown_fields=True):
    attachment: HexId


class Upload(Struct):
    """How far it is. What is missing may come in any order; with all `parts` there, it can be completed."""

    attachment: HexId
    room: HexId
    size: int
    part_size: int
    parts: int
    stored: list[int]
    complete: bool


class PutPart(Struct, forbid_unknown_fields=True):
    attachment: HexId
    number: PartNumber


class PartStored(Struct):
    attachment: HexId
    number: int


class CompleteUpload(Struct, forbid_unknown_fields=True):
    attachment: HexId


class ReadPart(Struct, forbid_unknown_fields=True):
    attachment: HexId
    number: PartNumber


class DiscardUpload(Struct, forbid_unknown_fields=True):
    attachment: HexId


class Discarded(Struct):
    attachment: HexId
