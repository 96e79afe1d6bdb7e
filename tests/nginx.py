"""nginx with the file that the documentation gives to whoever runs two nodes; only its ports and its log are others."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

TWO_NODES = Path(__file__).parents[1] / "docs" / "nginx" / "two-nodes.conf"
READY_WITHIN_SECONDS = 20
# What a distribution's own nginx.conf brings, in a folder of the test.
AROUND = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/sprechraum.conf;
}}
"""


def program() -> str:
    """Where nginx is: not on everybody's path."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert found is not None, "nginx is not installed: run bin/system-packages"
    return found


@asynccontextmanager
async def running_nginx(folder: Path, port: int, nodes: tuple[int, int]) -> AsyncIterator[str]:
    """The address where people come in."""
    text = TWO_NODES.read_text("utf-8")
    for written, used in (("8080", port), ("8081", nodes[0]), ("8082", nodes[1])):
        assert f":{written}" in text
        text = text.replace(f":{written}", f":{used}")
    text = text.replace("/var/log/nginx/sprechraum.log", str(folder / "sprechraum.log"))
    (folder / "sprechraum.conf").write_text(text, "utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user), "utf-8")
    process = await asyncio.create_subprocess_exec(
        program(), "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"
    )
    try:
        await _until_listening(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _until_listening(port: int, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(READY_WITHIN_SECONDS):
        while process.returncode is None:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.02)
    raise AssertionError("nginx does not start")
