"""The server's signed word that something is gone, and from when on no backup can bring it back.

docs/protocol.md section 12 (T37). It is an honest server's promise: nothing proves that bytes were not copied before.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from crypto import labels
from crypto.encoding import lp, read_u64, read_word, sized, u64, word
from crypto.errors import CryptoRefusal, DeletionInvalid, Malformed
from crypto.signing import read_object, sign_object, verify

DeletedKind = Literal["room", "user"]
_KINDS: Final = get_args(DeletedKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """`subject` is the room's or the user's id. Times in ms UTC; after `final_at` no backup holds the share."""

    kind: DeletedKind
    subject: bytes
    deleted_at: int
    final_at: int


def sign_deletion(seed: bytes, deletion: Deletion) -> bytes:
    """By the server's receipt key."""
    times = (u64(deletion.deleted_at), u64(deletion.final_at))
    return sign_object(seed, lp(labels.DELETION, word(deletion.kind), sized(deletion.subject, 16), *times))


def read_deletion(data: bytes, receipt_pk: bytes) -> Deletion:
    """Raises DeletionInvalid whatever is wrong."""
    try:
        body, signature, (kind, subject, deleted_at, final_at) = read_object(data, labels.DELETION, 4)
        deletion = Deletion(
            kind=_kind(kind),
            subject=sized(subject, 16),
            deleted_at=read_u64(deleted_at),
            final_at=read_u64(final_at),
        )
        if deletion.final_at < deletion.deleted_at:
            raise Malformed
        verify(receipt_pk, signature, body)
    except CryptoRefusal:
        raise DeletionInvalid from None
    return deletion


def _kind(field: bytes) -> DeletedKind:
    found = read_word(field)
    for kind in _KINDS:
        if found == kind:
            known: DeletedKind = kind
            return known
    raise Malformed
