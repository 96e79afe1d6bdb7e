"""A push service as the server sees one: https under a name, on a port of this machine, that opens what it gets.

A real one hands the body to the browser; here the test is both, so it has the browser's keys.
"""

import base64
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import AF_INET, AddressFamily

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chatserver.outward import Outward, PublicOnly
from tests.https_host import served

NAME = "push.example"
ENDPOINT = f"https://{NAME}/send/abc"


def unsealed(body: bytes, own: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """What a browser reads (RFC 8291, section 3.4; RFC 8188, section 2), written from the other side."""
    salt, sender, sealed = body[:16], body[21:86], body[86:]
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    key = HKDF(hashes.SHA256(), 32, auth, b"WebPush: info\0" + point + sender).derive(shared)
    content_key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(key)
    nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(key)
    padded = AESGCM(content_key).decrypt(nonce, sealed, None)
    content, mark = padded.rstrip(b"\0")[:-1], padded.rstrip(b"\0")[-1:]
    assert mark == b"\x02"
    return content


@dataclass
class PushBrowser:
    """Keys as a browser makes them for a subscription."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def p256dh(self) -> bytes:
        """The public one."""
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass
class PushService:
    """`answers`: the status and headers of the next ones, while there are any."""

    port: int = 0
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    @property
    def outward(self) -> Outward:
        """A way there: its name leads to this machine, and its certificate counts."""
        return Outward(resolver=lambda: _Here(self.port), trust=self.trust)

    @property
    def guarded(self) -> Outward:
        """The same under the guard that an installation has."""
        return Outward(resolver=lambda: PublicOnly(_Here(self.port)), trust=self.trust)

    async def take(self, request: web.Request) -> web.Response:
        """One push."""
        self.asked.append((request.path, dict(request.headers), await request.read()))
        status, headers = self.answers.pop(0) if self.answers else (201, {})
        return web.Response(status=status, headers=headers)


class _Here(AbstractResolver):
    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_INET) -> list[ResolveResult]:
        del port, family
        return [ResolveResult(hostname=host, host="127.0.0.1", port=self._port, family=AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        pass


@asynccontextmanager
async def push_service(folder: Path) -> AsyncIterator[PushService]:
    """As long as the block lasts."""
    service = PushService()
    async with served(folder, NAME, service.take) as here:
        service.port, service.trust = here
        yield service


def bytes_of(text: str) -> bytes:
    """base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
