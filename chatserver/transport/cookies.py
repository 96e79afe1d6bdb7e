"""What an action's result becomes on its way out: a reply, and sometimes a cookie that begins or ends a session."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

import msgspec
from aiohttp import web

from chatserver.config import Config

# Everything that the browser has kept of this server goes with the session (OWASP ASVS 5.0, 14.3.1).
_FORGET: Final = {"Clear-Site-Data": '"cookies", "storage"'}


class Opening(Protocol):
    """What begins a session: the reply for the page, and the token for the cookie only."""

    @property
    def reply(self) -> msgspec.Struct: ...
    @property
    def token(self) -> str | None: ...
    @property
    def expires_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A reply and what travels beside it. An empty token clears the cookie; None leaves it alone."""

    reply: msgspec.Struct
    headers: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None
    expires_at: datetime | None = None


def plain(result: Any) -> Outcome:
    """The result is the reply."""
    return Outcome(reply=result)


def set_session(opened: Opening) -> Outcome:
    """For a route that logs somebody in."""
    return Outcome(reply=opened.reply, token=opened.token, expires_at=opened.expires_at)


def clear_session(reply: msgspec.Struct) -> Outcome:
    """For a route that logs somebody out."""
    return Outcome(reply=reply, token="", headers=_FORGET)


def keep_cookie(response: web.StreamResponse, outcome: Outcome, config: Config, now: datetime) -> None:
    """Sets or clears the session cookie. Strict: no other page's request carries it. Scripts cannot read it."""
    if outcome.token is None:
        return
    seconds = int((outcome.expires_at - now).total_seconds()) if outcome.expires_at else 0
    response.set_cookie(
        config.session_cookie,
        outcome.token,
        max_age=seconds,
        path="/",
        secure=config.secure,
        httponly=True,
        samesite="Strict",
    )
