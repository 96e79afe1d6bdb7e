"""A real server of mail, on a port of this machine: what is handed to it is kept as it came."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

TAKEN = "250 OK"
# Only a test that would fail anyway waits this long.
PATIENCE_SECONDS = 20


@dataclass
class MailServer:
    """`answers_to`, `answers_data`: what it says next, while there is something; then it takes everything."""

    port: int = 0
    received: list[bytes] = field(default_factory=list)
    answers_to: list[str] = field(default_factory=list)
    answers_data: list[str] = field(default_factory=list)
    when_taken: Callable[[], Awaitable[None]] | None = None
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def settings(self) -> dict[str, Any]:
        """What a server needs to send here."""
        return {
            "mail_host": "127.0.0.1",
            "mail_port": self.port,
            "mail_security": "none",
            "mail_from": "Beratung <hinweis@beratung.example>",
        }

    @property
    def mails(self) -> list[EmailMessage]:
        """What has arrived, read."""
        return [message_from_bytes(one, policy=policy.default) for one in self.received]

    @property
    def addresses(self) -> list[str]:
        """To whom."""
        return [str(one["To"]) for one in self.mails]

    @property
    def ids(self) -> list[str]:
        """Under which names."""
        return [str(one["Message-ID"]) for one in self.mails]

    async def arrived(self) -> None:
        """Waits until something has."""
        await asyncio.wait_for(self._arrived.wait(), PATIENCE_SECONDS)
        self._arrived.clear()

    # -- what aiosmtpd calls

    async def handle_RCPT(  # noqa: N802  the library's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002
    ) -> str:
        said = self.answers_to.pop(0) if self.answers_to else TAKEN
        if said == TAKEN:
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        said = self.answers_data.pop(0) if self.answers_data else TAKEN
        if said == TAKEN and isinstance(envelope.content, bytes):
            self.received.append(envelope.content)
            self._arrived.set()
            if self.when_taken is not None:
                await self.when_taken()
        return said


@asynccontextmanager
async def mail_server(pem: Path | None = None, password: str = "") -> AsyncIterator[MailServer]:
    """As long as the block lasts. With a certificate nothing is taken before STARTTLS and a login by that password."""
    post = MailServer()
    loop = asyncio.get_running_loop()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) if pem else None
    if tls is not None and pem is not None:
        tls.load_cert_chain(pem)

    def let_in(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, login: LoginPassword) -> AuthResult:
        return AuthResult(success=login.password == password.encode())

    server = await loop.create_server(
        lambda: SMTP(
            post,
            hostname="post.example",
            loop=loop,
            tls_context=tls,
            require_starttls=tls is not None,
            auth_required=tls is not None,
            authenticator=let_in,
        ),
        "127.0.0.1",
        0,
    )
    post.port = server.sockets[0].getsockname()[1]
    try:
        yield post
    finally:
        server.close()
