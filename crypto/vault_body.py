"""What lies in a vault: named entries that survive clients who do not know them. docs/protocol.md section 4."""

from collections.abc import Mapping
from typing import Final

from crypto import labels
from crypto.encoding import fields, lp, read_u64, read_word, split, u64
from crypto.errors import Malformed, PinsContradict

Key = tuple[str, bytes]
Entries = dict[Key, bytes]

_HOW: Final = {b"first_contact": 0, b"link": 1, b"compared": 2}
_STORED_WINS: Final = frozenset(("name", "recovery", "receipt_key", "receipt"))
_MUST_BE_EQUAL: Final = frozenset(
    ("kem_before", "identity_before", "keyring", "duty", "roster_key", "root_key", "invitation")
)


def write_body(entries: Mapping[Key, bytes]) -> bytes:
    """Sorted by (kind, id) bytewise, so that equal vaults are equal bytes."""
    ordered = sorted((kind.encode("ascii"), id_, value) for (kind, id_), value in entries.items())
    return lp(labels.VAULT_BODY, *(lp(kind, id_, value) for kind, id_, value in ordered))


def read_body(body: bytes) -> Entries:
    """Every entry, known or not; raises Malformed for another label, disorder or a pair that comes twice."""
    found = split(body)
    if not found or found[0] != labels.VAULT_BODY:
        raise Malformed
    entries: Entries = {}
    before: tuple[bytes, bytes] | None = None
    for one in found[1:]:
        kind, id_, value = fields(one, 3)
        if before is not None and (kind, id_) <= before:
            raise Malformed
        before = (kind, id_)
        entries[(read_word(kind), id_)] = value
    return entries


def at_least(value: bytes, count: int) -> list[bytes]:
    """The first `count` fields of a value; what a newer client put after them is left alone."""
    found = split(value)
    if len(found) < count:
        raise Malformed
    return found[:count]


def rewritten(value: bytes | None, *known: bytes) -> bytes:
    """A value with new known fields and whatever followed them before."""
    return lp(*known, *([] if value is None else split(value)[len(known) :]))


def _merge_root(stored: bytes, mine: bytes) -> bytes:
    how, number, hashed, seq = at_least(stored, 4)
    my_how, my_number, my_hashed, my_seq = at_least(mine, 4)
    if number == my_number and hashed != my_hashed:
        raise PinsContradict
    if read_u64(my_number) > read_u64(number):
        number, hashed = my_number, my_hashed
    seqs = (read_u64(seq), read_u64(my_seq))
    if how not in _HOW or my_how not in _HOW:
        raise Malformed
    best = max(how, my_how, key=lambda one: _HOW[one])
    return rewritten(stored, best, number, hashed, u64(max(seqs)))


def _merge_person(stored: bytes, mine: bytes) -> bytes:
    key, seq, pin, verified = at_least(stored, 4)
    my_key, my_seq, my_pin, my_verified = at_least(mine, 4)
    if key != my_key or (seq == my_seq and pin != my_pin):
        raise PinsContradict
    if read_u64(my_seq) > read_u64(seq):
        seq, pin = my_seq, my_pin
    judgements = max(judgements_of(stored), judgements_of(mine))
    known = (key, seq, pin, b"yes" if b"yes" in (verified, my_verified) else b"no")
    return rewritten(stored, *known, u64(judgements)) if judgements else rewritten(stored, *known)


def judgements_of(person: bytes) -> int:
    """How often comparing has come out otherwise than before; odd: the numbers were not equal. Raises Malformed."""
    found = split(person)[4:5]
    return read_u64(found[0]) if found else 0


def _merge_identity(stored: bytes, mine: bytes) -> bytes:
    my_seed, _, my_seq, _ = at_least(mine, 4)
    seed, _, seq, _ = at_least(stored, 4)
    if seed != my_seed:
        raise PinsContradict
    return mine if read_u64(my_seq) > read_u64(seq) else stored


def _merge_checkpoint(stored: bytes, mine: bytes) -> bytes:
    def position(value: bytes) -> int:
        return read_u64(at_least(at_least(value, 1)[0], 4)[3])

    return mine if position(mine) > position(stored) else stored


_MERGE: Final = {
    "root": _merge_root,
    "person": _merge_person,
    "identity": _merge_identity,
    "checkpoint": _merge_checkpoint,
}


def merge(stored: Mapping[Key, bytes], mine: Mapping[Key, bytes]) -> Entries:
    """Pins united, the highest positions and versions; raises PinsContradict, which blocks.

    In the order of the body, so that of several contradictions every client names the same.
    """
    merged = {**mine, **stored}
    for key in sorted(stored.keys() & mine.keys()):
        if stored[key] == mine[key]:
            continue
        if key[0] in _MERGE:
            merged[key] = _MERGE[key[0]](stored[key], mine[key])
        elif key[0] in _MUST_BE_EQUAL:
            raise PinsContradict
    return merged
