"""The settings: config.toml and the environment, read once into one frozen value."""

from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

Network = IPv4Network | IPv6Network
SocketKind = Literal["lean", "stock"]
LogLevel = Literal["debug", "info", "warning", "error"]
MailSecurity = Literal["starttls", "tls", "none"]
LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")


class ConfigInvalid(Exception):  # noqa: N818  named by what is the case
    """A setting that cannot be used. Its text is the one sentence that whoever starts the server gets to read."""


@dataclass(frozen=True, slots=True)
class HashCost:
    """What one check of a login key costs the server: Argon2id with one lane."""

    memory_kib: int = 8 * 1024
    passes: int = 1


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A telephone number that every page shows, with who answers, in both languages."""

    number: str
    de: str
    en: str


GERMANY: Final = (
    EmergencyNumber("112", "Notruf", "Emergency services"),
    EmergencyNumber("0800 111 0 111", "TelefonSeelsorge, rund um die Uhr", "Crisis line (German), day and night"),
    EmergencyNumber("116 111", "Nummer gegen Kummer, für junge Leute", "Helpline for children and young people"),
    EmergencyNumber("116 016", "Hilfetelefon Gewalt gegen Frauen", "Helpline on violence against women"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting. config.example.toml says what each one is for."""

    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    var: Path = Path("var")
    ledger: Path | None = None
    texts: Path | None = None
    database: str = ""
    redis_url: str = ""
    demo: bool = False
    session_hours: int = 168
    session_idle_hours: int = 72
    login_memory_kib: int = 8 * 1024
    login_passes: int = 1
    trusted_proxies: tuple[Network, ...] = ()
    log_level: LogLevel = "warning"
    sockets: SocketKind = "lean"
    events_per_second: int = 30
    pages_per_person: int = 50
    newcomers_at_ease: int = 100
    mail_host: str = ""
    mail_port: int = 587
    mail_security: MailSecurity = "starttls"
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    mail_password_file: Path | None = None
    mail_from: str = ""
    push: bool = False
    turn_urls: tuple[str, ...] = ()
    turn_secret: str = field(default="", repr=False)
    oidc_issuer: str = ""
    oidc_name: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_client_secret_file: Path | None = None
    oidc_second_factor: tuple[str, ...] = ()
    emergency: tuple[EmergencyNumber, ...] = GERMANY
    clock_file: Path | None = None

    @property
    def address(self) -> str:
        """The public address, without a slash at its end; where none is set, the one on this machine."""
        return self.public_url.rstrip("/") or f"http://127.0.0.1:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether people come over https."""
        return self.address.startswith("https:")

    @property
    def session_cookie(self) -> str:
        """`__Host-` keeps other hosts of the domain from planting a cookie; browsers accept it over https only."""
        return "__Host-session" if self.secure else "session"

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose pages may speak to this server. A machine's own names for itself count as one."""
        parts = urlsplit(self.address)
        if self.secure or parts.hostname is None:
            return frozenset({self.address})
        port = f":{parts.port}" if parts.port else ""
        return frozenset(f"http://{host}{port}" for host in LOOPBACK)

    @property
    def host_name(self) -> str:
        """For which name passkeys are made. Browsers make none for bare addresses: the machine itself is localhost."""
        name = urlsplit(self.address).hostname
        return name if self.secure and name is not None else "localhost"

    @property
    def database_url(self) -> str:
        """Where the database lies: SQLite in the data folder unless the setting says otherwise."""
        return self.database or f"sqlite+aiosqlite:///{self.var.absolute() / 'sprechraum.sqlite3'}"

    @property
    def ledger_folder(self) -> Path:
        """Where the ledger of what was ended for good lies: in the data folder unless the setting says otherwise."""
        return self.ledger or self.var / "ledger"

    @property
    def texts_folder(self) -> Path:
        """Where the operator's own texts lie: in the data folder unless the setting says otherwise."""
        return self.texts or self.var / "texts"

    @property
    def mails(self) -> bool:
        """Whether this server sends mail. `_check` of the settings has seen that it is wholly set up then."""
        return bool(self.mail_host)

    @property
    def provider_name(self) -> str | None:
        """What the identity provider is called on pages; None where there is none."""
        return (self.oidc_name or urlsplit(self.oidc_issuer).hostname) if self.oidc_issuer else None

    @property
    def hash_cost(self) -> HashCost:
        """What is stored of login keys is made for this from now on."""
        return HashCost(self.login_memory_kib, self.login_passes)

    @property
    def session_lasts(self) -> timedelta:
        """How long a login holds at most."""
        return timedelta(hours=self.session_hours)

    @property
    def session_idle(self) -> timedelta:
        """How long a login holds that nobody uses."""
        return timedelta(hours=self.session_idle_hours)
