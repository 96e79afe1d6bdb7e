"""What whoever starts a server gets to read, and how it ends: real processes, told what to do as a shell would."""

import os
import signal
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chatserver.demo.cast import AGENCIES
from tests.people import Client
from tests.ports import free_port
from tests.shell import ended, line_from, refusal, sprechraum, started

STOPS = (signal.SIGINT, signal.SIGTERM)


# -- what cannot be used


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    """And what can be done about it."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        sentence = await refusal(tmp_path, "serve", "--port", port)
    assert port in sentence
    assert "--port" in sentence


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file is in the way: that stops root, too."""
    (tmp_path / "file").write_text("in the way")
    assert "file/var" in await refusal(tmp_path, "serve", var="file/var")
    assert "file" in await refusal(tmp_path, "serve", var="file")


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('colour = "red"', "'colour' (config.toml, line 3)"),
        ('port = "many"', "'port' (config.toml, line 3)"),
        ("demo = 1", "'demo' (config.toml, line 3)"),
        ("port = = 1", "config.toml is not TOML"),
        ('public_url = "http://beratung.example"', "https"),
        ('clock_file = "clock"', "'clock_file' (config.toml, line 3)"),
        ('database = "mysql://root:geheim@localhost/x"', "'database' (config.toml, line 3)"),
    ],
)
async def test_a_setting_that_cannot_be_used_is_named_with_its_line(tmp_path: Path, line: str, named: str) -> None:
    """Unknown, of the wrong kind, or unsafe. A password in it is not repeated."""
    (tmp_path / "config.toml").write_text(f"# Ours\n\n{line}\n")
    sentence = await refusal(tmp_path, "serve")
    assert named in sentence
    assert "geheim" not in sentence


async def test_a_database_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Something else under its name; and half of it, as after a copy that was cut short."""
    (tmp_path / "var").mkdir()
    database = tmp_path / "var" / "sprechraum.sqlite3"
    database.write_text("Dear diary, " * 100)
    for command in ("serve", "migrate", "check"):
        assert f"{database} cannot be used: file is not a database" in await refusal(tmp_path, command)
    database.unlink()
    assert (await (await sprechraum(tmp_path, "migrate")).wait()) == 0
    os.truncate(database, database.stat().st_size // 2)
    assert "malformed" in await refusal(tmp_path, "serve")


async def test_damage_in_the_middle_of_the_file_is_found_by_the_check(tmp_path: Path) -> None:
    """A start reads a few pages only, and a large file would make it slow."""
    assert (await (await sprechraum(tmp_path, "migrate")).wait()) == 0
    with (tmp_path / "var" / "sprechraum.sqlite3").open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 4096)
    check = await sprechraum(tmp_path, "check")
    found, _ = await check.communicate()
    assert (check.returncode, b"damaged  the database file" in found) == (1, True)


async def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    """The sentence may end up in a log."""
    address = f"postgresql+asyncpg://sprechraum:geheim@127.0.0.1:{free_port()}/sprechraum"
    sentence = await refusal(tmp_path, "serve", database=address)
    assert "127.0.0.1" in sentence
    assert "geheim" not in sentence


@pytest.mark.parametrize("written", ["tomorrow", "", "2026-11-23T08:00:00"])
async def test_a_clock_file_without_an_instant_is_named_before_anything_is_made(tmp_path: Path, written: str) -> None:
    """A demonstration founded at the wrong time could not be moved back."""
    (tmp_path / "clock").write_text(written)
    assert "clock" in await refusal(tmp_path, "demo", clock_file="clock")
    assert not (tmp_path / "var" / "sprechraum.sqlite3").exists()


async def test_a_clock_file_belongs_to_a_demonstration(tmp_path: Path) -> None:
    """Nobody moves the time of people who wait for an answer."""
    (tmp_path / "clock").write_text("2026-11-23T08:00:00Z")
    assert "SPRECHRAUM_CLOCK_FILE" in await refusal(tmp_path, "serve", clock_file="clock")


async def test_a_second_server_does_not_come_into_the_same_folder(tmp_path: Path) -> None:
    """Each would tell its own pages only, and two processes that write can lose SQLite's log of writes."""
    async with started(tmp_path, "serve", port=str(free_port())) as first:
        await line_from(first)
        assert "Another Sprechraum" in await refusal(tmp_path, "serve")
        assert "Another Sprechraum" in await refusal(tmp_path, "migrate")
        assert (await ended(first, signal.SIGTERM)) == (0, "")
    assert (await (await sprechraum(tmp_path, "migrate")).wait()) == 0


