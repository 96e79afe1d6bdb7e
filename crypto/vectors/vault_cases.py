"""Vectors of vaults: what opens, what must not, what merges, what the keyring keeps."""

from dataclasses import replace
from typing import Any

from crypto import (
    Identity,
    Vault,
    VaultWrite,
    labels,
    new_vault,
    open_epoch_key,
    open_vault,
    open_vault_by_recovery,
    read_kem_statement,
    recovery_keys,
    seal_epoch_key,
    verify_vault_write,
)
from crypto.encoding import fields, lp, split, u64
from crypto.hashing import seal_box
from crypto.recovery import write_recovery_code
from crypto.roster import RosterPin
from crypto.vault_body import Entries, merge, write_body
from crypto.vectors.refusing import flipped, refused
from crypto.vectors.scripted import Recorded, Scripted
from crypto.vectors.story import person, seed


def vaults(recorded: Recorded) -> Any:
    chance = Scripted("vault", recorded)
    one, wrap, share = person("nachtfalter"), seed("wrap"), seed("user share")
    recovery = recovery_keys(write_recovery_code(bytes(range(16))))
    vault = new_vault(one, wrap, share, name="Nachtfalter 🌙", recovery_pk=recovery.pk, chance=chance)
    first = vault.seal(chance=chance)
    vault.pin_root(seed("root"), "link", RosterPin(3, seed("hash"), 1))
    vault.pin_person(person("berger").ed_pk, read_kem_statement(person("berger").kem_statement, person("berger").ed_pk))
    vault.entries["from_the_future", b"x"] = b"\x00anything"
    vault.entries["root", seed("root")] += lp(b"a field of a newer client")
    second = vault.seal(chance=chance)
    newer = vault.renew_kem_key(chance=chance)
    third = vault.seal(chance=chance)
    return {
        "user_id": one.user_id,
        "ed_pk": one.ed_pk,
        "wrap": wrap,
        "user_share": share,
        "recovery_seed": recovery.seed,
        "writes": [
            {"write": _write(write), "entries": _entries(_opened(write, one, wrap, share).entries)}
            for write in (first, second, third)
        ],
        "renewed_key": {"kem_seed": newer.kem_seed, "kem_statement": newer.kem_statement},
        "refusals": [
            {"name": name, "write": _write(write), "user_id": owner, "known_version": known, **codes}
            for name, write, owner, known, codes in _bad_writes(first, second, one, wrap, share, recovery.seed)
        ],
        "merges": _merges(),
        "keyring": _keyring(one, chance),
    }


def _opened(write: VaultWrite, one: Identity, wrap: bytes, share: bytes) -> Vault:
    return open_vault(write, one.user_id, wrap, share)


def _write(write: VaultWrite) -> Any:
    return {name: getattr(write, name) for name in VaultWrite.__slots__}


def _entries(entries: Entries) -> Any:
    return [[kind, id_, value] for (kind, id_), value in sorted(entries.items())]


def _bad_writes(  # noqa: PLR0917 - what a case may be made of
    first: VaultWrite, second: VaultWrite, one: Identity, wrap: bytes, share: bytes, recovery_seed: bytes
) -> list[tuple[str, VaultWrite, bytes, int, dict[str, str | None]]]:
    aad = split(fields(first.blob, 3)[0])
    newer_suite = lp(lp(*aad[:2], u64(2), *aad[3:]), *fields(first.blob, 3)[1:])
    cases = [
        ("T6: a flipped bit in the blob", replace(first, blob=flipped(first.blob)), one.user_id, 0),
        ("T6: a flipped bit in the slot", replace(first, password_slot=flipped(first.password_slot)), one.user_id, 0),
        (
            "T5: slots exchanged",
            replace(first, password_slot=first.recovery_slot, recovery_slot=first.password_slot),
            one.user_id,
            0,
        ),
        ("T5: for somebody else", first, person("berger").user_id, 0),
        ("T6: an older blob under a newer number", replace(second, blob=first.blob), one.user_id, 0),
        ("T6: another generation", replace(first, vk_generation=2), one.user_id, 0),
        ("T7: older than known", first, one.user_id, 2),
        ("T1: an unknown suite", replace(first, blob=newer_suite), one.user_id, 0),
        ("T9: no blob", replace(first, blob=b""), one.user_id, 0),
        ("T46: another signature", replace(first, signature=second.signature), one.user_id, 0),
        ("too large", replace(first, blob=first.blob + bytes(1 << 20)), one.user_id, 0),
    ]
    return [
        (
            name,
            write,
            owner,
            known,
            {
                "by_password": refused(open_vault, write, owner, wrap, share, known_version=known),
                "by_recovery": refused(open_vault_by_recovery, write, owner, recovery_seed, share, known_version=known),
                "signature_refusal": refused(verify_vault_write, one.ed_pk, one.user_id, write),
            },
        )
        for name, write, owner, known in cases
    ]


