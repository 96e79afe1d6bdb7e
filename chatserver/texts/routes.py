"""The address of the operator's texts."""

from typing import Final

from chatserver.http import Route, Who
from chatserver.texts import actions, wire

ROUTES: Final = (
    Route(
        "GET",
        "/api/texts/{text}",
        wire.ReadText,
        wire.Text,
        actions.read_text,
        who=Who.ANYONE,
        summary="Imprint, privacy notice, accessibility; words for minors, on secrecy, and of the consent.",
        same_for_all=True,
    ),
)
