"""What whoever sets up mail gets to read: half set up, not let in, sent."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chatserver.checks import findings
from chatserver.config import Config, ConfigInvalid
from chatserver.live import Sockets
from chatserver.mail_commands import send_test
from chatserver.main import opened
from chatserver.settings import load_config
from tests.certificates import certificate
from tests.mail_server import MailServer, mail_server

SENDER = "Beratung <hinweis@beratung.example>"
SOMEBODY = "somebody@post.example"
PASSWORD = "zwölf blaue kraniche"
WHOLE = {"MAIL_HOST": "post.example", "MAIL_FROM": SENDER}


def config_of(post: MailServer, tmp_path: Path, **more: Any) -> Config:
    """The settings of a server that sends there."""
    return replace(Config(var=tmp_path / "var"), **(post.settings | more))


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"MAIL_FROM": SENDER}, "mail_host"),
        ({"MAIL_HOST": "post.example"}, "mail_from"),
        ({**WHOLE, "MAIL_SECURITY": "none"}, "this machine itself"),
        ({**WHOLE, "MAIL_SECURITY": "ssl"}, "starttls, tls, none"),
        ({**WHOLE, "MAIL_USER": "hinweis"}, "belong together"),
        ({**WHOLE, "MAIL_PASSWORD": "geheim"}, "belong together"),
        ({**WHOLE, "MAIL_USER": "x", "MAIL_PASSWORD": "geheim", "MAIL_PASSWORD_FILE": "x"}, "both set"),
        ({**WHOLE, "MAIL_FROM": "Beratung"}, "such as"),
        ({**WHOLE, "MAIL_FROM": "a@b.example\nBcc: c@d.example"}, "such as"),
        ({**WHOLE, "MAIL_HOST": "post.example/x"}, "name of a server"),
        ({**WHOLE, "MAIL_PORT": "0"}, "from 1 to 65535"),
    ],
)
def test_half_set_up_is_refused_at_the_start(settings: dict[str, str], named: str) -> None:
    """Else people would wait for mail that never comes. A password is not repeated."""
    with pytest.raises(ConfigInvalid, match=named) as refused:
        load_config(None, {f"SPRECHRAUM_{name}": value for name, value in settings.items()})
    assert "geheim" not in str(refused.value)


async def test_one_mail_is_sent_as_people_get_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whether it arrives, the mailbox tells."""
    async with mail_server() as post:
        for english in (False, True):
            assert await send_test(config_of(post, tmp_path), address=SOMEBODY, english=english) == 0
    assert capsys.readouterr().out.startswith("127.0.0.1 has taken the mail.")
    assert [str(one["Subject"]) for one in post.mails] == ["Es gibt etwas Neues", "There is something new"]


async def test_what_stands_in_the_way_is_said_in_one_sentence(tmp_path: Path) -> None:
    """Nothing set up, no address, nobody of that name, nobody there."""
    assert "mail_host is empty" in await refused_to(Config())
    async with mail_server() as post:
        config = config_of(post, tmp_path)
        assert "no mail address" in await refused_to(config, "somebody")
        post.answers_to = ["550 nobody here"]
        assert "nobody here" in await refused_to(config)
    assert "did not take the mail" in await refused_to(config)


async def test_the_way_there_is_encrypted_and_the_other_side_proves_who_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STARTTLS and a login, the password in a file; a certificate that nobody vouches for gets no password."""
    pem, file = certificate(tmp_path, "localhost"), tmp_path / "password"
    file.write_text(f"{PASSWORD}\n", "utf-8")
    secured = {"mail_host": "localhost", "mail_security": "starttls", "mail_user": "hinweis"}
    async with mail_server(pem, PASSWORD) as post:
        config = config_of(post, tmp_path, **secured, mail_password_file=file)
        assert "certificate" in await refused_to(config)
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        assert await send_test(config, address=SOMEBODY, english=False) == 0
        assert "did not take the mail" in await refused_to(config_of(post, tmp_path, **secured, mail_password="falsch"))
    assert len(post.received) == 1


async def test_the_check_tells_whether_mail_is_taken(tmp_path: Path) -> None:
    """Without sending any."""
    async with mail_server() as post:
        config = config_of(post, tmp_path)
        async with opened(config, Sockets()):
            pass
        lines = [one.line for one in await findings(config)]
        assert "ok       mail is taken by 127.0.0.1" in lines
        assert any("notices: 0 wait to be sent, 0 were given up" in one for one in lines)
    bad = [one.line for one in await findings(config) if one.bad and "the text" not in one.line]
    assert len(bad) == 1
    assert bad[0].startswith("missing  mail is not taken by 127.0.0.1")
    assert post.received == []


async def test_the_check_tells_that_browsers_take_pushes_over_https_only(tmp_path: Path) -> None:
    """They refuse the page otherwise, and nobody would know why."""
    bad = [one.line for one in await findings(Config(var=tmp_path / "var", push=True)) if one.bad]
    assert any("push needs an https address" in one for one in bad)


async def refused_to(config: Config, address: str = SOMEBODY) -> str:
    """The sentence that the command ends with."""
    with pytest.raises(ConfigInvalid) as refused:
        await send_test(config, address=address, english=False)
    return str(refused.value)
