"""What a message says, once opened: text, files, edits, deletions, read marks. docs/protocol.md section 8."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from crypto.encoding import fields, lp, read_name, read_text, read_u64, read_word, sized, u64, utf8, word
from crypto.errors import Malformed, MessageEmpty, MessageTooLarge

LARGEST_TEXT: Final = 32 * 1024


@dataclass(frozen=True, slots=True)
class Text:
    """What somebody wrote, 1 to 32768 bytes of UTF-8 (RFC 3629)."""

    text: str


@dataclass(frozen=True, slots=True)
class File:
    """Where a stored file's key is. `key` opens it, `digest` is that of the stored ciphertext, `size` in bytes."""

    file_id: bytes
    name: str
    media_type: str
    size: int
    key: bytes = field(repr=False)
    digest: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """`target` is a message id; it counts only from the target's author (T28)."""

    target: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Delete:
    """`target` is a message id; it counts only from the target's author (T28)."""

    target: bytes


@dataclass(frozen=True, slots=True)
class Read:
    """Read up to this position."""

    position: int


@dataclass(frozen=True, slots=True)
class Introduce:
    """The pseudonym that is shown."""

    name: str


@dataclass(frozen=True, slots=True)
class Contest:
    """This did not answer me. Without a target: takes back "needs no answer"."""

    target: bytes


@dataclass(frozen=True, slots=True)
class NoAnswerNeeded:
    """The client's word that nobody owes an answer."""


@dataclass(frozen=True, slots=True)
class UnknownBody:
    """A type that a newer client writes; shown as unknown."""

    type: str
    content: bytes


Body = Text | File | Edit | Delete | Read | Introduce | Contest | NoAnswerNeeded | UnknownBody


def text_bytes(text: str, *, least: int = 1) -> bytes:
    """Raises MessageEmpty, MessageTooLarge, Malformed."""
    encoded = utf8(text)
    if len(encoded) < least:
        raise MessageEmpty
    if len(encoded) > LARGEST_TEXT:
        raise MessageTooLarge
    return encoded


def _read_text(content: bytes, *, least: int = 1) -> str:
    if len(content) < least:
        raise MessageEmpty
    if len(content) > LARGEST_TEXT:
        raise MessageTooLarge
    return read_text(content)


def write_body(body: Body) -> tuple[bytes, bytes]:  # noqa: PLR0911 - one line per type is the table of the specification
    """(type, content)."""
    match body:
        case Text(text):
            return b"text", text_bytes(text)
        case File(file_id, name, media_type, size, key, digest, text):
            names = (utf8(name), utf8(media_type))
            return b"file", lp(file_id, *names, u64(size), key, digest, text_bytes(text, least=0))
        case Edit(target, text):
            return b"edit", lp(sized(target, 32), text_bytes(text))
        case Delete(target):
            return b"delete", lp(sized(target, 32))
        case Read(position):
            return b"read", lp(u64(position))
        case Introduce(name):
            return b"introduce", utf8(name)
        case Contest(target):
            return b"contest", lp(target)
        case NoAnswerNeeded():
            return b"no_answer_needed", b""
        case UnknownBody(kind, content):
            return word(kind), content


def _read_file(content: bytes) -> File:
    file_id, name, media_type, size, key, digest, text = fields(content, 7)
    return File(
        sized(file_id, 16),
        read_name(name),
        read_name(media_type),
        read_u64(size),
        sized(key, 32),
        sized(digest, 32),
        _read_text(text, least=0),
    )


def _read_edit(content: bytes) -> Edit:
    target, text = fields(content, 2)
    return Edit(sized(target, 32), _read_text(text))


def _read_contest(content: bytes) -> Contest:
    (target,) = fields(content, 1)
    return Contest(target if not target else sized(target, 32))


def _read_nothing(content: bytes) -> NoAnswerNeeded:
    sized(content, 0)
    return NoAnswerNeeded()


_READERS: Final[dict[str, Callable[[bytes], Body]]] = {
    "text": lambda content: Text(_read_text(content)),
    "file": _read_file,
    "edit": _read_edit,
    "delete": lambda content: Delete(sized(fields(content, 1)[0], 32)),
    "read": lambda content: Read(read_u64(fields(content, 1)[0])),
    "introduce": lambda content: Introduce(read_name(content)),
    "contest": _read_contest,
    "no_answer_needed": _read_nothing,
}


def read_body(kind: bytes, content: bytes) -> Body:
    """Raises Malformed, MessageEmpty, MessageTooLarge."""
    name = read_word(kind)
    reader = _READERS.get(name)
    return UnknownBody(name, content) if reader is None else reader(content)


def fits_clock(body: Body, clock: str) -> bool:
    """Whether the readable clock says what the sealed type means (T47)."""
    match body:
        case Text() | File() | UnknownBody():
            return True
        case Contest():
            return clock == "asks"
        case NoAnswerNeeded():
            return clock == "needs_no_answer"
        case _:
            return clock == "none"


def check_writable(body: Body) -> None:
    """Raises what a reader would raise, before anything is sealed."""
    kind, content = write_body(body)
    if not isinstance(body, UnknownBody) and read_body(kind, content) != body:
        raise Malformed
