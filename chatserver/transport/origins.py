"""Pages of other origins may not act with a person's cookie (OWASP ASVS 5.0, 3.5.1 and 4.4.2)."""

from typing import Final

from aiohttp import web

from chatserver.errors import OriginRefused

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def check_origin(request: web.Request, own: frozenset[str], *, signed_in: bool) -> None:
    """Raises OriginRefused for a request that could change something and was made by a foreign page.

    Without a cookie the Origin may be missing, so that a first request from a script needs no header; a
    foreign one is refused even then, or else a foreign page could log somebody in as somebody else.
    """
    if request.method in SAFE:
        return
    origin = request.headers.get("Origin")
    if origin is None and not signed_in:
        return
    if origin not in own:
        raise OriginRefused


def require_own_origin(request: web.Request, own: frozenset[str]) -> None:
    """For the socket's handshake: browsers send the cookie with it from any page, and no rule of theirs protects it."""
    if request.headers.get("Origin") not in own:
        raise OriginRefused
