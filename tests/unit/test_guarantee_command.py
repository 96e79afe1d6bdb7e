"""`sprechraum guarantee due` as a shell runs it: without settings, without a database, in any folder."""

import asyncio
import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

import pytest

from chatserver.cli import main
from tests.shell import CANNOT_BE_USED, PATIENCE_S, refusal, sprechraum

AT = "2016-11-01T13:56:21Z"
HOURS = "Mon-Fri 08:00-20:00"
ASKED = {"at": AT, "policy": "business", "within": "120m", "hours": HOURS}


def command(asked: Mapping[str, str], *more: str) -> list[str]:
    """The words of the command."""
    options = [word for name, value in asked.items() for word in (f"--{name}", value)]
    return ["guarantee", "due", *options, *more]


async def said(folder: Path, *arguments: str, **settings: str) -> list[str]:
    """What it prints, when all is well; and that it leaves nothing behind."""
    process = await sprechraum(folder, *arguments, **settings)
    async with asyncio.timeout(PATIENCE_S):
        out, complained = await process.communicate()
    assert (process.returncode, complained) == (0, b"")
    assert not any(os.scandir(folder))
    return out.decode().splitlines()


async def test_the_first_line_is_the_due_time_and_the_others_say_why(tmp_path: Path) -> None:
    """Two hours from a holiday's afternoon: at ten on the next morning, in words as well."""
    first, *others = await said(tmp_path, *command(ASKED, "--holiday", "2016-11-01"))
    assert first == "2016-11-02T09:00:00Z"
    told = "\n".join(others)
    assert "Wed 2016-11-02 10:00:00 (UTC+01:00) in Europe/Berlin" in told
    assert re.search(r"Tue 2016-11-01 +closed$", told, re.MULTILINE)
    assert re.search(r"Wed 2016-11-02 +08:00:00 to 10:00:00, 2 h$", told, re.MULTILINE)


@pytest.mark.parametrize(
    ("changed", "more", "due"),
    [
        ({"within": "1200m"}, ("--holiday", "2016-11-01"), "2016-11-03T15:00:00Z"),
        ({"within": "20h"}, ("--land", "nw"), "2016-11-03T15:00:00Z"),
        ({}, ("--holiday", "2016-11-01", "--holiday", "2016-11-02"), "2016-11-03T09:00:00Z"),
        ({}, ("--holiday", "2016-11-01", "2016-11-02"), "2016-11-03T09:00:00Z"),
        ({}, ("--zone", "America/New_York"), "2016-11-01T15:56:21Z"),
        ({"at": "2016-11-01T14:56:21.5+01:00"}, (), "2016-11-01T15:56:21.500000Z"),
        ({"policy": "calendar", "within": "48h", "at": "2026-10-24T10:00:00+02:00"}, (), "2026-10-26T08:00:00Z"),
    ],
)
def test_every_option_counts(
    capsys: pytest.CaptureFixture[str], changed: dict[str, str], more: tuple[str, ...], due: str
) -> None:
    """The worked examples, holidays by day and by Land, another zone, and fractions of a second."""
    assert main(command(ASKED | changed, *more)) == 0
    assert capsys.readouterr().out.splitlines()[0] == due


async def test_it_is_the_same_on_a_machine_that_stands_elsewhere_and_has_broken_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the machine's zone nor the server's settings have a say."""
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    assert (await said(tmp_path, *command(ASKED), port="none"))[0] == "2016-11-01T15:56:21Z"


async def test_what_plays_no_part_is_said(tmp_path: Path) -> None:
    """A calendar promise knows no hours; whoever gives some reads so."""
    assert (await said(tmp_path, *command(ASKED | {"policy": "calendar"})))[-1].endswith("play no part in it.")


@pytest.mark.parametrize(
    ("changed", "more", "named"),
    [
        ({"at": "yesterday"}, (), "--at: 'yesterday' is no instant"),
        ({"at": "2016-11-01T13:56:21"}, (), "--at: '2016-11-01T13:56:21' needs its zone"),
        ({"at": "0001-01-01T00:00:00+14:00"}, (), "--at: an instant from"),
        ({"at": "9999-12-31T23:59:59-12:00"}, (), "--at: an instant from"),
        ({"policy": "lunar"}, (), "--policy: there is no policy 'lunar'"),
        ({"within": "48"}, (), "--within: '48' is no length"),
        ({"within": "-48h"}, (), "--within: '-48h' is no length"),
        ({"within": "٤٨h"}, (), "--within: '٤٨h' is no length"),
        ({"within": "0m"}, (), "--within: more than nothing"),
        ({"within": "999999h"}, (), "--within: more than nothing"),
        ({"hours": ""}, (), "--hours: at least one block"),
        ({"hours": "Mon 08:00-12:00,11:00-13:00"}, (), "overlap"),
        ({}, ("--zone", "../../etc/passwd"), "--zone: there is no time zone"),
        ({}, ("--holiday", "2016-02-30"), "--holiday: '2016-02-30' is no day"),
        ({}, ("--holiday", "20161101"), "--holiday: '20161101' is no day"),
        ({}, ("--land", "XX"), "--land: there is no Land 'XX'"),
        ({"at": "1980-01-01T00:00:00Z"}, ("--land", "NW"), "--land: public holidays are known from"),
        ({"policy": "calendar"}, ("--zone", "Europe/Münster"), "--zone: there is no time zone"),
    ],
)
def test_what_cannot_be_counted_is_named(
    capsys: pytest.CaptureFixture[str], changed: dict[str, str], more: tuple[str, ...], named: str
) -> None:
    """One sentence, exit code 2, and nothing on the first line that could be taken for a time."""
    words = [f"--{name}={value}" for name, value in (ASKED | changed).items()]
    assert main(["guarantee", "due", *words, *more]) == CANNOT_BE_USED
    said_so = capsys.readouterr()
    assert said_so.out == ""
    assert named in said_so.err
    assert said_so.err.count("\n") == 1


async def test_a_business_policy_without_hours_is_refused(tmp_path: Path) -> None:
    """It would never be due."""
    asked = {name: value for name, value in ASKED.items() if name != "hours"}
    assert "--hours: a business policy needs them" in await refusal(tmp_path, *command(asked))


def test_the_command_of_the_page_about_the_guarantee_gives_the_time_of_its_table(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What docs/guarantee.md shows can be typed."""
    page = (Path(__file__).parents[2] / "docs" / "guarantee.md").read_text("utf-8")
    (shown,) = re.findall(r"^sprechraum (guarantee due .*?)^```", page, re.DOTALL | re.MULTILINE)
    assert main(shlex.split(shown.replace("\\\n", " "))) == 0
    due = capsys.readouterr().out.splitlines()[0]
    assert due == "2016-11-02T09:00:00Z"
    assert "| 2016-11-02 09:00 UTC |" in page
