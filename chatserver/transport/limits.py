"""How often something may be tried from one connection. Kept in memory only: nobody's address is stored or logged."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from aiohttp import web

from chatserver.config import Network
from chatserver.errors import TooManyRequests

# A bound on memory: beyond this, whoever has been quiet longest is forgotten.
REMEMBERED: Final = 20_000
Address = IPv4Address | IPv6Address
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many times within so long, from one connection."""

    times: int
    within: timedelta


class Limits:
    """Counts by connection and by purpose."""

    def __init__(self, trusted_proxies: Iterable[Network] = ()) -> None:
        self._trusted = tuple(trusted_proxies)
        self._seen: dict[tuple[str, str], deque[datetime]] = {}

    def count(self, purpose: str, limit: Limit | None, request: web.Request, now: datetime) -> None:
        """Counts one try. Raises TooManyRequests when there were enough; such a try is not counted again."""
        if limit is None:
            return
        key = (purpose, _neighbourhood(client_address(request, self._trusted)))
        tries = self._seen.pop(key, None) or deque()
        self._seen[key] = tries  # at the end: a dict keeps the order, and the oldest is forgotten first
        while tries and tries[0] <= now - limit.within:
            tries.popleft()
        if len(tries) >= limit.times:
            raise TooManyRequests
        tries.append(now)
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]


def client_address(request: web.Request, trusted: Iterable[Network]) -> Address | None:
    """The address of whoever asks. What a proxy says is believed only of proxies named in the settings.

    The list is read from its end: only what trusted proxies added there is true; the rest anybody can write.
    """
    address = _address(request.remote or "")
    networks = tuple(trusted)
    hops = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
    for hop in reversed([one.strip() for one in hops if one.strip()]):
        if address is None or not any(address in network for network in networks):
            break
        address = _address(hop)
    return address


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _neighbourhood(address: Address | None) -> str:
    # One household has 2^64 addresses of IPv6: they count as one.
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address) if address else UNKNOWN