async def test_a_fresh_demonstration_throws_nothing_away_but_an_earlier_one(tmp_path: Path) -> None:
    """Not from under a server that runs, and not what people wrote in earnest."""
    async with started(tmp_path, "serve", port=str(free_port())) as running:
        await line_from(running)
        assert "Another Sprechraum" in await refusal(tmp_path, "demo", "--fresh")
    assert "no demonstration" in await refusal(tmp_path, "demo", "--fresh")
    secret = tmp_path / "var" / "server.secret"
    before = secret.read_bytes()
    (tmp_path / "var" / "paper").mkdir()
    (tmp_path / "var" / "letters").write_text("not ours")
    async with started(tmp_path, "demo", "--fresh", port=str(free_port())) as fresh:
        assert "prepares" in await line_from(fresh)
        assert (await ended(fresh, signal.SIGTERM)) == (0, "")
    assert secret.read_bytes() != before
    assert (tmp_path / "var" / "letters").exists()


# -- starting and stopping


@pytest.mark.parametrize("stop", STOPS, ids=str)
async def test_a_server_that_is_stopped_ends_well_and_leaves_a_closed_database(
    tmp_path: Path, stop: signal.Signals
) -> None:
    """Although a page is open: it is cut off, what was acknowledged lies in the file, and no log of writes is left."""
    url = f"http://127.0.0.1:{free_port()}"
    async with started(tmp_path, "serve", port=url.rsplit(":", maxsplit=1)[-1]) as server:
        # Into a pipe, and read while the server goes on: nothing may wait in a buffer.
        assert url in (first := await line_from(server))
        assert str(tmp_path / "var") in first
        async with Client("nachtfalter", "drei leise eulen im dachstuhl", url) as nachtfalter:
            await nachtfalter.sign_up()
            await nachtfalter.connect()
            assert (await ended(server, stop)) == (0, "")
            await nachtfalter.browser.cut_off()
    database = tmp_path / "var" / "sprechraum.sqlite3"
    assert not database.with_name("sprechraum.sqlite3-wal").exists()
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("SELECT name FROM accounts").fetchall() == [("nachtfalter",)]


@pytest.mark.parametrize("stop", STOPS, ids=str)
async def test_a_demonstration_can_be_stopped_while_it_is_being_prepared(tmp_path: Path, stop: signal.Signals) -> None:
    """Somebody changed their mind: that is no error."""
    async with started(tmp_path, "demo", port=str(free_port())) as server:
        assert "prepares" in await line_from(server)
        assert (await ended(server, stop)) == (0, "")


async def test_a_demonstration_tells_address_logins_and_where_its_data_lies(tmp_path: Path) -> None:
    """All of it before the first visitor, although standard output is a pipe."""
    port = str(free_port())
    async with started(tmp_path, "demo", "--port", port) as server:
        lines = [await line_from(server)]
        while "data lies in" not in lines[-1]:
            lines.append(await line_from(server))
            assert lines[-1], "the demonstration ended"
        assert (await ended(server, signal.SIGTERM)) == (0, "")
    printed = "".join(lines)
    assert f"http://127.0.0.1:{port}" in printed
    assert str(tmp_path / "var") in lines[-1]
    workers = [one for plan in AGENCIES for one in (*plan.counsellors, plan.coordinator)]
    assert [one.name for one in workers if not (one.name in printed and one.password in printed)] == []
