"""Vectors of bad input: every function that reads bytes, and everything that bytes can have wrong with them.

Whatever is signed is signed anew after it was changed, so that the change itself is what is refused. A length of 4 GiB
comes with nothing behind it: who believes it runs out of memory (T29).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from crypto import (
    Deletion,
    FileOpener,
    FileTerms,
    Rotate,
    Text,
    check_kem_key,
    check_signing_key,
    labels,
    new_invitation_link,
    open_duty_seed,
    read_checkpoint,
    read_commit,
    read_deletion,
    read_genesis,
    read_header,
    read_invitation_link,
    read_kem_statement,
    read_receipt,
    read_roster,
    recovery_keys,
    seal_duty_seed,
    sign_deletion,
)
from crypto.bodies import read_body as read_message_body
from crypto.encoding import fields, lp, split, u64
from crypto.recovery import write_recovery_code
from crypto.roster_parts import read_root
from crypto.signing import sign_object, signing_key
from crypto.vault_body import read_body, write_body
from crypto.vectors.parts_below import BAD_X25519, plain_receipt
from crypto.vectors.refusing import refused
from crypto.vectors.scripted import Recorded, Scripted
from crypto.vectors.story import START, Scene, houses, person, seed
from crypto.vectors.torsion import bad_signing_keys

Case = tuple[str, Any]
_HUGE: Final = b"\xff\xff\xff\xff"
_BEYOND: Final = (2**53).to_bytes(8)
HOSTILE_NAMES: Final = {
    "empty": b"",
    "129 bytes": b"a" * 129,
    "a zero byte": b"a\x00b",
    "a line break": b"a\nb.pdf",
    "right to left": "gpj.\u202eexe".encode(),
    "zero width": "a\u200bb".encode(),
    "a byte order mark": "\ufeffa".encode(),
    "overlong UTF-8": b"\xc0\xae\xc0\xae/passwd",
    "a surrogate": b"\xed\xa0\x80",
    "not UTF-8": b"\xff",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """Something good, how it is read, and with which key it was signed (none: it is not signed)."""

    reader: str
    good: bytes
    read: Callable[[bytes], object]
    terms: dict[str, Any]
    seed: bytes | None = None
    # Fields by their place after the label: what is a number of the suite or version, what is any other number, a key.
    suite: int | None = None
    number: int | None = None
    kem_key: int | None = None


def _broken_forms(sample: Sample) -> Iterator[Case]:
    good = sample.good
    yield "nothing", b""
    yield "three bytes", good[:3]
    yield "cut in the middle", good[: len(good) // 2]
    yield "cut by one byte", good[:-1]
    yield "a byte more", good + b"\x00"
    yield "the first length is 4 GiB", _HUGE + good[4:]
    yield "only a length of 4 GiB", _HUGE
    yield "the first length is one too many", (int.from_bytes(good[:4]) + 1).to_bytes(4) + good[4:]
    yield "zeros", bytes(64)
    yield "a field more", good + lp(b"")


def _remade(sample: Sample, place: int | None, value: bytes) -> bytes:
    """One field (None: the label) replaced, signed anew if it was signed."""
    inner = fields(sample.good, 2)[0] if sample.seed is not None or sample.reader == "header" else sample.good
    parts = split(inner)
    parts[0 if place is None else place + 1] = value
    if sample.seed is not None:
        return sign_object(sample.seed, lp(*parts))
    return lp(lp(*parts), fields(sample.good, 2)[1]) if sample.reader == "header" else lp(*parts)


def _wrong_meanings(sample: Sample) -> Iterator[Case]:
    yield "another label", _remade(sample, None, labels.SLOT)
    if sample.suite is not None:
        yield "an unknown suite or version", _remade(sample, sample.suite, u64(2))
        yield "suite or version beyond 2^53", _remade(sample, sample.suite, _BEYOND)
        yield "suite or version in four bytes", _remade(sample, sample.suite, u64(1)[4:])
    if sample.number is not None:
        yield "a number beyond 2^53", _remade(sample, sample.number, _BEYOND)
        yield "the largest number", _remade(sample, sample.number, b"\xff" * 8)
        yield "a number in nine bytes", _remade(sample, sample.number, bytes(9))
    if sample.kem_key is not None:
        lattice = person("nachtfalter").kem_pk[:1184]
        for u in BAD_X25519:
            yield f"X25519 key {u}", _remade(sample, sample.kem_key, lattice + u.to_bytes(32, "little"))
        yield "coefficients that are not reduced", _remade(sample, sample.kem_key, b"\xff" * 1216)


def _samples(recorded: Recorded) -> Iterator[Sample]:
    scene = Scene("bad input", recorded)
    scene.say("nachtfalter", Text("Hallo"), "asks")
    client, ed_seed = scene.client, scene.client.ed_seed
    commit = scene.forge("nachtfalter", [Rotate("age")])
    yield Sample("genesis", scene.items[0], read_genesis, {}, ed_seed)
    yield Sample("commit", commit, read_commit, {}, ed_seed, suite=0, number=6)
    yield Sample("header", scene.items[1], read_header, {}, suite=0, number=7)
    yield Sample(
        "statement",
        client.kem_statement,
        lambda raw: read_kem_statement(raw, client.ed_pk),
        {"ed_pk": client.ed_pk},
        ed_seed,
        suite=2,
        number=1,
        kem_key=3,
    )
    house = houses()[0]
    root = house.root.fingerprint
    yield Sample(
        "roster",
        house.publish([]),
        lambda raw: read_roster(raw, root),
        {"root_fingerprint": root},
        house.roster_seed,
        suite=0,
        number=3,
        kem_key=10,
    )
    yield Sample("root", house.root.raw, read_root, {})
    yield from _servers_words()
    yield Sample("checkpoint", scene.reader.make_checkpoint(), read_checkpoint, {}, suite=0, number=2)
    yield Sample("vault_body", write_body({("name", b""): lp(b"Falter")}), read_body, {})
    link = new_invitation_link(root, chance=Scripted("bad input", recorded))
    yield Sample("invitation_link", link.raw, read_invitation_link, {})
    holder = person("berger")
    sealed = seal_duty_seed(
        house.duty(1).seed, root, 1, holder.fingerprint, holder.kem_pk, chance=Scripted("bad duty seed", recorded)
    )
    yield Sample(
        "duty_seed",
        sealed,
        lambda raw: open_duty_seed(raw, holder, root),
        {"ed_seed": holder.ed_seed, "kem_seed": holder.kem_seed, "root_fingerprint": root},
    )


def _servers_words() -> Iterator[Sample]:
    key = seed("receipt key")
    pk = signing_key(key)
    receipt = plain_receipt()
    yield Sample("receipt", receipt, lambda raw: read_receipt(raw, pk), {"receipt_pk": pk}, key, number=2)
    gone = sign_deletion(key, Deletion(kind="room", subject=seed("room")[:16], deleted_at=START, final_at=START + 1))
    yield Sample("deletion", gone, lambda raw: read_deletion(raw, pk), {"receipt_pk": pk}, key, number=2)


def _of(sample: Sample) -> Iterator[Case]:
    if sample.reader == "invitation_link":
        # It has no fields: any 64 bytes are one.
        yield from ((f"{size} bytes", bytes(size)) for size in (0, 63, 65))
        return
    yield from _broken_forms(sample)
    if sample.reader != "duty_seed":
        yield from _wrong_meanings(sample)
    match sample.reader:
        case "genesis":
            yield "larger than allowed", _remade(sample, 2, bytes(17 << 10))
        case "header":
            yield "larger than allowed", lp(fields(sample.good, 2)[0], bytes(69 << 10))
        case "commit" | "roster":
            yield "larger than allowed", sample.good + bytes(1 << 20)


def _file_body(name: bytes, media_type: bytes = b"application/pdf") -> bytes:
    return lp(bytes(16), name, media_type, u64(5), bytes(32), bytes(32), b"")


def _others() -> Iterator[tuple[str, str, Any, Callable[[], object]]]:
    for name, key in bad_signing_keys().items():
        yield "signing_key", name, key, partial(check_signing_key, key)
    lattice = person("nachtfalter").kem_pk[:1184]
    for u in BAD_X25519:
        raw = lattice + u.to_bytes(32, "little")
        yield "kem_key", f"X25519 key {u}", raw, partial(check_kem_key, raw)
    yield "kem_key", "nothing", b"", partial(check_kem_key, b"")
    for name, hostile in HOSTILE_NAMES.items():
        for what, content in (
            ("file", _file_body(hostile)),
            ("media type", _file_body(b"a.pdf", hostile)),
            ("person", hostile),
        ):
            kind = b"introduce" if what == "person" else b"file"
            yield (
                kind.decode(),
                f"{what}: {name}",
                content,
                partial(read_message_body, kind, content),
            )
    yield "text", "32 KiB and one", b"a" * 32769, partial(read_message_body, b"text", b"a" * 32769)
    good = write_recovery_code(bytes(16))
    for name, typed in {
        "nothing": "", "a symbol more": good + "0", "another alphabet": good.replace("0", "\u0660"),
        "a wrong check": good[:-1] + "1", "very long": "0" * 10_000,
    }.items():  # fmt: skip
        yield "recovery_code", name, typed, partial(recovery_keys, typed)
    for name, size in {"one byte too large": 25 * 2**20 + 1, "4 GiB": 2**32 - 1, "beyond 2^53": 2**53 - 1}.items():
        yield "file_size", name, size, partial(_opener, size)


def _opener(size: int) -> object:
    return FileOpener(FileTerms(bytes(16), 1, bytes(16), bytes(32), size), bytes(32))


def bad_input(recorded: Recorded) -> Any:
    """[{reader, terms, cases: [[name, input, refusal]]}]; the cases called `good` are not refused."""
    told = []
    for sample in _samples(recorded):
        cases = [("good", sample.good), *_of(sample)]
        found = [[name, raw, refused(sample.read, raw)] for name, raw in cases]
        told.append({"reader": sample.reader, "terms": sample.terms, "cases": found})
    by_reader: dict[str, list[Any]] = {}
    for reader, name, given, read in _others():
        by_reader.setdefault(reader, []).append([name, given, refused(read)])
    return [*told, *({"reader": reader, "terms": {}, "cases": cases} for reader, cases in by_reader.items())]
