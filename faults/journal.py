"""What clients did and were told, written outside the server's folder before and after each step."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Final, Literal, TextIO

GIVES_UP_S: Final = 20.0

# `unknown`: no answer came, so it may or may not have happened. `fail`: it was refused, so it must not have.
Step = Literal["invoke", "ok", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of one attempt to send a message. `name` is what it is recognised by afterwards, the hash of its bytes.

    `place` is the position that the server answered.
    """

    step: Step
    room: str
    name: str
    place: str = ""
    why: str = ""


class Journal:
    """Every entry, in the order in which it was made; on disk as lines of JSON, for whoever looks into a red trial."""

    def __init__(self, lines: TextIO) -> None:
        self.entries: list[Entry] = []
        self._lines = lines

    def note(self, entry: Entry) -> None:
        """Writes it down at once."""
        self.entries.append(entry)
        self._lines.write(json.dumps(asdict(entry)) + "\n")
        self._lines.flush()

    def count(self, step: Step) -> int:
        """How many such steps there were."""
        return sum(one.step == step for one in self.entries)


@contextmanager
def journal(path: Path) -> Iterator[Journal]:
    """A journal in this file."""
    with path.open("a", encoding="utf-8") as lines:
        yield Journal(lines)


async def heard_again(notes: Journal) -> float:
    """Seconds until the next message is acknowledged."""
    before, began = notes.count("ok"), perf_counter()
    while notes.count("ok") == before and perf_counter() - began < GIVES_UP_S:
        await asyncio.sleep(0.01)
    return perf_counter() - began
