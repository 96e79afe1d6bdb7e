"""Showing what the operator has to say."""

from chatserver.deps import Asker, Deps
from chatserver.texts.wire import ReadText, Text


async def read_text(deps: Deps, _asker: Asker | None, command: ReadText) -> Text:
    """As it was read when the server started."""
    found = deps.texts.named(command.text)
    return Text(found.de, found.en, found.version, found.example)
