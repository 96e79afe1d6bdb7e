"""What a commit may do to a room. docs/protocol.md section 7."""

from dataclasses import dataclass
from typing import Final

from crypto.encoding import each, fields, lp, read_u64, read_word, sized, split, u64, word
from crypto.errors import Malformed
from crypto.sealing import WRAP_SIZE

MOST_CHANGES: Final = 64
_MOST_GRANTS: Final = 256


@dataclass(frozen=True, slots=True)
class Add:
    """A counsellor or moderator of the new list joins, certified with `counsel`."""

    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Remove:
    """Somebody leaves: by their own will, the client's or a counsellor's (T42)."""

    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class KeyChange:
    """The signer's own KEM statement, with a higher `seq` (T13)."""

    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class DutyChange:
    """The duty key is replaced by that of a higher generation (T41)."""

    generation: int


@dataclass(frozen=True, slots=True)
class StandbyOff:
    """The client shuts the duty key out; a counsellor must be there."""


@dataclass(frozen=True, slots=True)
class StandbyOn:
    """The client lets the duty key in again."""


@dataclass(frozen=True, slots=True)
class Takeover:
    """`reason` is a word; the server can read it."""

    fingerprint: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Rekey:
    """`signature` is the new key's, over lp("rekey", …)."""

    fingerprint: bytes
    new_ed_pk: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Rotate:
    """A new secret only, for whatever reason a word can name."""

    reason: str


@dataclass(frozen=True, slots=True)
class HistoryGrant:
    """(epoch, wrap) pairs, epochs ascending."""

    fingerprint: bytes
    grants: tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class Close:
    """Until the client asks again."""

    reason: str


Change = (
    Add | Remove | KeyChange | DutyChange | StandbyOff | StandbyOn | Takeover | Rekey | Rotate | HistoryGrant | Close
)


def write_change(change: Change) -> bytes:  # noqa: C901, PLR0911 - one line per kind is the table of the specification
    """The wire form."""
    match change:
        case Add(fingerprint):
            return lp(b"add", fingerprint)
        case Remove(fingerprint):
            return lp(b"remove", fingerprint)
        case KeyChange(fingerprint):
            return lp(b"key_change", fingerprint)
        case DutyChange(generation):
            return lp(b"duty_change", u64(generation))
        case StandbyOff():
            return lp(b"standby_off")
        case StandbyOn():
            return lp(b"standby_on")
        case Takeover(fingerprint, reason):
            return lp(b"takeover", fingerprint, word(reason))
        case Rekey(fingerprint, new_ed_pk, signature):
            return lp(b"rekey", fingerprint, new_ed_pk, signature)
        case Rotate(reason):
            return lp(b"rotate", word(reason))
        case HistoryGrant(fingerprint, grants):
            return lp(b"history_grant", fingerprint, lp(*(lp(u64(epoch), wrap) for epoch, wrap in grants)))
        case Close(reason):
            return lp(b"close", word(reason))


def _read_grant(field: bytes) -> tuple[int, bytes]:
    epoch, wrap = fields(field, 2)
    return read_u64(epoch), sized(wrap, WRAP_SIZE)


def read_change(field: bytes) -> Change:  # noqa: C901, PLR0911 - as above
    """Raises Malformed, also for a kind that is unknown: nobody may do what not everybody understands."""
    match split(field):
        case [b"add", fingerprint]:
            return Add(sized(fingerprint, 32))
        case [b"remove", fingerprint]:
            return Remove(sized(fingerprint, 32))
        case [b"key_change", fingerprint]:
            return KeyChange(sized(fingerprint, 32))
        case [b"duty_change", generation]:
            return DutyChange(read_u64(generation))
        case [b"standby_off"]:
            return StandbyOff()
        case [b"standby_on"]:
            return StandbyOn()
        case [b"takeover", fingerprint, reason]:
            return Takeover(sized(fingerprint, 32), read_word(reason))
        case [b"rekey", fingerprint, new_ed_pk, signature]:
            return Rekey(sized(fingerprint, 32), sized(new_ed_pk, 32), sized(signature, 64))
        case [b"rotate", reason]:
            return Rotate(read_word(reason))
        case [b"history_grant", fingerprint, grants]:
            return HistoryGrant(sized(fingerprint, 32), each(grants, _read_grant, _MOST_GRANTS))
        case [b"close", reason]:
            return Close(read_word(reason))
    raise Malformed
