"""`sprechraum agency settings …` as an operator runs it: alone, and beside a server that runs."""

import asyncio
import json
from pathlib import Path

from tests.coordinator import Coordinator
from tests.ports import free_port
from tests.shell import PATIENCE_S, line_from, refusal, sprechraum, started
from tests.unit.test_agency_command import NAMED, said

EXPORT = ("agency", "settings", "export", "Haus am Wehr")


async def test_settings_are_exported_changed_and_imported_also_beside_a_server(tmp_path: Path) -> None:
    """A running server takes the file in by itself; a wrong field changes nothing and is named."""
    port, file = str(free_port()), tmp_path / "settings.json"
    bring = ("agency", "settings", "import", str(file))
    async with started(tmp_path, "serve", port=port) as server:
        address = (await line_from(server)).split()[3].rstrip(".")
        link, _ = await said(tmp_path, *NAMED, "--topics", "debt", port=port)
        async with Coordinator("rosendahl", "sieben stühle im morgennebel", address) as founder:
            await founder.found_agency(link.partition("#")[2], "Frau Rosendahl")
        kept = json.loads("\n".join(await said(tmp_path, *EXPORT)))
        assert (kept["terms"]["kind"], kept["terms"]["promised_hours"]) == ("calendar", 48)
        profile, terms = kept["profile"], kept["terms"]
        terms["promised_hours"], profile["areas"] = 24, ["48143-48167", "48143 debt"]
        file.write_text(json.dumps(kept))
        assert (await said(tmp_path, *bring))[0].startswith("Haus am Wehr: changed")
    wrong = {**kept, "profile": {**profile, "areas": ["48143", "x"]}, "terms": {**terms, "land": "XX"}}
    file.write_text(json.dumps(wrong))
    process = await sprechraum(tmp_path, *bring)
    async with asyncio.timeout(PATIENCE_S):
        _, complained = await process.communicate()
    assert process.returncode == 2
    named = [line.partition(": ")[0] for line in complained.decode().splitlines()[1:]]
    assert named == ["profile.areas:2", "terms.land"]
    assert json.loads("\n".join(await said(tmp_path, *EXPORT))) == kept
    terms["languages"] = ["de", "uk"]
    file.write_text(json.dumps(kept))
    await said(tmp_path, *bring)
    assert json.loads("\n".join(await said(tmp_path, *EXPORT))) == kept


async def test_whose_settings_and_which_must_be_known(tmp_path: Path) -> None:
    """One sentence, exit code 2."""
    assert "There is no agency 'Haus am Wehr'" in await refusal(tmp_path, *EXPORT)
    file = tmp_path / "settings.json"
    file.write_text("{")
    assert "line 1" in await refusal(tmp_path, "agency", "settings", "import", str(file))
