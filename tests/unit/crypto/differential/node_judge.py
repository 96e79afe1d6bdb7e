"""The TypeScript implementation as a process that answers questions for as long as it is asked."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from hatch_build import find_npm

WEB: Final = Path(__file__).parents[4] / "web"


class NodeJudge:
    """web/tools/judge.js. It is built from the sources first, so that it never answers for an older state of them."""

    def __init__(self) -> None:
        npm, environment = find_npm()
        # A folder of its own: another run of the tests may build at the same time.
        self._folder = WEB / ".judge" / str(os.getpid())
        command = [*npm, "run", "--silent", "build:judge", "--", "--outDir", str(self._folder)]
        built = subprocess.run(command, cwd=WEB, env=environment, capture_output=True, check=False)
        if built.returncode != 0:
            raise SystemExit(f"the judge was not built:\n{built.stdout.decode()}{built.stderr.decode()}")
        self._process = subprocess.Popen(
            ["node", "--expose-gc", "tools/judge.js", str(self._folder / "judged.js")],
            cwd=WEB,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, kind: str, question: Any) -> Any:
        """What TypeScript says. A process that ended is an answer, too: the worst."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({kind: question}).encode() + b"\n")
        stdin.flush()
        line = stdout.readline()
        return json.loads(line) if line else {"crash": f"the process ended with {self._process.wait()}"}

    def heap(self) -> int:
        """Bytes in use after everything that can be freed was freed."""
        used: int = self.ask("memory", {})["value"]
        return used

    def close(self) -> None:
        """It ends by itself when nobody asks any more."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)
