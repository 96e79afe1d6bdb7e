"""Writes the contracts from the nouns' structs, or checks that what is committed is what would be written.

`python -m chatserver.wire --write` and `python -m chatserver.wire --check`.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final

from chatserver.nouns import EVENTS, PUSHED, ROUTES
from chatserver.wire.asyncapi import asyncapi
from chatserver.wire.openapi import openapi
from chatserver.wire.typescript import typescript

HERE: Final = Path(__file__).parent
CHECKOUT: Final = HERE.parent.parent


def contracts() -> dict[Path, str]:
    """Every generated file and what it must hold."""
    return {
        HERE / "openapi.json": _json(openapi(ROUTES)),
        HERE / "asyncapi.json": _json(asyncapi(EVENTS, PUSHED)),
        CHECKOUT / "web" / "src" / "wire.gen.ts": typescript(ROUTES, EVENTS, PUSHED),
    }


def drifted() -> list[str]:
    """The files that are not what the structs say."""
    return [
        str(path.relative_to(CHECKOUT))
        for path, text in contracts().items()
        if not path.is_file() or path.read_text("utf-8") != text
    ]


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Gives the exit code: 1 when something has drifted."""
    parser = argparse.ArgumentParser(prog="python -m chatserver.wire", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the files instead of comparing them")
    parser.add_argument("--check", action="store_true", help="compare (what happens without --write, too)")
    if parser.parse_args().write:
        for path, text in contracts().items():
            path.write_text(text, "utf-8")
        return 0
    stale = drifted()
    if stale:
        sys.stderr.write(f"Not what the structs say: {', '.join(stale)}. Run `make wire`.\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
