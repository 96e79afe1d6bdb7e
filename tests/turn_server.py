"""A relay of the tests' own: coturn on loopback, with a secret that it shares with the server."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.ports import free_port

STARTED_WITHIN_SECONDS = 20
SECRET = "geteilt unter zweien"


class TurnServer:
    """One relay, at the same address however often it is started."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """As browsers are told."""
        return f"turn:127.0.0.1:{self.port}?transport=udp"

    def start(self) -> None:
        """Answers when this returns."""
        program = shutil.which("turnserver")
        assert program is not None, "turnserver is not installed: run bin/system-packages"
        settings = self._folder / "turnserver.conf"
        settings.write_text(
            "\n".join(
                (
                    f"listening-port={self.port}",
                    "listening-ip=127.0.0.1",
                    "relay-ip=127.0.0.1",
                    "realm=sprechraum.test",
                    "use-auth-secret",
                    f"static-auth-secret={SECRET}",
                    "fingerprint",
                    "no-cli",
                    "no-tls",
                    "no-dtls",
                    # Both sides of a call are on this machine.
                    "allow-loopback-peers",
                    "log-file=/dev/null",
                    f"userdb={self._folder / 'turn.db'}",
                    f"pidfile={self._folder / 'turn.pid'}",
                )
            )
        )
        self._process = subprocess.Popen(
            [program, "-c", str(settings)], cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + STARTED_WITHIN_SECONDS
        while not self._answers():
            assert time.monotonic() < until, "turnserver does not start"
            time.sleep(0.02)

    def kill(self) -> None:
        """As a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


@contextmanager
def running_turn(folder: Path) -> Iterator[TurnServer]:
    """A relay that runs; afterwards it is gone."""
    server = TurnServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
