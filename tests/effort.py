"""What a browser computes while very many come."""

import asyncio
from itertools import count

from chatserver.accounts.effort import NONCE_BYTES, PARTS, begins_with_zeros, task_of
from chatserver.accounts.wire import ShareIssued


async def effort_for(drawn: ShareIssued) -> bytes:
    """What the ticket asks for; nothing where it asks for nothing. Beside the loop: the server may run in it."""
    return await asyncio.to_thread(_computed, drawn.ticket, drawn.bits) if drawn.bits else b""


def _computed(ticket: bytes, bits: int) -> bytes:
    task = task_of(ticket)
    return b"".join(_nonce(task, part, bits) for part in range(PARTS))


def _nonce(task: bytes, part: int, bits: int) -> bytes:
    nonces = (one.to_bytes(NONCE_BYTES) for one in count())
    return next(nonce for nonce in nonces if begins_with_zeros(task, part, nonce, bits))
