"""The browser client's files. Addresses of pages lead to index.html: the client itself knows what to show there.

All files are read at the start: what is not among them cannot be asked for, whatever the address looks like.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from aiohttp import web

from chatserver.errors import NotFound

_PACKAGE: Final = Path(__file__).parent.parent
PACKAGED: Final = _PACKAGE / "static"
CHECKOUT: Final = _PACKAGE.parent / "web" / "dist"
INDEX: Final = "index.html"

_REVALIDATE: Final = "no-cache"
# Vite puts a hash of the content into the names of these.
_FOREVER: Final = "public, max-age=31536000, immutable"
_SHRINKS: Final = ("text/", "application/json", "application/manifest+json", "image/svg+xml", "application/wasm")
# The machine's own table differs from one to the next; a module script with a wrong type does not run.
_TYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
}

NOT_BUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sprechraum</title>
<h1>The pages are not built yet</h1>
<p>The server runs, but it has no pages to show. Build them with <code>npm ci</code> and <code>npm run build</code> in
the folder <code>web</code>, or with <code>make run</code>, and start the server again.</p>
"""


@dataclass(frozen=True)
class Page:
    """One file, as it is sent."""

    content: bytes
    content_type: str
    lasts: str

    @cached_property
    def shrunk(self) -> bytes | None:
        """The content compressed, where that helps: made when it is first asked for, and kept."""
        return gzip.compress(self.content, mtime=0) if self.content_type.startswith(_SHRINKS) else None

    @cached_property
    def tag(self) -> str:
        """Names this content: whoever has it already need not be sent it again."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'


def built_pages() -> Path:
    """Where the built client lies: inside the installed package, or in the checkout."""
    return PACKAGED if (PACKAGED / INDEX).is_file() else CHECKOUT


def add_pages(app: web.Application, folder: Path) -> None:
    """Serves the folder. To be added last: it takes every address that nothing else has taken."""
    app.router.add_get("/{path:.*}", _serving(read_pages(folder)))


def read_pages(folder: Path) -> dict[str, Page]:
    """Every file of the folder, by its address."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): _page(path, path.relative_to(folder).parts[0] == "assets") for path in files}


def _page(path: Path, forever: bool) -> Page:
    content = path.read_bytes()
    content_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Page(content, content_type, _FOREVER if forever else _REVALIDATE)


def _serving(pages: dict[str, Page]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        if path.startswith(("api/", "socket.io/")):
            raise NotFound
        if path in pages:
            return _sent(request, pages[path])
        if "." in path.rsplit("/", 1)[-1]:
            raise NotFound
        if INDEX in pages:
            return _sent(request, pages[INDEX])
        return web.Response(text=NOT_BUILT, content_type="text/html", status=503, headers={"Cache-Control": "no-store"})

    return serve


def _sent(request: web.Request, page: Page) -> web.Response:
    headers = {"Cache-Control": page.lasts, "ETag": page.tag, "Vary": "Accept-Encoding"}
    if request.headers.get("If-None-Match") == page.tag:
        return web.Response(status=304, headers=headers)
    charset = "utf-8" if page.content_type.startswith("text/") else None
    shrunk = page.shrunk if "gzip" in request.headers.get("Accept-Encoding", "") else None
    if shrunk is not None:
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=shrunk or page.content, content_type=page.content_type, charset=charset, headers=headers)
