"""Reading config.toml and the environment. What cannot be used is refused in one sentence that names key and line."""

import re
import tomllib
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Final, get_args
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from chatserver.config import (
    LOOPBACK,
    Config,
    ConfigInvalid,
    EmergencyNumber,
    LogLevel,
    MailSecurity,
    Network,
    SocketKind,
)
from chatserver.mail_address import is_mail_address

PREFIX: Final = "SPRECHRAUM_"
CONFIG_FILE: Final = "SPRECHRAUM_CONFIG"
CLOCK_FILE: Final = "SPRECHRAUM_CLOCK_FILE"
NUMBERS: Final = frozenset(
    {
        "port",
        "session_hours",
        "session_idle_hours",
        "login_memory_kib",
        "login_passes",
        "events_per_second",
        "pages_per_person",
        "newcomers_at_ease",
        "mail_port",
    }
)
LISTS: Final = frozenset({"trusted_proxies", "turn_urls", "oidc_second_factor"})
FLAGS: Final = frozenset({"demo", "push"})
# RFC 7065; an address of IPv6 stands in brackets.
_TURN_URL: Final = re.compile(r"turns?:([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?(\?transport=(udp|tcp))?")
REDIS: Final = ("redis", "rediss", "unix")
# Empty: SQLite in the data folder.
DRIVERS: Final = ("", "sqlite+aiosqlite", "postgresql+asyncpg")
_FLAGS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def load_config(path: Path | None, environment: Mapping[str, str], **chosen: Any) -> Config:
    """The settings of a file, overruled by the environment, overruled by what was chosen on the command line.

    Without a path, SPRECHRAUM_CONFIG names the file, or config.toml is read if there is one. Raises ConfigInvalid.
    """
    named = path or (Path(environment[CONFIG_FILE]) if environment.get(CONFIG_FILE) else None)
    values = {**_from_file(named), **_from_environment(environment), **chosen}
    config = Config(**values)
    _check(config)
    return config


def _from_file(named: Path | None) -> dict[str, Any]:
    path = named or Path("config.toml")
    try:
        text = path.read_text("utf-8")
        parsed = tomllib.loads(text)
    except FileNotFoundError:
        if named is None:
            return {}
        raise ConfigInvalid(f"The settings file {path} does not exist.") from None
    except (OSError, UnicodeDecodeError) as reason:
        raise ConfigInvalid(f"The settings file {path} cannot be read: {reason}.") from reason
    except tomllib.TOMLDecodeError as reason:
        raise ConfigInvalid(f"The settings file {path} is not TOML: {reason}.") from reason
    return {key: _read(key, value, f"{path}, line {_line(text, key)}") for key, value in parsed.items()}


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for name, text in environment.items():
        if name.startswith(PREFIX) and name != CONFIG_FILE and text:
            key = name.removeprefix(PREFIX).lower()
            values[key] = _read(key, _scalar(key, text), f"environment variable {name}")
    return values


def _scalar(key: str, text: str) -> Any:
    """Text as the TOML value that it stands for."""
    if key in NUMBERS:
        return int(text) if text.isascii() and text.isdigit() else text
    if key in FLAGS:
        return _FLAGS.get(text.lower(), text)
    return [one.strip() for one in text.split(",")] if key in LISTS else text


def _read(key: str, value: Any, where: str) -> Any:
    reader = READERS.get(key)
    if reader is None or (key == "clock_file" and not where.startswith("environment")):
        raise ConfigInvalid(f"There is no setting {key!r} ({where}). See config.example.toml.")
    try:
        return reader(value)
    except (ValueError, TypeError) as reason:
        raise ConfigInvalid(f"The setting {key!r} ({where}) must be {reason}.") from None


