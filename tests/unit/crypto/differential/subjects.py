"""What is changed, and the question that both implementations are then asked about it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from crypto import (
    Deletion,
    Receipt,
    Vault,
    VaultWrite,
    item_kind,
    kem_public_key,
    labels,
    new_vault,
    read_kem_statement,
    recovery_keys,
    seal_duty_seed,
    seal_epoch_key,
    sign_deletion,
    sign_receipt,
)
from crypto.encoding import fields, lp, padme, u64
from crypto.hashing import digest, expand, open_box, seal_aes, seal_box
from crypto.recovery import write_recovery_code
from crypto.roster import RosterPin
from crypto.sealing import hpke_seal
from crypto.signing import sign, signing_key
from crypto.slots import _recovery_info
from crypto.vault import _signed_bytes
from crypto.vault_body import Entries, write_body
from crypto.vectors.file_cases import sealed
from crypto.vectors.scripted import Recorded, Scripted
from crypto.vectors.story import DAY, START, houses, person, seed
from tests.unit.crypto.differential.rooms import SEEDS, Played, changes, plain_identity, talk
from tests.unit.crypto.differential.trees import Tree, tree_of

Question = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Subject:
    """`ask(tree, resign, choice)` makes the question; `choice` decides whatever else may differ."""

    tree: Tree
    ask: Callable[[Tree, bool, int], Question]


def _field(kind: str, name: str, tree: Tree, **rest: str | Mapping[str, Any]) -> Subject:
    return Subject(tree, lambda t, resign, _: (kind, {name: t.bytes(resign=resign).hex(), **rest}))


def _read(played: Played, position: int) -> Subject:
    def ask(tree: Tree, resign: bool, choice: int) -> Question:
        me = ("nachtfalter", "berger", None, "nachtfalter")[choice % 4]
        whole, duty, rosters = choice // 4 % 4 == 0, choice // 16 % 8 == 0, (7, 7, 7, 6, 5, 3, 1, 7)[choice // 128 % 8]
        item = played.item(position, tree, resign=resign)
        return "read", played.question(position, item, me=me, duty=duty, whole=whole, rosters=rosters)

    return Subject(played.trees[position], ask)


def _resume(played: Played, position: int) -> Subject:
    """The checkpoint is what is changed: it lies in the vault, but an older client may have written it."""
    point, _ = played.checkpoints[position - 1]

    def ask(tree: Tree, _resign: bool, choice: int) -> Question:
        if choice % 4 == 0:
            return "checkpoint", {"checkpoint": tree.bytes().hex()}
        item, me = played.scene.items[position], ("nachtfalter", "berger")[choice // 4 % 2]
        place = {"me": me, "duty": False, "whole": False, "rosters": 7}
        return "read", played.question(position, item, checkpoint=tree.bytes(), **place)  # type: ignore[arg-type]

    return Subject(tree_of(point), ask)


def rooms() -> list[Subject]:
    """Items of rooms, alone and in their place."""
    found = []
    for played in (Played(talk()), Played(changes())):
        found += [_read(played, position) for position in range(len(played.scene.items))]
        found += [_resume(played, position) for position in range(2, len(played.scene.items), 3)]
    return found


def items() -> list[Subject]:
    """Items as the server reads them."""
    scene = changes()
    commits = [one for one in scene.items if item_kind(one) == "commit"]
    return [
        _field("genesis", "genesis", tree_of(scene.items[0], SEEDS)),
        *(_field("commit", "commit", tree_of(one, SEEDS)) for one in commits),
        _field("header", "header", tree_of(scene.items[1])),
    ]


def rosters() -> list[Subject]:
    """Of both houses."""
    return [
        _field("roster", "roster", tree_of(one.raw, SEEDS), root_fingerprint=house.root.fingerprint.hex())
        for house in houses()
        for one in house.rosters
    ]


def words() -> list[Subject]:
    """Small signed things, keys and signatures."""
    one, other, key = person("nachtfalter"), person("berger"), seed("receipt key")
    receipt = Receipt(
        room=seed("room")[:16],
        message_id=seed("message"),
        received_at=START,
        due_at=START + 2 * DAY,
        policy_kind="calendar",
        policy_seconds=172_800,
        policy_details="Feiertage",
        event_id=seed("event")[:16],
    )
    gone = Deletion(kind="room", subject=seed("room")[:16], deleted_at=START, final_at=START + DAY)
    pk = signing_key(key).hex()
    signed = Tree(parts=(Tree(one.ed_pk), Tree(one.sign(b"words")), Tree(b"words")))
    return [
        _field("statement", "statement", tree_of(one.kem_statement, SEEDS), ed_pk=one.ed_pk.hex()),
        _field("receipt", "receipt", tree_of(sign_receipt(key, receipt), SEEDS), receipt_pk=pk),
        _field("deletion", "deletion", tree_of(sign_deletion(key, gone), SEEDS), receipt_pk=pk),
        Subject(signed, _signature),
        Subject(Tree(parts=(Tree(one.fingerprint), Tree(other.fingerprint))), _safety),
        Subject(Tree(write_recovery_code(bytes(range(16))).encode()), _code),
        _duty_seed(),
        _keyring(),
    ]


def _three(tree: Tree) -> list[bytes]:
    return [part.bytes() for part in (*(tree.parts or ()), Tree(), Tree(), Tree())][:3]


def _signature(tree: Tree, _resign: bool, _choice: int) -> Question:
    ed_pk, signature, data = _three(tree)
    return "signature", {"ed_pk": ed_pk.hex(), "signature": signature.hex(), "data": data.hex()}


def _safety(tree: Tree, _resign: bool, _choice: int) -> Question:
    one, other, _ = _three(tree)
    return "safety", {"one": one.hex(), "other": other.hex()}


_LOOK_ALIKE: Final = (
    "0",
    "O",
    "o",
    "I",
    "l",
    "L",
    "i",
    "U",
    " ",
    "-",
    "\u0131",
    "\u212a",
    "\u00df",
    "\n",
    "\t",
    "\u00a0",
    "Z",
    "１",
    "\U0001f319",
)


def _code(tree: Tree, _resign: bool, choice: int) -> Question:
    typed = tree.bytes().decode("utf-8", "replace")
    at = choice // 32 % (len(typed) + 1)
    if choice % 2:
        typed = typed[:at] + _LOOK_ALIKE[choice // 1024 % len(_LOOK_ALIKE)] + typed[at + choice // 2 % 2 :]
    return "code", {"typed": typed.lower() if choice // 16 % 2 else typed}


def _duty_seed() -> Subject:
    house, holder = houses()[0], person("berger")
    duty, root = house.duty(1), house.root.fingerprint
    raw = seal_duty_seed(
        duty.seed, root, 1, holder.fingerprint, holder.kem_pk, chance=Scripted("duty of the fuzz", Recorded())
    )

    def ask(tree: Tree, resign: bool, _choice: int) -> Question:
        found = tree.bytes()
        if resign and tree.parts is not None:
            # The coordinator's own fault: a head that lies, sealed rightly.
            head = tree.parts[0].bytes() if tree.parts else b""
            info = digest(labels.DUTY_SEED_INFO, head)
            found = lp(head, hpke_seal(holder.kem_pk, duty.seed, info))
        return "duty_seed", {"sealed": found.hex(), "holder": plain_identity(holder), "root_fingerprint": root.hex()}

    return Subject(tree_of(raw), ask)


def _keyring() -> Subject:
    key, owner, room, kc = seed("keyring"), person("nachtfalter").user_id, seed("room")[:16], seed("kc")
    raw = seal_epoch_key(key, owner, room, 3, kc, seed("secret"), chance=Scripted("keyring of the fuzz", Recorded()))
    place = {"keyring_key": key.hex(), "user_id": owner.hex(), "room": room.hex(), "epoch": 3, "kc": kc.hex()}
    parts = (*tree_of(raw).parts[:2], Tree(seed("secret")))  # type: ignore[index]

    def ask(tree: Tree, resign: bool, _choice: int) -> Question:
        aad, salt, secret = _three(tree)
        if resign:
            return "keyring", {**place, "sealed": seal_box(key, labels.KEYRING, aad, secret, salt).hex()}
        return "keyring", {**place, "sealed": tree.bytes().hex()}

    return Subject(Tree(parts=parts), ask)


@cache
def _vault() -> tuple[Vault, VaultWrite]:
    one, chance = person("nachtfalter"), Scripted("vault of the fuzz", Recorded())
    recovery = recovery_keys(write_recovery_code(bytes(range(16))))
    vault = new_vault(one, seed("wrap"), seed("user share"), name="Nachtfalter", recovery_pk=recovery.pk, chance=chance)
    berger = person("berger")
    vault.pin_root(seed("root"), "link", RosterPin(3, seed("hash"), 1))
    vault.pin_person(berger.ed_pk, read_kem_statement(berger.kem_statement, berger.ed_pk))
    vault.keep_duty_seed(houses()[0].duty(1))
    vault.entries["from_the_future", b"x"] = b"\x00anything"
    return vault, vault.seal(chance=chance)


def _number(raw: bytes) -> int:
    """As it comes out of JSON: a client never sees one that is larger."""
    return min(int.from_bytes(raw), 2**53 - 1)


def _write_question(vault: Vault, write: VaultWrite, choice: int) -> Question:
    one = person("nachtfalter")
    names = ("version", "vk_generation", "blob", "password_slot", "recovery_slot")
    plain = {name: found.hex() if isinstance(found := getattr(write, name), bytes) else found for name in names}
    return "vault", {
        "write": {**plain, "signature": write.signature.hex()},
        "user_id": vault.user_id.hex(),
        "ed_pk": one.ed_pk.hex(),
        "wrap": seed("wrap").hex(),
        "recovery_seed": recovery_keys(write_recovery_code(bytes(range(16)))).seed.hex(),
        "user_share": seed("user share").hex(),
        "known_version": (0, 0, 0, 2)[choice % 4],
    }


def _signed_write(parts: list[bytes], *, resign: bool) -> VaultWrite:
    version, generation, blob, password_slot, recovery_slot, signature = (*parts, *[b""] * 6)[:6]
    write = VaultWrite(_number(version), _number(generation), blob, password_slot, recovery_slot, signature)
    if not resign:
        return write
    one = person("nachtfalter")
    again = sign(one.ed_seed, _signed_bytes(one.user_id, write))
    return VaultWrite(write.version, write.vk_generation, blob, password_slot, recovery_slot, again)


def _stored_vault() -> Subject:
    """As the server holds it, and may change it."""
    vault, write = _vault()
    numbers = (Tree(u64(write.version)), Tree(u64(write.vk_generation)))
    rest = (tree_of(write.blob), tree_of(write.password_slot), tree_of(write.recovery_slot), Tree(write.signature))

    def ask(tree: Tree, resign: bool, choice: int) -> Question:
        parts = [part.bytes() for part in tree.parts or ()]
        return _write_question(vault, _signed_write(parts, resign=resign), choice)

    return Subject(Tree(parts=(*numbers, *rest)), ask)


def _opened_vault() -> Subject:
    """What lies in it is changed and sealed again: by another client of the same person, or an older one."""
    vault, write = _vault()
    aad, salt, _ = fields(write.blob, 3)
    padded = open_box(vault.vault_key, labels.VAULT, aad, write.blob)
    body = padded[4 : 4 + int.from_bytes(padded[:4])]

    def ask(tree: Tree, _resign: bool, choice: int) -> Question:
        found, inner, tail = _three(tree)
        plain = (len(inner).to_bytes(4) + inner).ljust(max(1024, padme(4 + len(inner))), b"\x00") + tail
        blob = seal_box(vault.vault_key, labels.VAULT, found, plain, salt)
        parts = [u64(write.version), u64(write.vk_generation), blob, write.password_slot, write.recovery_slot]
        return _write_question(vault, _signed_write(parts, resign=True), choice)

    return Subject(Tree(parts=(tree_of(aad), tree_of(body), Tree())), ask)


def _slots() -> Subject:
    """The slots are made anew with what they must not say."""
    vault, write = _vault()
    password_aad, salt, _ = fields(write.password_slot, 3)
    recovery_aad, _ = fields(write.recovery_slot, 2)
    share = seed("user share")
    pk = kem_public_key(recovery_keys(write_recovery_code(bytes(range(16)))).seed)

    def ask(tree: Tree, _resign: bool, choice: int) -> Question:
        by_password, by_recovery, key = _three(tree)
        wrap = expand(expand(seed("wrap"), labels.SLOT_KEY, share), labels.SLOT_BOX, salt, by_password)
        slot = lp(by_password, salt, seal_aes(wrap, key, by_password))
        other = lp(by_recovery, hpke_seal(pk, key, _recovery_info(by_recovery, share)))
        parts = [u64(write.version), u64(write.vk_generation), write.blob, slot, other]
        return _write_question(vault, _signed_write(parts, resign=True), choice)

    return Subject(Tree(parts=(tree_of(password_aad), tree_of(recovery_aad), Tree(vault.vault_key))), ask)


def _merge(stored: Entries, mine: Entries) -> Subject:
    def ask(tree: Tree, _resign: bool, _choice: int) -> Question:
        theirs, ours, _ = _three(tree)
        return "merge", {"stored": theirs.hex(), "mine": ours.hex()}

    return Subject(Tree(parts=(tree_of(write_body(stored)), tree_of(write_body(mine)))), ask)


def vaults() -> list[Subject]:
    """Vaults from the outside and from the inside, and two versions of one."""
    stored = dict(_vault()[0].entries)
    mine = {**stored, ("name", b""): lp(b"Falter"), ("checkpoint", seed("room")[:16]): lp(_checkpoint(9))}
    mine["root", seed("root")] = lp(b"compared", u64(4), seed("newer"), u64(2))
    stored["checkpoint", seed("room")[:16]] = lp(_checkpoint(7))
    berger = person("berger")
    mine["person", berger.user_id] = lp(berger.ed_pk, u64(2), seed("newer pin"), b"yes", u64(3))
    return [_stored_vault(), _opened_vault(), _slots(), _merge(stored, mine), _merge(mine, stored)]


def _checkpoint(position: int) -> bytes:
    return lp(labels.CHECKPOINT, u64(1), seed("room")[:16], u64(position), seed("th"))


def files() -> list[Subject]:
    """Stored files, from one chunk to three."""
    found = []
    for name, size in (("empty", 0), ("short", 5), ("three chunks", 40_000)):
        one = sealed(name, size, Recorded())
        terms = {
            "room": one.terms.room.hex(),
            "epoch": one.terms.epoch,
            "file_id": one.terms.file_id.hex(),
            "key": one.terms.key.hex(),
        }
        found.append(Subject(_chunks(one.stored), _file_question(terms, one.terms.size, one.digest)))
    return found


def _chunks(stored: bytes) -> Tree:
    """Header and chunks as parts; put together without lengths."""
    size = 16 * 1024 + 16
    parts = [stored[:56], *(stored[at : at + size] for at in range(56, len(stored), size))]
    return Tree(parts=tuple(Tree(part) for part in parts))


def _file_question(terms: Mapping[str, Any], size: int, true: bytes) -> Callable[[Tree, bool, int], Question]:
    def ask(tree: Tree, resign: bool, choice: int) -> Question:
        stored = b"".join(part.bytes() for part in tree.parts or ())
        named = hashlib.sha256(stored).digest() if resign else true
        said = (size, size, size, size + 1, max(size - 1, 0), 25 * 2**20 + 1)[choice % 6]
        pieces = (1 << 20, 16_400, 1_000, 57)[choice // 8 % 4]
        return "file", {
            "terms": {**terms, "size": said},
            "digest": named.hex(),
            "stored": stored.hex(),
            "pieces": pieces,
        }

    return ask


SUBJECTS: Final[Mapping[str, Callable[[], list[Subject]]]] = {
    "rooms": rooms,
    "items": items,
    "rosters": rosters,
    "words": words,
    "vaults": vaults,
    "files": files,
}
