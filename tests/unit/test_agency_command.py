"""`sprechraum agency …` as an operator runs it: on an empty machine, and beside a server that runs."""

import asyncio
import json
import re
import stat
from pathlib import Path

import pytest
from msgspec.structs import replace

from chatserver.foundings.intake import post, posted
from chatserver.foundings.model import EVERYWHERE, Plan, PlanInvalid, check_plan, new_founding
from tests.api.house import OPENING
from tests.coordinator import Coordinator
from tests.person_web import Refused
from tests.ports import free_port
from tests.shell import PATIENCE_S, line_from, refusal, sprechraum, started

PLAN = Plan(
    name="Haus am Wehr",
    about_de="",
    about_en="",
    address="",
    phone="",
    zone="Europe/Berlin",
    topics=["debt"],
    areas=list(EVERYWHERE),
    fallback=False,
)
NAMED = ("agency", "create", "--name", "Haus am Wehr")


async def said(folder: Path, *arguments: str, **settings: str) -> list[str]:
    """What the command prints, when all is well."""
    process = await sprechraum(folder, *arguments, **settings)
    async with asyncio.timeout(PATIENCE_S):
        out, complained = await process.communicate()
    assert (process.returncode, complained) == (0, b"")
    return out.decode().splitlines()


async def test_on_an_empty_machine_an_agency_is_planned_and_listed(tmp_path: Path) -> None:
    """The link stands on a line of its own, under the public address."""
    assert "no agency yet" in (await said(tmp_path, "agency", "list"))[0]
    link, until = await said(tmp_path, *NAMED, public_url="https://beratung.example")
    assert re.fullmatch(r"https://beratung\.example/founding#[\w-]{43}", link)
    assert "Haus am Wehr" in until
    (line,) = await said(tmp_path, "agency", "list")
    assert line.startswith("planned  Haus am Wehr (until ")


async def test_beside_a_server_that_runs_the_link_works_at_once(tmp_path: Path) -> None:
    """The server takes the plan in by itself, founds, and lists it as founded."""
    port = str(free_port())
    async with started(tmp_path, "serve", port=port) as server:
        address = (await line_from(server)).split()[3].rstrip(".")
        link, _ = await said(tmp_path, *NAMED, "--topics", "debt", port=port)
        async with Coordinator("rosendahl", "sieben stühle im morgennebel", address) as founder:
            token = link.partition("#")[2]
            assert (await founder.look_at_founding(token)).topics == ["debt"]
            await founder.found_agency(token, "Frau Rosendahl")
            with pytest.raises(Refused, match="invitation_invalid"):
                await founder.look_at_founding(token)
        assert await said(tmp_path, "agency", "list") == ["founded  Haus am Wehr"]
        assert "already" in await refusal(tmp_path, *NAMED, port=port)
        assert list((tmp_path / "var" / "plans").iterdir()) == []


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--topics", "weather"), "--topics: there is no topic 'weather'"),
        (("--topics", ""), "--topics: at least one of"),
        (("--areas", "4814"), "--areas: '4814'"),
        (("--areas", "48167-48143"), "ends before it begins"),
        (("--areas", ","), "--areas: at least one"),
        (("--zone", "Europe/Münster"), "--zone: there is no time zone"),
        (("--zone", "../../etc/passwd"), "--zone: there is no time zone"),
        (("--name", " "), "--name:"),
        (("--name", "Haus\u202eam Wehr"), "--name:"),
        (("--about-de", "x" * 3_000), "--about-de:"),
    ],
)
async def test_what_cannot_be_planned_is_named(tmp_path: Path, options: tuple[str, ...], named: str) -> None:
    """One sentence, exit code 2, and nothing is stored."""
    assert named in await refusal(tmp_path, *NAMED, *options)


def test_a_plan_on_its_way_to_a_running_server_is_its_owners_and_holds_no_token(tmp_path: Path) -> None:
    """Whole or not at all; what it holds founds nothing."""
    made, token = new_founding(PLAN, OPENING)
    path = post(tmp_path, made)
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
    assert stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IRWXU
    assert token not in path.read_text()
    assert list(posted(tmp_path)) == [(path, made)]


@pytest.mark.parametrize("text", ["", "{}", "no JSON", '{"id": 1}', "[" * 70_000])
def test_a_file_that_is_no_plan_is_told_apart(tmp_path: Path, text: str) -> None:
    """Cut, invented, or by another release: it founds nothing and stops nothing."""
    made, _ = new_founding(PLAN, OPENING)
    path = post(tmp_path, made)
    path.write_text(text)
    assert list(posted(tmp_path)) == [(path, None)]


def test_a_plan_that_was_changed_on_its_way_is_checked_like_any_other(tmp_path: Path) -> None:
    """Topics that nobody knows would make an agency that nobody finds."""
    made, _ = new_founding(PLAN, OPENING)
    path = post(tmp_path, made)
    letter = json.loads(path.read_text())
    letter["plan"]["topics"] = ["weather"]
    path.write_text(json.dumps(letter))
    assert list(posted(tmp_path)) == [(path, None)]


def test_a_plan_is_tidied() -> None:
    """Blanks in a name, and what is named twice."""
    plan = check_plan(replace(PLAN, name=" Haus  am Wehr ", topics=["debt", "debt"]))
    assert (plan.name, plan.topics) == ("Haus am Wehr", ["debt"])
    with pytest.raises(PlanInvalid):
        check_plan(replace(PLAN, areas=["x"]))


async def test_areas_are_exported_changed_and_imported_also_beside_a_server(tmp_path: Path) -> None:
    """A wrong line changes nothing and is named; a running server takes the list in by itself."""
    port = str(free_port())
    changed = tmp_path / "areas.csv"
    async with started(tmp_path, "serve", port=port) as server:
        address = (await line_from(server)).split()[3].rstrip(".")
        link, _ = await said(tmp_path, *NAMED, "--topics", "debt", port=port)
        async with Coordinator("rosendahl", "sieben stühle im morgennebel", address) as founder:
            await founder.found_agency(link.partition("#")[2], "Frau Rosendahl")
        heading, line = await said(tmp_path, "agency", "areas", "export")
        assert (heading, line) == ("agency,topic,first,last", "Haus am Wehr,,01001,99998")
        changed.write_text(f"{heading}\nHaus am Wehr,debt,48143,48167\nHaus am Wehr,weather,1,2\n")
        process = await sprechraum(tmp_path, "agency", "areas", "import", str(changed))
        async with asyncio.timeout(PATIENCE_S):
            out, complained = await process.communicate()
        assert (process.returncode, out) == (2, b"")
        assert complained.decode().splitlines()[1:] == ["line 3: Haus am Wehr does not offer 'weather'."]
        changed.write_text(f"{heading}\nHaus am Wehr,debt,48143,48167\n")
        assert await said(tmp_path, "agency", "areas", "import", str(changed)) == ["Agencies: 1. Ranges: 1."]
        assert await said(tmp_path, "agency", "areas", "export") == [heading, "Haus am Wehr,debt,48143,48167"]
    changed.write_text(f"{heading}\nHaus am Wehr,,48147,48147\n")
    assert await said(tmp_path, "agency", "areas", "import", str(changed)) == ["Agencies: 1. Ranges: 1."]
    assert await said(tmp_path, "agency", "areas", "export") == [heading, "Haus am Wehr,,48147,48147"]
    assert "cannot be read" in await refusal(tmp_path, "agency", "areas", "import", str(tmp_path / "none.csv"))
