"""The TypeScript implementation as a process that answers questions for as long as it is asked."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from hatch_build import find_npm

WEB: Final = Path(__file__).parents[4] / "web"
ENDED: Final = "the process ended with"


@contextmanager
def built_judge() -> Iterator[Path]:
    """The judge as the sources are now, so that it never answers for an older state of them."""
    npm, environment = find_npm()
    # A folder of its own: another run of the tests may build at the same time.
    folder = WEB / ".judge" / str(os.getpid())
    command = [*npm, "run", "--silent", "build:judge", "--", "--outDir", str(folder)]
    built = subprocess.run(command, cwd=WEB, env=environment, capture_output=True, check=False)
    if built.returncode != 0:
        raise SystemExit(f"the judge was not built:\n{built.stdout.decode()}{built.stderr.decode()}")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class NodeJudge:
    """web/tools/judge.js over what `built_judge` has built."""

    def __init__(self, folder: Path) -> None:
        _, environment = find_npm()
        self._process = subprocess.Popen(
            ["node", "--expose-gc", "tools/judge.js", str(folder / "judged.js")],
            cwd=WEB,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, kind: str, question: Any) -> Any:
        """What TypeScript says. A process that ended is an answer, too: the worst."""
        self.put(kind, question)
        return self.told()

    def put(self, kind: str, question: Any) -> None:
        """It thinks about it while somebody else does."""
        stdin = self._process.stdin
        assert stdin is not None
        # Whoever wants the answer sees that the process has ended.
        with suppress(BrokenPipeError):
            stdin.write(json.dumps({kind: question}).encode() + b"\n")
            stdin.flush()

    def told(self) -> Any:
        """The answer to the one question that was put."""
        stdout = self._process.stdout
        assert stdout is not None
        line = stdout.readline()
        return json.loads(line) if line else {"crash": f"{ENDED} {self._process.wait()}"}

    def heap(self) -> int:
        """Bytes in use after everything that can be freed was freed."""
        used: int = self.ask("memory", {})["value"]
        return used

    def close(self) -> None:
        """It ends by itself when nobody asks any more."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
