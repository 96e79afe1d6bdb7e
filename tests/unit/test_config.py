"""The settings: what is written is used, and what cannot be used is refused in one sentence."""

import dataclasses
import tomllib
from pathlib import Path

import pytest

from chatserver.config import Config, ConfigInvalid
from chatserver.settings import READERS, load_config

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
# Not a setting of an installation, but of one run of a demonstration.
NOT_IN_THE_FILE = {"clock_file"}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_example_says_what_happens_without_it() -> None:
    """Whoever copies the example changes nothing."""
    assert load_config(EXAMPLE, {}) == Config()


def test_the_example_names_every_key() -> None:
    """A setting that nobody can read about does not exist."""
    keys = {field.name for field in dataclasses.fields(Config)} - NOT_IN_THE_FILE
    assert set(tomllib.loads(EXAMPLE.read_text("utf-8"))) == keys
    assert keys | NOT_IN_THE_FILE == set(READERS)


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first start needs no settings."""
    monkeypatch.chdir(tmp_path)
    assert load_config(None, {}) == Config()


def test_the_environment_overrules_the_file_and_the_command_line_both(tmp_path: Path) -> None:
    """The nearer to the person, the stronger."""
    path = written(tmp_path, "port = 1001\nsession_hours = 1\nhost = 'localhost'\n")
    config = load_config(path, {"SPRECHRAUM_PORT": "1002", "SPRECHRAUM_SESSION_HOURS": "2"}, port=1003)
    assert (config.port, config.session_hours, config.host) == (1003, 2, "localhost")


def test_the_environment_can_name_the_file(tmp_path: Path) -> None:
    """A service need not start in the folder of its settings."""
    path = written(tmp_path, "port = 1001\n")
    assert load_config(None, {"SPRECHRAUM_CONFIG": str(path)}).port == 1001


def test_every_kind_of_value_can_come_from_the_environment() -> None:
    """Numbers, switches and lists are text there."""
    config = load_config(
        EXAMPLE,
        {"SPRECHRAUM_DEMO": "yes", "SPRECHRAUM_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8", "SPRECHRAUM_VAR": "x"},
    )
    assert config.demo
    assert [str(one) for one in config.trusted_proxies] == ["127.0.0.1/32", "10.0.0.0/8"]
    assert config.var == Path("x")


def test_an_unknown_key_is_refused_with_its_line(tmp_path: Path) -> None:
    """A typing mistake must not pass for the default."""
    path = written(tmp_path, "# first\nport = 8080\n\nportt = 1\n")
    with pytest.raises(ConfigInvalid) as refused:
        load_config(path, {})
    assert str(refused.value) == f"There is no setting 'portt' ({path}, line 4). See config.example.toml."


def test_an_unknown_table_is_refused_with_its_line(tmp_path: Path) -> None:
    """A section is a key, too."""
    path = written(tmp_path, "port = 1\n[[mail.servers]]\nhost = 'x'\n[mail]\n")
    with pytest.raises(ConfigInvalid):
        load_config(path, {})
    path = written(tmp_path, "port = 1\n[mail]\nhost = 'x'\n")
    with pytest.raises(ConfigInvalid, match=r"'mail'.*line 2"):
        load_config(path, {})


def test_an_unknown_variable_is_refused() -> None:
    """The environment has typing mistakes, too."""
    with pytest.raises(ConfigInvalid, match=r"'prot' .environment variable SPRECHRAUM_PROT."):
        load_config(EXAMPLE, {"SPRECHRAUM_PROT": "1"})


@pytest.mark.parametrize(
    "line",
    [
        "port = 'many'",
        "port = 70000",
        "port = true",
        "demo = 'perhaps'",
        "demo = 1",
        "host = 1",
        "log_level = 'loud'",
        "sockets = 'fast'",
        "events_per_second = 0",
        "events_per_second = 1.5",
        "pages_per_person = 0",
        "sockets = ['lean']",
        "session_hours = 0",
        "session_idle_hours = 0",
        "trusted_proxies = ['somewhere']",
        "trusted_proxies = 5",
        "emergency = ['112']",
        "emergency = [{number = '112'}]",
        "public_url = 'beratung.example'",
        "public_url = 'https://beratung.example/path'",
        "public_url = 'ftp://beratung.example'",
        "public_url = 'http://beratung.example'",
        "public_url = 'http://192.168.1.5:8080'",
        "redis_url = 'http://127.0.0.1'",
        "redis_url = 5",
        "clock_file = 'clock'",
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_key_and_line(tmp_path: Path, line: str) -> None:
    """One sentence says which, where and, but for what is no setting at all, what would be right."""
    with pytest.raises(ConfigInvalid) as refused:
        load_config(written(tmp_path, f"\n{line}\n"), {})
    sentence = str(refused.value)
    assert f"'{line.split(maxsplit=1)[0]}'" in sentence
    assert "line 2" in sentence
    assert sentence.endswith(".")


def test_a_file_that_is_no_toml_or_not_there_is_refused(tmp_path: Path) -> None:
    """Starting with other settings than the ones meant would be worse than not starting."""
    with pytest.raises(ConfigInvalid, match="is not TOML"):
        load_config(written(tmp_path, "port =\n"), {})
    with pytest.raises(ConfigInvalid, match="does not exist"):
        load_config(tmp_path / "other.toml", {})


def test_https_has_a_cookie_that_no_other_host_can_plant() -> None:
    """The address decides: https uses the host prefix, which needs Secure."""
    config = load_config(EXAMPLE, {"SPRECHRAUM_PUBLIC_URL": "https://beratung.example/"})
    assert (config.session_cookie, config.secure) == ("__Host-session", True)
    assert config.origins == {"https://beratung.example"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080", ""])
def test_this_machine_may_use_http(url: str) -> None:
    """Browsers trust a loopback address without https; any of its names is the same server."""
    config = load_config(EXAMPLE, {"SPRECHRAUM_PUBLIC_URL": url})
    assert (config.session_cookie, config.secure) == ("session", False)
    assert config.origins == {"http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"}


def test_the_address_follows_the_port_unless_it_is_set() -> None:
    """`make run` on another port prints an address that works."""
    assert load_config(EXAMPLE, {"SPRECHRAUM_PORT": "9090"}).address == "http://127.0.0.1:9090"


def test_time_is_moved_in_a_demonstration_only() -> None:
    """Nobody may move the clock of a real promise."""
    clock = {"SPRECHRAUM_CLOCK_FILE": "clock"}
    assert load_config(EXAMPLE, {**clock, "SPRECHRAUM_DEMO": "true"}).clock_file == Path("clock")
    with pytest.raises(ConfigInvalid, match="demonstration"):
        load_config(EXAMPLE, clock)
