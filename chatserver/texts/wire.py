"""What travels of the operator's texts."""

from msgspec import Struct

from chatserver.operator_texts import TextName


class ReadText(Struct, forbid_unknown_fields=True):
    text: TextName


class Text(Struct):
    """Paragraphs between blank lines; "# " begins a heading, "- " a line of a list. Never HTML.

    Empty where the operator has written none. `version` names these very words. `example`: of a demonstration.
    """

    de: str
    en: str
    version: str
    example: bool
