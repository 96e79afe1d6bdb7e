"""Around every request: refusals and surprises become `{code, message, field?}`, headers say what pages may do."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
from aiohttp import web

from chatserver.config import Config
from chatserver.database import is_passing
from chatserver.errors import Internal, MethodNotAllowed, NotFound, Unavailable
from chatserver.logs import log
from chatserver.problems import RETRY_AFTER, ROOTS, AnyRefusal, status_of, told

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
API: Final = "/api/"

_POLICY: Final = (
    "default-src 'none'",
    # Argon2id is compiled from bytes that the password worker has fetched.
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    # The policies of Svelte itself and of the two workers; a script that was smuggled in has none.
    "trusted-types svelte-trusted-html sprechraum-worker",
)
# Camera and microphone for calls, to nobody but our own pages; the browser asks the person besides.
_PERMISSIONS: Final = (
    "camera=(self), microphone=(self), display-capture=(), "
    "geolocation=(), payment=(), usb=(), serial=(), midi=(), browsing-topics=()"
)


def headers_for(config: Config) -> dict[str, str]:
    """What every response says."""
    # Older browsers do not count the socket of the same host as 'self'. The policy's grammar has no IPv6 addresses.
    sockets = " ".join(sorted(one.replace("http", "ws", 1) for one in config.origins if "[" not in one))
    headers = {
        "Content-Security-Policy": "; ".join((*_POLICY, f"connect-src 'self' {sockets}")),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": _PERMISSIONS,
        "Referrer-Policy": "no-referrer",
        # Not which version of what: that is for whoever operates it.
        "Server": "Sprechraum",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    if config.secure:
        headers["Strict-Transport-Security"] = "max-age=63072000"
    return headers


def answering(config: Config) -> Any:
    """The outermost middleware."""
    headers = headers_for(config)

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await _answered(request, handler)
        except web.HTTPException as reason:
            reason.headers.update(headers)
            raise
        if not response.prepared:
            response.headers.update(headers)
            if request.path.startswith(API):
                response.headers["Cache-Control"] = "no-store"
        return response

    return answer


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return refused(NotFound())
    except web.HTTPMethodNotAllowed as reason:
        return refused(MethodNotAllowed(), {"Allow": reason.headers["Allow"]})
    except (web.HTTPException, ConnectionError):
        raise
    except Exception as reason:  # noqa: BLE001  the outermost: what nobody expected ends here
        return refused(refusal_for(reason, path=_template(request), method=request.method))


def refusal_for(reason: Exception, **where: str) -> AnyRefusal:
    """What is told of an exception. Whatever is no refusal is logged, and told without a word of its own."""
    if isinstance(reason, ROOTS):
        return reason
    log.error("failed", error=reason, **where)
    return Unavailable() if is_passing(reason) else Internal()


def refused(refusal: AnyRefusal, headers: dict[str, str] | None = None) -> web.Response:
    """The refusal as a response."""
    if refusal.code in RETRY_AFTER:
        headers = {**(headers or {}), "Retry-After": str(RETRY_AFTER[refusal.code])}
    return web.json_response(body=msgspec.json.encode(told(refusal)), status=status_of(refusal), headers=headers)


def _template(request: web.Request) -> str:
    # The address itself names rooms; the pattern does not.
    resource = request.match_info.route.resource
    return resource.canonical if resource else ""
