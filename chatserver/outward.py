"""Where this server may go by itself: public addresses over https, whoever names them.

A push goes to an address that a browser has told, or whoever says that they are one; a calendar is read where somebody
says that it is. Without a guard they could have the server ask machines that only it can reach: its neighbours, its
own services, its hoster's metadata.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from socket import AF_INET, AddressFamily
from typing import Final
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

LONGEST_ADDRESS: Final = 1024
# An IPv4 address in IPv6 clothes (RFC 6052): the network translates it back.
_NAT64: Final = ip_network("64:ff9b::/96")
# All that is out there for everybody in IPv6; the rest is somebody's own, or nobody's (RFC 4291, section 2.4).
_GLOBAL_UNICAST: Final = ip_network("2000::/3")
# What Python takes for public and is not: protocols' own numbers, among which a hoster has put what its machines are
# told about themselves; and a number of another hoster's that answers only those who live there.
_NOT_PUBLIC: Final = (ip_network("192.0.0.0/24"), ip_network("168.63.129.16/32"))


class NotPublic(OSError):  # noqa: N818  named by what is the case
    """The name leads to a machine that is not out there for everybody."""


class PublicOnly(AbstractResolver):
    """Looks names up, and gives public addresses only. The connection goes to exactly what was looked at here."""

    def __init__(self, inner: AbstractResolver | None = None) -> None:
        self._inner = inner or ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_INET) -> list[ResolveResult]:
        """Raises NotPublic as soon as one address of the name is none."""
        found = await self._inner.resolve(host, port, family)
        if not all(is_public(one["host"]) for one in found):
            raise NotPublic
        return found

    async def close(self) -> None:
        """As the library wants it."""
        await self._inner.close()


@dataclass(frozen=True, slots=True)
class Outward:
    """How names are looked up, and whose word for a name counts: that of the machine's own authorities if None."""

    resolver: Callable[[], AbstractResolver] = PublicOnly
    trust: ssl.SSLContext | None = None


def is_public(address: str) -> bool:
    """Whether it is out there for everybody, also in another form of the same."""
    try:
        one = ip_address(address)
    except ValueError:
        return False
    if isinstance(one, IPv6Address):
        inside = _inside(one)
        if inside is not None:
            return is_public(str(inside))
        if one not in _GLOBAL_UNICAST:
            return False
    return one.is_global and not one.is_multicast and not any(one in network for network in _NOT_PUBLIC)


def _inside(one: IPv6Address) -> IPv4Address | None:
    if one in _NAT64:
        return IPv4Address(int(one) & 0xFFFFFFFF)
    return one.ipv4_mapped or one.sixtofour or (one.teredo[1] if one.teredo else None)


def is_outward_address(text: str) -> bool:
    """Whether it has the form of an address out there: https, a name and no number, the usual port, nobody's login."""
    if len(text) > LONGEST_ADDRESS or not (text.isascii() and text.isprintable()) or " " in text:
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    plain = parts.username is None and parts.password is None and not parts.fragment and port in (None, 443)
    return parts.scheme == "https" and plain and "." in host and not _is_number(host)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        # "127.1" and "0x7f.1" are numbers to some; no public name ends in one.
        return host.rstrip(".").rpartition(".")[2][:1].isdigit()
    return True
