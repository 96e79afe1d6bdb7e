"""The web client as it would be without one of its defences, so that a test is known to be able to fail."""

import subprocess
from pathlib import Path
from typing import Final

from hatch_build import node_command

HERE: Final = Path(__file__).parent
WEB: Final = HERE.parents[2] / "web"


def build_weakened(folder: Path) -> Path:
    """Builds it into the folder, in a few seconds. Fails where a defence is not where the table says."""
    command, environment = node_command()
    build = [*command, str(HERE / "build.mjs"), str(WEB), str(folder)]
    done = subprocess.run(build, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return folder


def without(*attacks: str) -> str:
    """The script that a page has to run first: these defences are out."""
    named = ", ".join(f'"{one}"' for one in attacks)
    return f"globalThis.__without = new Set([{named}]);"