def _line(text: str, key: str) -> int:
    pattern = re.compile(rf"""^\s*\[*\s*["']?{re.escape(key)}["']?\s*[=.\]]""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 1)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text in quotes")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("true or false")
    return value


def _number(least: int, most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"a number from {least} to {most}")
        return value

    return read


def _one_of(choices: Any) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in get_args(choices):
            raise ValueError("one of " + ", ".join(get_args(choices)))
        return value

    return read


def _networks(value: Any) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(_text(one)) for one in value)
    except (ValueError, TypeError):
        raise ValueError('a list of addresses or networks, such as ["10.0.0.0/8"]') from None


def _emergency(value: Any) -> tuple[EmergencyNumber, ...]:
    try:
        return tuple(EmergencyNumber(**{name: _text(text) for name, text in one.items()}) for one in value)
    except (ValueError, TypeError, AttributeError):
        raise ValueError("a list of tables with number, de and en") from None


def _database(value: Any) -> str:
    """Without the address itself in the sentence: it holds a password."""
    address = _text(value)
    try:
        driver = make_url(address).drivername if address else ""
    except ArgumentError:
        driver = "?"
    if driver not in DRIVERS:
        raise ValueError("an address such as postgresql+asyncpg://name:password@host/database, or empty")
    return address


def _redis_url(value: Any) -> str:
    """As with the database, without the address itself in the sentence."""
    address = _text(value)
    if address and urlsplit(address).scheme not in REDIS:
        raise ValueError("an address such as redis://:password@host:6379, or empty")
    return address


def _public_url(value: Any) -> str:
    url = _text(value)
    if not url:
        return url
    parts = urlsplit(url)
    plain = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise ValueError("an address such as https://beratung.example, without a path")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        # Over plain http the cookie can be read on the way, and browsers do no cryptography for such a page.
        raise ValueError("an https address; http is for this machine itself only")
    return url.rstrip("/").lower()


def _issuer(value: Any) -> str:
    """As it is: what a provider calls itself is compared letter by letter."""
    url = _text(value)
    parts = urlsplit(url)
    near = parts.scheme == "http" and _is_loopback(parts.hostname or "")
    if url and (not parts.hostname or parts.query or parts.fragment or not (parts.scheme == "https" or near)):
        raise ValueError("an https address such as https://login.example/realm, or empty")
    return url


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("a list of texts in quotes")
    return tuple(_text(one) for one in value)


def _host(value: Any) -> str:
    host = _text(value)
    if not re.fullmatch(r"[A-Za-z0-9.:-]*", host):
        raise ValueError("the name of a server, such as mail.example")
    return host


def _turn_urls(value: Any) -> tuple[str, ...]:
    try:
        urls = tuple(_text(one) for one in value)
    except TypeError:
        urls = ("",)
    if isinstance(value, str) or not all(_TURN_URL.fullmatch(one) for one in urls):
        raise ValueError('a list of relays, such as ["turn:turn.beratung.example:3478?transport=udp"]')
    return urls


def _mail_from(value: Any) -> str:
    text = _text(value)
    if text and (not is_mail_address(parseaddr(text)[1]) or not text.isprintable()):
        raise ValueError('an address such as "Beratung <hinweis@beratung.example>"')
    return text


def _is_loopback(host: str) -> bool:
    if host in LOOPBACK:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "public_url": _public_url,
    "host": _text,
    "port": _number(0, 65535),
    "var": lambda value: Path(_text(value)),
    "ledger": lambda value: Path(value) if _text(value) else None,
    "texts": lambda value: Path(value) if _text(value) else None,
    "database": _database,
    "redis_url": _redis_url,
    "demo": _flag,
    "session_hours": _number(1, 24 * 90),
    "session_idle_hours": _number(1, 24 * 90),
    # With less, a stolen table is tried too fast once the pepper is stolen, too; two at once with the most need 2 GiB.
    "login_memory_kib": _number(8 * 1024, 1024 * 1024),
    "login_passes": _number(1, 20),
    "trusted_proxies": _networks,
    "log_level": _one_of(LogLevel),
    "sockets": _one_of(SocketKind),
    "events_per_second": _number(1, 1_000_000),
    "pages_per_person": _number(1, 1_000_000),
    "newcomers_at_ease": _number(1, 1_000_000),
    "mail_host": _host,
    "mail_port": _number(1, 65535),
    "mail_security": _one_of(MailSecurity),
    "mail_user": _text,
    "mail_password": _text,
    "mail_password_file": lambda value: Path(value) if _text(value) else None,
    "mail_from": _mail_from,
    "push": _flag,
    "turn_urls": _turn_urls,
    "turn_secret": _text,
    "oidc_issuer": _issuer,
    "oidc_name": _text,
    "oidc_client_id": _text,
    "oidc_client_secret": _text,
    "oidc_client_secret_file": lambda value: Path(value) if _text(value) else None,
    "oidc_second_factor": _texts,
    "emergency": _emergency,
    "clock_file": lambda value: Path(_text(value)),
}


def _check(config: Config) -> None:
    _check_mail(config)
    if bool(config.turn_urls) != bool(config.turn_secret):
        raise ConfigInvalid("turn_urls and turn_secret belong together: which relay, and what does it share with us?")
    if bool(config.oidc_issuer) != bool(config.oidc_client_id):
        raise ConfigInvalid("oidc_issuer and oidc_client_id belong together.")
    if config.oidc_client_secret and config.oidc_client_secret_file:
        raise ConfigInvalid("oidc_client_secret and oidc_client_secret_file are both set: which of them holds?")
    if config.clock_file is not None and not config.demo:
        raise ConfigInvalid("SPRECHRAUM_CLOCK_FILE moves the time in a demonstration only: set demo = true.")


def _check_mail(config: Config) -> None:
    """Half set up, people would wait for mail that never comes."""
    if config.mail_from and not config.mail_host:
        raise ConfigInvalid("mail_from is set, but not mail_host: which server takes the mail?")
    if config.mail_host and not config.mail_from:
        raise ConfigInvalid("mail_host is set, but not mail_from: whom does the mail come from?")
    if config.mail_host and config.mail_security == "none" and not _is_loopback(config.mail_host):
        raise ConfigInvalid('mail_security = "none" is for a server on this machine itself: the way is open to all.')
    if config.mail_password and config.mail_password_file:
        raise ConfigInvalid("mail_password and mail_password_file are both set: which of them holds?")
    password = bool(config.mail_password or config.mail_password_file)
    if password != bool(config.mail_user):
        raise ConfigInvalid("mail_user and a password (mail_password or mail_password_file) belong together.")
