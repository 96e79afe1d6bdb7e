"""The wheel is the product: installed into an empty environment it starts, and shows its pages."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
ANSWERS_WITHIN_S = 60


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment that holds the wheel, what it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    run = subprocess.check_call
    run([sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(ROOT)])
    run([sys.executable, "-m", "venv", str(folder / "env")])
    [wheel] = folder.glob("*.whl")
    commands = folder / "env" / "bin"
    quiet = ["install", "--quiet", "--disable-pip-version-check"]
    run([str(commands / "pip"), *quiet, "--require-hashes", "-r", str(ROOT / "requirements" / "run.lock")])
    run([str(commands / "pip"), *quiet, "--no-deps", str(wheel)])
    return commands


@pytest.fixture(scope="module")
def address(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("elsewhere")
    port = free_port()
    command = [str(installed / "sprechraum"), "serve", "--port", str(port)]
    # Nothing of this checkout may be found by accident: another folder, no PYTHONPATH.
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        started = server.stdout.readline()
        assert f"http://127.0.0.1:{port}" in started
        yield f"http://127.0.0.1:{port}"
        server.terminate()


def read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=ANSWERS_WITHIN_S) as answer:
        body: bytes = answer.read()
    return body


def test_the_installed_server_is_healthy(address: str) -> None:
    """It answers, and knows its version."""
    assert json.loads(read(f"{address}/api/health"))["status"] == "ok"


def test_the_wheel_brings_the_pages(address: str) -> None:
    """The start page and every script that it names are in the wheel."""
    page = read(f"{address}/").decode()
    scripts = [part.split('"')[0] for part in page.split('src="')[1:]]
    assert scripts
    assert all(read(f"{address}{script}") for script in scripts)
