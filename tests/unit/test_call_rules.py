"""The way to the relay: for a while, for nobody in particular, and forged by nobody."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatserver.calls.model import credentials_at
from chatserver.config import ConfigInvalid
from chatserver.errors import CallsNotSetUp
from chatserver.settings import load_config

NOW = datetime(2026, 11, 23, 8, 0, 0, 250_000, tzinfo=UTC)
URLS = ("turn:turn.beratung.example:3478?transport=udp", "turns:turn.beratung.example:5349")


def test_credentials_hold_for_two_hours_and_name_nobody() -> None:
    """An instant, chance, and an HMAC-SHA1 of both: the scheme that relays know."""
    one, other = credentials_at("geteilt", NOW), credentials_at("geteilt", NOW)
    expires, _, chance = one.username.partition(":")
    assert one.expires_at == NOW.replace(microsecond=0) + timedelta(hours=2)
    assert int(expires) == one.expires_at.timestamp()
    assert one.username != other.username
    assert len(chance) == 16
    told = hmac.new(b"geteilt", one.username.encode(), hashlib.sha1).digest()
    assert base64.b64decode(one.credential) == told


def test_without_a_relay_there_are_no_credentials() -> None:
    """An HMAC under an empty secret would look like one."""
    with pytest.raises(CallsNotSetUp):
        credentials_at("", NOW)


@pytest.mark.parametrize("urls", ["'turn:a'", "['http://a']", "['turn:a b']", "['turn:a?transport=sctp']", "[5]", "5"])
def test_what_is_no_relay_is_refused(tmp_path: Path, urls: str) -> None:
    """A typing mistake would cost every call."""
    file = tmp_path / "config.toml"
    file.write_text(f"turn_urls = {urls}\nturn_secret = 'geteilt'\n", "utf-8")
    with pytest.raises(ConfigInvalid, match="'turn_urls'"):
        load_config(file, {})


def test_relay_and_secret_belong_together() -> None:
    """Half set up, every call would fail at the relay."""
    set_up = {"SPRECHRAUM_TURN_URLS": ", ".join(URLS), "SPRECHRAUM_TURN_SECRET": "geteilt"}
    assert load_config(None, set_up).turn_urls == URLS
    assert "geteilt" not in repr(load_config(None, set_up))
    for one, value in set_up.items():
        with pytest.raises(ConfigInvalid, match="belong together"):
            load_config(None, {one: value})
