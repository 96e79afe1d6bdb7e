"""Bytes taken apart into the fields they are made of, changed in one place, and put together again.

Whoever changes only bits never gets past the first signature. So a tree knows which of its parts were signed with which
seed of the cast, and signs them anew when asked to: that is what an insider or a hostile server with a stolen key does.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crypto import labels
from crypto.encoding import lp, split
from crypto.errors import Malformed
from crypto.sealing import SMALL_ORDER
from crypto.signing import sign
from crypto.vectors.torsion import bad_signing_keys

_SHORTEST_LP: Final = 12
_SIGNATURE: Final = 64
_P: Final = 2**255 - 19
_L: Final = 2**252 + 27742317777372353535851937790883648493


@dataclass(frozen=True, slots=True)
class Tree:
    """Either bytes or fields. `seed`: the two fields are a body and its signature by this key."""

    raw: bytes = b""
    parts: "tuple[Tree, ...] | None" = None
    seed: bytes | None = None

    def bytes(self, *, resign: bool = False) -> bytes:
        """As they are stored; with `resign` every signature that was true is made true again."""
        if self.parts is None:
            return self.raw
        fields = [part.bytes(resign=resign) for part in self.parts]
        if resign and self.seed is not None and len(fields) == 2:
            fields[1] = sign(self.seed, fields[0])
        return lp(*fields)

    def paths(self, here: tuple[int, ...] = ()) -> "Iterator[tuple[int, ...]]":
        """Every place in it, itself first."""
        yield here
        for index, part in enumerate(self.parts or ()):
            yield from part.paths((*here, index))

    def at(self, path: Sequence[int]) -> "Tree":
        found = self
        for index in path:
            found = (found.parts or ())[index]
        return found

    def with_(self, path: Sequence[int], part: "Tree") -> "Tree":
        """The same with another part in that place."""
        if not path:
            return part
        parts = list(self.parts or ())
        parts[path[0]] = parts[path[0]].with_(path[1:], part)
        return Tree(parts=tuple(parts), seed=self.seed)


def tree_of(data: bytes, seeds: Sequence[bytes] = ()) -> Tree:
    """The tree of what was honestly made. What happens to look like fields and is none does no harm."""
    try:
        fields = split(data) if len(data) >= _SHORTEST_LP and data.strip(b"\x00") else []
    except Malformed:
        fields = []
    if not fields:
        return Tree(data)
    return Tree(parts=tuple(tree_of(one, seeds) for one in fields), seed=_signer(fields, seeds))


def _signer(fields: Sequence[bytes], seeds: Sequence[bytes]) -> bytes | None:
    # Ed25519 is deterministic: who signed is found by signing again.
    if len(fields) != 2 or len(fields[1]) != _SIGNATURE:
        return None
    return next((seed for seed in seeds if sign(seed, fields[0]) == fields[1]), None)


_LABELS: Final = tuple(labels.ALL.values())
_WORDS: Final = (
    b"none asks answers needs_no_answer client counsellor moderator duty text file edit delete read introduce contest "
    b"no_answer_needed add remove key_change duty_change standby_off standby_on takeover rekey rotate history_grant "
    b"close yes no coordinate counsel link compared first_contact identity keyring root person checkpoint room user"
).split()
_TEXTS: Final = (
    "a\u202eb", "\x00", "\ufeffa", "e\u0301", "\u200b", "\U0001f319", "../../etc/passwd", "a" * 129, "a" * 32769, "A",
    "_" * 33,
)  # fmt: skip
_NO_TEXTS: Final = (b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xff", b"\xc3")
_NUMBERS: Final = (0, 1, 2, 3, 255, 2**31, 2**32 - 1, 2**32, 2**53 - 1, 2**53, 2**63, 2**64 - 1)
_LENGTHS: Final = (0, 1, 2**16, 2**31 - 1, 2**31, 2**32 - 1)
_KEYS: Final = (
    *bad_signing_keys().values(),
    bytes(32),
    bytes(31) + b"\x80",
    b"\xff" * 32,
    (_P - 1).to_bytes(32, "little"),
)
_CURVES: Final = tuple(number.to_bytes(32, "little") for number in (*sorted(SMALL_ORDER), _P, _P + 1, 2**255 + 9))


def hostile(raw: bytes, choice: int) -> bytes:
    """Something of the same size, or of the same kind, that nobody honest would write."""
    size = len(raw)
    if size == 8:
        return _NUMBERS[choice % len(_NUMBERS)].to_bytes(8)
    if size == 32:
        return _KEYS[choice % len(_KEYS)]
    if size == _SIGNATURE:
        larger = int.from_bytes(raw[32:], "little") + _L
        made = (raw[:32] + larger.to_bytes(33, "little")[:32], _KEYS[choice % len(_KEYS)] + raw[32:], bytes(64))
        return made[choice % 3]
    if size == 1216:
        bad = (raw[:1184] + _CURVES[choice % len(_CURVES)], b"\x01\x0d\x00" + raw[3:], b"\xff" * 1216, bytes(1216))
        return bad[choice // 16 % 4]
    texts = (*(one.encode() for one in _TEXTS), *_NO_TEXTS, *_WORDS, *_LABELS)
    return texts[choice % len(texts)]


def _flip(raw: bytes, choice: int) -> bytes:
    if not raw:
        return b"\x00"
    at, bit = choice // 8 % len(raw), choice % 8
    return raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]


def _counted(raw: bytes, choice: int) -> bytes:
    """A number that is one more, or one less, or a day later."""
    step = (1, -1, 86_400_000, -86_400_000)[choice % 4]
    return ((int.from_bytes(raw) + step) % 256 ** len(raw)).to_bytes(len(raw)) if raw else b""


def _changed_leaf(raw: bytes, how: int, choice: int, donors: Sequence[Tree]) -> Tree:
    alike = [one for one in donors if one.parts is None and len(one.raw) == len(raw) and one.raw != raw] or donors
    ways: tuple[Callable[[], Tree], ...] = (
        lambda: Tree(_flip(raw, choice)),
        lambda: Tree(raw[: choice % (len(raw) + 1)]),
        lambda: Tree(raw + bytes([choice % 256]) * (1 + choice // 256 % 40)),
        lambda: Tree(hostile(raw, choice)),
        lambda: Tree(hostile(raw, choice // 3)),
        lambda: Tree(_counted(raw, choice)),
        lambda: alike[choice % len(alike)],
        lambda: Tree((_LABELS if choice % 2 else tuple(_WORDS))[choice // 2 % len(_WORDS)]),
        lambda: donors[choice % len(donors)],
    )
    return ways[how % len(ways)]()


def _lying(parts: Sequence[bytes], choice: int) -> bytes:
    """One field says that it is longer or shorter than it is."""
    liar, lie = choice % len(parts), choice // 64
    lengths = [len(one) for one in parts]
    near = (lengths[liar] + 1, lengths[liar] - 1)
    lengths[liar] = max((*_LENGTHS, *near)[lie % 8], 0)
    return b"".join(size.to_bytes(4) + one for size, one in zip(lengths, parts, strict=True))


def _changed_node(tree: Tree, how: int, choice: int, donors: Sequence[Tree]) -> Tree:
    parts = list(tree.parts or ())
    at, other, donor = choice % len(parts), choice // 64 % len(parts), donors[choice // 7 % len(donors)]
    match how % 10:
        case 0:
            del parts[at]
        case 1:
            parts.insert(other, parts[at])
        case 2:
            parts[at], parts[other] = parts[other], parts[at]
        case 3:
            parts.insert(at, Tree())
        case 4:
            parts.insert(at, donor)
        case 5:
            parts[at] = donor
        case 6:
            parts.reverse()
        case 7:
            return Tree(_lying([part.bytes() for part in parts], choice))
        case 8:
            return Tree(_flip(tree.bytes(), choice))
        case _:
            whole = tree.bytes()
            return Tree(whole[: choice % len(whole)] if choice % 2 else whole + bytes([choice % 256]))
    return Tree(parts=tuple(parts), seed=tree.seed)


Step = tuple[int, int, int]


def changed(tree: Tree, steps: Sequence[Step], donors: Sequence[Tree]) -> Tree:
    """Each step is (where, how, which): all three are taken modulo what there is."""
    for where, how, choice in steps:
        paths = list(tree.paths())
        path = paths[where % len(paths)]
        part = tree.at(path)
        new = (
            _changed_leaf(part.raw, how, choice, donors) if not part.parts else _changed_node(part, how, choice, donors)
        )
        tree = tree.with_(path, new)
    return tree
