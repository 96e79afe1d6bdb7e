"""The import rules must be able to fail: each sees the violation planted for it, in a copy of the packages."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("chatserver", "booking", "crypto")

# contract -> (module that breaks it, the line that it then has)
VIOLATIONS = {
    "chatserver stands over booking and crypto, which do not know each other": [
        ("booking/model.py", "import crypto.errors"),
        ("crypto/encoding.py", "import booking.errors"),
        ("booking/errors.py", "import chatserver.errors"),
        ("crypto/errors.py", "import chatserver.errors"),
    ],
    "nouns know each other downwards only": [
        ("chatserver/rooms/actions.py", "import chatserver.threads.model"),
        ("chatserver/accounts/actions.py", "import chatserver.vault.model"),
        ("chatserver/threads/actions.py", "import chatserver.enquiries.wire"),
        ("chatserver/enquiries/actions.py", "import chatserver.appointments.wire"),
    ],
    "inside a noun a request goes one way": [
        ("chatserver/accounts/model.py", "import chatserver.accounts.store"),
        ("chatserver/accounts/store.py", "import chatserver.accounts.actions"),
        ("chatserver/threads/actions.py", "import chatserver.threads.routes"),
    ],
    "models and the protocol know no transport, no database, no event loop": [
        ("chatserver/rooms/model.py", "import sqlalchemy"),
        ("chatserver/threads/model.py", "import asyncio"),
        ("crypto/message.py", "import aiohttp"),
    ],
    "routes and events know no SQL": [
        ("chatserver/vault/routes.py", "import sqlalchemy"),
        ("chatserver/rooms/events.py", "import sqlalchemy"),
    ],
    "actions and stores know no transport": [
        ("chatserver/threads/actions.py", "import aiohttp"),
        ("chatserver/rooms/store.py", "import socketio"),
    ],
    "the rules of booking know no database": [("booking/slots.py", "import sqlalchemy")],
    "only actions and jobs import a store": [
        ("chatserver/accounts/routes.py", "import chatserver.accounts.store"),
        ("chatserver/main.py", "import chatserver.rooms.store"),
    ],
}


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packages")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "static", "vectors"))
    return folder


def judged(folder: Path, *, contract: str | None = None) -> dict[str, str]:
    """What import-linter says of each contract in that folder: KEPT or BROKEN."""
    chosen = [] if contract is None else ["--contract", contract]
    command = [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports_command as main; main()"]
    done = subprocess.run(
        [*command, "--config", "pyproject.toml", "--no-cache", *chosen],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line.rsplit(" ", 1) for line in done.stdout.splitlines() if line.endswith((" KEPT", " BROKEN"))]
    assert lines, done.stdout + done.stderr
    return {line[0]: line[1] for line in lines}


def contract_ids() -> dict[str, str]:
    """The identifier of each contract by its name."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return {contract["name"]: contract["id"] for contract in contracts}


def test_every_contract_is_kept_by_the_packages_as_they_are(packages: Path) -> None:
    """Without a planted violation nothing is broken, so that a break below is the plant's."""
    assert set(judged(packages).values()) == {"KEPT"}


def test_every_contract_has_a_planted_violation() -> None:
    """A contract that nobody has seen fail may be an empty one."""
    assert set(VIOLATIONS) == set(contract_ids())


@pytest.mark.parametrize(
    ("contract", "module", "line"),
    [(contract, module, line) for contract, plants in VIOLATIONS.items() for module, line in plants],
)
def test_a_planted_violation_is_caught(packages: Path, contract: str, module: str, line: str) -> None:
    """The contract that forbids it, and not some other, turns red."""
    path = packages / module
    before = path.read_text()
    try:
        path.write_text(f"{before}\n{line}\n")
        assert judged(packages, contract=contract_ids()[contract]) == {contract: "BROKEN"}
    finally:
        path.write_text(before)
