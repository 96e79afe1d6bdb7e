"""What a browser has computed before it is let in while very many come: hashcash over SHA-256 (docs/api.md).

The ticket of a share is the task: this server signed it, it holds for an hour, and the share in it goes into a UNIQUE
column. So each effort counts once, on however many nodes, and nothing has to be remembered. Sixteen small parts in the
place of one: the time that one takes is a matter of luck, and nobody is to be unlucky on an old phone.
"""

import hashlib
from typing import Final

from crypto.encoding import lp

PARTS: Final = 16
NONCE_BYTES: Final = 4
_LABEL: Final = b"sprechraum/1 effort"


def is_done(ticket: bytes, bits: int, nonces: bytes) -> bool:
    """Whether each part's hash begins with so many zero bits."""
    if bits == 0:
        return True
    if len(nonces) != PARTS * NONCE_BYTES:
        return False
    task = task_of(ticket)
    return all(
        begins_with_zeros(task, part, nonces[part * NONCE_BYTES : (part + 1) * NONCE_BYTES], bits)
        for part in range(PARTS)
    )


def task_of(ticket: bytes) -> bytes:
    """What is hashed with each nonce: short, so that one block of SHA-256 does."""
    return hashlib.sha256(lp(_LABEL, ticket)).digest()


def begins_with_zeros(task: bytes, part: int, nonce: bytes, bits: int) -> bool:
    """One part: SHA-256 over task, the part's number in one byte, and the nonce."""
    digest = hashlib.sha256(task + bytes([part]) + nonce).digest()
    return int.from_bytes(digest) >> (len(digest) * 8 - bits) == 0
