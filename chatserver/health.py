"""Whether the server is there, and what it speaks."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, Literal

from aiohttp import web
from msgspec import Struct

from chatserver import __version__
from chatserver.deps import Asker, Deps
from chatserver.http import Route, Who

CONTRACTS: Final = Path(__file__).parent / "wire"


class AskHealth(Struct, forbid_unknown_fields=True):
    pass


class Health(Struct):
    status: Literal["ok"]
    version: str


async def tell_health(_deps: Deps, _asker: Asker | None, _command: AskHealth) -> Health:
    """The server answers, so it is there."""
    return Health("ok", __version__)


ROUTES: Final = (
    Route(
        "GET",
        "/api/health",
        AskHealth,
        Health,
        tell_health,
        who=Who.ANYONE,
        summary="Whether the server is there.",
    ),
)


def add_contracts(app: web.Application) -> None:
    """Serves the two contracts as they were generated and committed."""
    for name in ("openapi.json", "asyncapi.json"):
        app.router.add_get(f"/api/{name}", _serving(CONTRACTS / name))


def _serving(path: Path) -> Callable[[web.Request], Awaitable[web.Response]]:
    contract = path.read_bytes()

    async def serve(_request: web.Request) -> web.Response:
        return web.Response(body=contract, content_type="application/json", charset="utf-8")

    return serve
