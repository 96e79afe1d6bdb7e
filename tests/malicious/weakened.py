"""The Python client, and where the server itself defends, the server, without one of its defences.

Each entry takes out exactly what stops an attack, so that its test is known to be able to fail.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, Final
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from crypto import FileOpener, Header, Identity, Reader, Remove, RosterBook, labels, read_genesis, vault
from crypto.cobblestone import ChunkOpener
from crypto.commit import Commit
from crypto.encoding import lp, u64
from crypto.envelope import open_message
from crypto.errors import DoesNotDecrypt, RosterMissing
from crypto.hashing import SUITE, open_aes
from crypto.items import th_start
from crypto.labels import RECEIPT
from crypto.passwords import Cost
from tests.person import Person

Patch = tuple[str, str, Any]


def _nothing(*_: object, **__: object) -> None:
    """Checks nothing."""


def _unauthenticated(key: bytes, ciphertext: bytes, _aad: bytes) -> bytes:
    """AES-GCM without looking at the tag (NIST SP 800-38D: counter mode from the second block on)."""
    counter = bytes(12) + (2).to_bytes(4)
    return Cipher(algorithms.AES(key), modes.CTR(counter)).decryptor().update(ciphertext[:-16])


def _pinned(roster: Any, _pin: object) -> Any:
    return roster.pin


def _unchecked_key(epoch: Any, secret: bytes, room_share: bytes) -> bytes:
    found: bytes = import_module("crypto.epochs").epoch_key(secret, epoch.terms.room, epoch.terms.epoch, room_share)
    return found


def _whatever_was_seen(reader: Reader, position: int, identity: bytes, header: Header, *rest: Any) -> Any:
    """The sender's transcript is taken for one's own."""
    believed = replace(header, seen_th=reader._ths.get(header.seen_pos, header.seen_th))
    return _OPENED(reader, position, identity, believed, *rest)


def _with_any_rooms_key(reader: Reader, position: int, item: bytes, identity: bytes, header: Header) -> Any:
    """One table of keys for all rooms, by the commitment that a message names; which room it names is not looked at."""
    key = EVERY_KEY.get(header.kc)
    if key is None:
        return _PLACED(reader, position, item, identity, header)
    opened = open_message(item, key, reader.log.members[header.sender].ed_pk)
    return reader._opened(position, identity, header, opened, set())


def _any_version(write: Any, _known: int) -> None:
    """Everything but whether it is old."""
    _CHECK_BLOB(write, 0)


@dataclass(frozen=True, slots=True)
class _Shown(Identity):
    """One's own seeds, and beside them the public key that the server shows."""

    shown: bytes = b""

    @property
    def ed_pk(self) -> bytes:
        return self.shown


def _as_the_server_says(person: Person) -> Identity:
    own = person.vault.identity
    return _Shown(own.ed_seed, own.kem_seed, own.kem_seq, SHOWN_KEYS.get(person.name, own.ed_pk))


def context_without_id(room: bytes, epoch: int, _file_id: bytes) -> bytes:
    """Of every file of the room and epoch."""
    return lp(labels.FILE, u64(SUITE), room, u64(epoch), b"")


def _any_digest(opener: FileOpener) -> bytes:
    opener._wanted = opener._digest.digest()
    return _FINISH(opener)


def _uncommitted(opener: ChunkOpener) -> Any:
    """The keys that the message names, whatever the bytes in front say."""
    with patch("crypto.cobblestone.hmac.compare_digest", lambda *_: True):
        return _COMMITTED(opener)


def _by_number(book: RosterBook, root: bytes, number: int, _hash: bytes) -> Any:
    known = book._known.get(root, {})
    if number not in known:
        raise RosterMissing
    return known[number]


def _deaf_to_removals(reader: Reader, position: int, commit: Commit) -> Any:
    """Whoever was removed is still there."""
    before, verdict = reader._log, _COMMITS(reader, position, commit)
    if any(isinstance(change, Remove) for change in commit.changes):
        reader._log = before
    return verdict


def _as_if_everybody_had_seen(reader: Reader, *_: object) -> None:
    """What was sent has arrived."""
    reader.confirmed = reader.position + 1


def _as_it_is(key: bytes, ciphertext: bytes, aad: bytes) -> bytes:
    """What was never encrypted is taken, too."""
    try:
        return open_aes(key, ciphertext, aad)
    except DoesNotDecrypt:
        return ciphertext


def _named_by_its_beginning(reader: Reader, position: int, item: bytes) -> Any:
    """The room is whatever its first entry says."""
    if position == 1 and reader.position == 0:
        reader.room = read_genesis(item).room
        reader.th = th_start(reader.room)
    return _PUSHED(reader, position, item)