def _root_pin(how: bytes, number: int, hashed: str) -> bytes:
    return lp(how, u64(number), seed(hashed), u64(1))


def _person_pin(key: str, number: int, pin: str, verified: bytes) -> bytes:
    return lp(seed(key), u64(number), seed(pin), verified)


def _merges() -> Any:
    root, someone = ("root", seed("root")), ("person", bytes(16))
    number, known = _root_pin, _person_pin
    cases: dict[str, tuple[Entries, Entries]] = {
        "nothing in common": ({("name", b""): lp(b"a")}, {root: number(b"link", 1, "a")}),
        "a higher roster here, a better way there": (
            {root: number(b"compared", 1, "a")},
            {root: number(b"link", 2, "b")},
        ),
        "the same roster number, another hash": ({root: number(b"link", 1, "a")}, {root: number(b"link", 1, "b")}),
        "verified here": ({someone: known("k", 1, "p", b"no")}, {someone: known("k", 1, "p", b"yes")}),
        "another key": ({someone: known("k", 1, "p", b"no")}, {someone: known("l", 1, "p", b"no")}),
        "the stored name": ({("name", b""): lp(b"a")}, {("name", b""): lp(b"b")}),
        "another duty seed": ({("duty", b"x"): lp(seed("a"))}, {("duty", b"x"): lp(seed("b"))}),
        "another invitation": ({("invitation", b"x"): lp(seed("a"))}, {("invitation", b"x"): lp(seed("b"))}),
        # What the fuzz found: each was refused by one implementation only, or with two codes.
        "an identity of three fields": (
            {("identity", b""): lp(seed("a"), seed("b"), u64(1))},
            {("identity", b""): lp(seed("c"), seed("b"), u64(1), u64(1))},
        ),
        "a number of the roster keys beyond 2^53": (
            {root: lp(b"link", u64(1), seed("a"), (2**53).to_bytes(8))},
            {root: number(b"link", 2, "b")},
        ),
        "two faults, of which the first is named": (
            {("duty", b"x"): lp(seed("a")), root: lp(b"link")},
            {("duty", b"x"): lp(seed("b")), root: number(b"link", 1, "a")},
        ),
        "unknown to both": ({("future", b""): b"a"}, {("future", b""): b"b"}),
        "not equal here, equal after all there": (
            {someone: known("k", 1, "p", b"yes") + lp(u64(2))},
            {someone: known("k", 1, "p", b"no") + lp(u64(1))},
        ),
        "not equal, and a newer key there": (
            {someone: known("k", 2, "q", b"no")},
            {someone: known("k", 1, "p", b"yes") + lp(u64(3), b"newer")},
        ),
        "not equal, and a newer client's field there": (
            {someone: known("k", 1, "p", b"no") + lp(u64(0), b"newer")},
            {someone: known("k", 1, "p", b"no") + lp(u64(1))},
        ),
        "a judgement that is no number": (
            {someone: known("k", 1, "p", b"no") + lp(b"yes")},
            {someone: known("k", 1, "p", b"no")},
        ),
        "a newer client's field": ({root: number(b"link", 1, "a") + lp(b"new")}, {root: number(b"compared", 2, "b")}),
    }
    return [
        {
            "name": name,
            "stored": write_body(stored),
            "mine": write_body(mine),
            "refusal": refused(merge, stored, mine),
            "merged": None if refused(merge, stored, mine) else write_body(merge(stored, mine)),
        }
        for name, (stored, mine) in cases.items()
    ]


def _short_secret(key: bytes, one: Identity, room: bytes, kc: bytes) -> bytes:
    aad = lp(labels.KEYRING_ENTRY, one.user_id, room, u64(3), kc)
    return seal_box(key, labels.KEYRING, aad, bytes(31), bytes(32))


def _keyring(one: Identity, chance: Scripted) -> Any:
    key, room, kc, secret = seed("keyring"), seed("room")[:16], seed("kc"), seed("secret")
    sealed = seal_epoch_key(key, one.user_id, room, 3, kc, secret, chance=chance)
    opens = {
        "true": (3, kc, sealed),
        "another epoch": (4, kc, sealed),
        "another kc": (3, room * 2, sealed),
        "flipped": (3, kc, flipped(sealed)),
        "a secret of 31 bytes": (3, kc, _short_secret(key, one, room, kc)),
    }
    return {
        "keyring_key": key,
        "user_id": one.user_id,
        "room": room,
        "entries": [
            {
                "name": name,
                "epoch": epoch,
                "kc": commitment,
                "sealed": raw,
                "secret": open_epoch_key(key, one.user_id, room, epoch, commitment, raw),
            }
            for name, (epoch, commitment, raw) in opens.items()
        ],
    }
