"""Waiting until a server listens, or saying why it never will."""

import asyncio
from pathlib import Path
from typing import Final

READY_WITHIN_S: Final = 120
ASK_EVERY_S: Final = 0.01


async def until_answers(port: int, process: asyncio.subprocess.Process, folder: Path) -> None:
    """Returns once something listens on the port; ends the bench when the process has ended instead."""
    async with asyncio.timeout(READY_WITHIN_S):
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(ASK_EVERY_S)
            else:
                writer.close()
                return
    raise SystemExit("The server did not start:\n" + (folder / "stderr").read_text("utf-8"))
