"""Fetching a calendar from an address that somebody has named: over https, from out there, within a size and a time.

Nothing of ours goes along: no cookies, no login, no proxy of this machine, no word of who asks. Each redirect is judged
like the address itself, and names are looked up where the connection is made (outward.py): what was looked at is what
is spoken to, however quickly a name changes where it leads.
"""

import asyncio
from typing import Final
from urllib.parse import urljoin, urlsplit

import aiohttp

from chatserver.imports.reading import LARGEST
from chatserver.imports.wire import Failure
from chatserver.outward import NotPublic, Outward, is_outward_address

WITHIN_SECONDS: Final = 20
MOST_REDIRECTS: Final = 3
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_FINE: Final = 200
_HEADERS: Final = {
    "Accept": "text/calendar, */*;q=0.1",
    # Packed, a little can become a lot.
    "Accept-Encoding": "identity",
    "User-Agent": "Sprechraum",
}


class NotFetched(Exception):  # noqa: N818  named by what is the case
    """There is no calendar to be had there now."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure: Failure = failure


def https_address(text: str) -> str | None:
    """The address as it is asked; None if it has not the form of one. `webcal` is what programs call https."""
    stripped = text.strip()
    scheme, colon, rest = stripped.partition(":")
    address = f"https:{rest}" if colon and scheme.lower() in ("webcal", "webcals", "https") else stripped
    return address if is_outward_address(address) else None


async def fetch(outward: Outward, address: str) -> bytes:
    """What lies there. Raises NotFetched."""
    connector = aiohttp.TCPConnector(resolver=outward.resolver(), use_dns_cache=False, ssl=outward.trust or True)
    try:
        async with (
            asyncio.timeout(WITHIN_SECONDS),
            aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False
            ) as session,
        ):
            return await _followed(session, address)
    except TimeoutError:
        raise NotFetched("address_too_slow") from None
    except aiohttp.ClientConnectorError as reason:
        private = isinstance(reason.os_error, NotPublic)
        raise NotFetched("address_not_public" if private else "address_unreachable") from None
    except (aiohttp.ClientError, OSError, ValueError):
        raise NotFetched("address_unreachable") from None


async def _followed(session: aiohttp.ClientSession, address: str) -> bytes:
    for _ in range(MOST_REDIRECTS + 1):
        if not is_outward_address(address):
            raise NotFetched("address_not_public")
        async with session.get(address, headers=_HEADERS, allow_redirects=False) as answer:
            if answer.status not in _REDIRECTS:
                return await _read(answer)
            address = urljoin(address, answer.headers.get("Location", ""))
    raise NotFetched("address_redirects")


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    if answer.status != _FINE or answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NotFetched("address_refused")
    content = bytearray()
    async for chunk in answer.content.iter_any():
        content += chunk
        if len(content) > LARGEST:
            raise NotFetched("calendar_too_large")
    return bytes(content)


def host_of(address: str) -> str:
    """What may be shown of an address: the rest of it is often a secret of its owner."""
    return urlsplit(address).hostname or ""
