"""The pages that a real agency prints once and locks away. A demonstration has no printer: they become text files."""

import os
from pathlib import Path
from typing import Final

from chatserver.demo.founding import Founded

_TEXT: Final = """{name}
{line}

Diese Seite steht für ein Blatt Papier. Der Server liest sie nie und braucht sie nie.
Auf dem Blatt stehen die zwei Wurzelschlüssel der Beratungsstelle. Mit dem ersten werden die
Dienstpläne beglaubigt, mit dem zweiten wird ein verlorener oder gestohlener erster ersetzt.
Im Betrieb liegen beide getrennt in einem Schrank, und nirgends sonst.

This page stands for a sheet of paper. The server never reads it and never needs it.
It holds the two root keys of the agency. The first certifies who may sign rosters, the second
replaces the first if that is lost or stolen. In earnest the two lie apart, locked up, and nowhere else.

Fingerprint (public):  {fingerprint}
Root key (secret):     {root}
Successor (secret):    {successor}
"""


def write_paper(folder: Path, founded: Founded) -> Path:
    """Writes the page whole or not at all, readable by its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = founded.agency.name
    page = folder / f"{name.lower().replace(' ', '-')}.txt"
    unfinished = page.with_suffix(".part")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(
            _TEXT.format(
                name=name,
                line="=" * len(name),
                fingerprint=_groups(founded.agency.root_fingerprint),
                root=_groups(founded.secrets.root_seed),
                successor=_groups(founded.secrets.successor_seed),
            )
        )
    unfinished.replace(page)
    return page


def _groups(data: bytes) -> str:
    return data.hex(" ", 4)