_OPENED: Final = Reader._opened
_PLACED: Final = Reader._placed
_CHECK_BLOB: Final = vault._check_blob
_FINISH: Final = FileOpener.finish
_COMMITTED: Final = ChunkOpener._committed
_COMMITS: Final = Reader._commit
_PUSHED: Final = Reader.push
# Keys that a person has of any of their rooms, by their commitment.
EVERY_KEY: Final[dict[bytes, bytes]] = {}
# What the server says that somebody's public key is, by user name.
SHOWN_KEYS: Final[dict[str, bytes]] = {}
WEAKNESSES: Final[dict[str, tuple[Patch, ...]]] = {
    "T1": (("crypto.passwords", "COSTS", {0: Cost(8, 1, 1), 1: Cost(65536, 3, 1)}),),
    "T3": (("crypto.passwords", "password_salt", lambda _name, salt: salt[:16]),),
    "T6": (("crypto.hashing", "open_aes", _unauthenticated),),
    "T7": (("crypto.vault", "_check_blob", _any_version),),
    "T8": (("tests.person.Person", "identity", property(_as_the_server_says)),),
    "T10": (("crypto.roster.Roster", "check_good_at", _nothing),),
    "T11": (("tests.person", "check_pin", _pinned),),
    "T12": (("crypto.signing", "_load_public", Ed25519PublicKey.from_public_bytes),),
    "T13": (("crypto.roster_parts.AgencyRoot", "known_as", lambda *_: True),),
    "T14": (
        ("crypto.judge", "_signer", lambda _log, commit, _own: (commit.members[0].ed_pk, "duty_holder")),
        ("crypto.commit.Commit", "check_signature", _nothing),
        ("crypto.permissions.Bench", "certified", _nothing),
    ),
    "T16": (("crypto.epochs.Epoch", "key", _unchecked_key),),
    "T17": (("crypto.reader.Reader", "_commit", _deaf_to_removals),),
    "T18": (("crypto.reader.Reader", "_opened", _whatever_was_seen),),
    "T21": (("crypto.chains.Chains", "check", lambda *_: False),),
    "T22": (("crypto.reader.Reader", "_confirm", _as_if_everybody_had_seen),),
    "T24": (("crypto.reader.Reader", "_placed", _with_any_rooms_key),),
    "T25": (("crypto.envelope", "verify", _nothing),),
    "T26": (("crypto.envelope", "open_aes", _as_it_is),),
    "T28": (("crypto.reader.Reader", "_target_marks", lambda *_: set()),),
    "T29": (("crypto.envelope", "_body_of", lambda plain: plain[68 : 68 + int.from_bytes(plain[64:68])]),),
    "T30": (("crypto.files.FileOpener", "finish", lambda _: b""),),
    # Two fences: the context of the keys, and the digest in the message.
    "T31": (
        ("crypto.files", "file_context", context_without_id),
        ("crypto.files.FileOpener", "finish", _any_digest),
    ),
    # Two fences: the commitment in front of the bytes, and the size inside them.
    "T32": (
        ("crypto.cobblestone.ChunkOpener", "_committed", _uncommitted),
        ("crypto.files.FileOpener", "_check_size", _nothing),
    ),
    "T33": (("crypto.bodies", "read_name", lambda name: name.decode("utf-8")),),
    "T40": (("crypto.roster.RosterBook", "find", _by_number),),
    "T41": (("tests.person_changes", "overdue_changes", lambda *_: []),),
    "T34": (("crypto.deletion.labels", "DELETION", RECEIPT),),
    "T38": (("chatserver.messages.model", "check_message", _nothing),),
    "T42": (("crypto.permissions.Bench", "allow", _nothing),),
    "T45": (("chatserver.rooms.model", "check_seen", _nothing),),
    "T46": (("chatserver.vault.actions", "verify_vault_write", _nothing),),
    "T47": (("crypto.reader", "fits_clock", lambda *_: True),),
    "T50": (("crypto.vault_shelf.Shelf", "knows_colleague", lambda *_: True),),
    "T49": (("crypto.reader.Reader", "push", _named_by_its_beginning),),
}


@contextmanager
def without(*attacks: str) -> Iterator[None]:
    """The defences against these attacks are out until the block ends."""
    with ExitStack() as out:
        out.callback(_forget)
        for attack in attacks:
            for where, name, instead in WEAKNESSES[attack]:
                out.enter_context(patch(f"{where}.{name}", instead))
        _forget()
        yield


def _forget() -> None:
    """What was verified with or without a defence must not be remembered on the other side."""
    for module, name in (("crypto.roster", "read_roster"), ("crypto.members", "read_member")):
        getattr(import_module(module), name).cache_clear()


def place_of(where: str) -> Any:
    """The module or class that an entry names."""
    try:
        return import_module(where)
    except ModuleNotFoundError:
        module, _, name = where.rpartition(".")
        return getattr(import_module(module), name)
