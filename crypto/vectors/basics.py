"""Vectors of the parts below rooms: encoding, keys, people, passwords, vaults, rosters, duty keys, receipts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from crypto import (
    CryptoRefusal,
    Identity,
    Receipt,
    Revocation,
    Vault,
    VaultWrite,
    check_kem_key,
    check_name,
    check_pin,
    check_signing_key,
    derive,
    fingerprint_of,
    kem_public_key,
    labels,
    make_root,
    new_vault,
    open_duty_seed,
    open_epoch_key,
    open_vault,
    open_vault_by_recovery,
    read_kem_statement,
    read_receipt,
    read_roster,
    recovery_keys,
    safety_number,
    seal_duty_seed,
    seal_epoch_key,
    sealing,
    server_salt,
    sign_receipt,
    user_id_of,
    verify,
    verify_vault_write,
)
from crypto.encoding import fields, lp, padme, split, u64
from crypto.hashing import digest, expand
from crypto.identity import kem_pin_of
from crypto.passwords import password_salt
from crypto.recovery import write_recovery_code
from crypto.roster import RosterPin
from crypto.signing import sign_object
from crypto.vault_body import Entries, merge, write_body
from crypto.vectors.scripted import Recorded, Scripted
from crypto.vectors.story import DAY, START, House, certificate, houses, person, resigned, seed
from crypto.vectors.torsion import bad_signing_keys, torsion_signatures

# The small-order points, and two that are not canonical (p and p + 1).
BAD_X25519: Final = (*sorted(sealing.SMALL_ORDER), 2**255 - 19, 2**255 - 18)


def refused(call: Callable[[], object]) -> str | None:
    """The code of the refusal, or None."""
    try:
        call()
    except CryptoRefusal as refusal:
        return refusal.code
    return None


def encoding(_: Recorded) -> Any:
    samples = [(), (b"",), (b"a",), (b"a", b""), (b"\x00" * 300, "Wörter".encode())]
    broken = [b"\x00", b"\x00\x00\x00\x02a", b"\xff\xff\xff\xff", lp(b"a") + b"\x00", lp(b"a")[:-1]]
    return {
        "lp": [{"fields": list(one), "bytes": lp(*one)} for one in samples],
        "broken_lp": broken,
        "padme": [[size, padme(size)] for size in (68, 69, 255, 256, 257, 1000, 4095, 32836, 65535, 65536, 10**6)],
        "digest": digest(labels.ROOM, b"a", b""),
        "expand": expand(bytes(range(32)), labels.EK, b"a", b""),
        "labels": {name.lower(): label for name, label in labels.ALL.items()},
    }


def keys(_: Recorded) -> Any:
    signer, data = person("nachtfalter"), lp(labels.MESSAGE_SIGNATURE, b"data")
    signature = signer.sign(data)
    larger = int.from_bytes(signature[32:], "little") + 2**252 + 27742317777372353535851937790883648493
    cases = {
        "true": (signer.ed_pk, signature, data),
        "other data": (signer.ed_pk, signature, data + b"\x00"),
        "other key": (person("berger").ed_pk, signature, data),
        "S + L": (signer.ed_pk, signature[:32] + larger.to_bytes(32, "little"), data),
        "63 bytes": (signer.ed_pk, signature[:63], data),
        **torsion_signatures(seed("nachtfalter signing"), data),
    }
    kem = signer.kem_pk
    kem_keys = {
        "true": kem,
        "short": kem[:-1],
        "long": kem + b"\x00",
        "coefficient 3329": b"\x01\x0d\x00" + kem[3:],
        "all ones": b"\xff" * 1216,
        **{f"u = {u}": kem[:1184] + u.to_bytes(32, "little") for u in BAD_X25519},
        "u with the top bit": kem[:-1] + bytes([kem[-1] | 128]),
    }
    signing = {"true": signer.ed_pk, **bad_signing_keys()}
    return {
        "signatures": [
            {
                "name": name,
                "ed_pk": key,
                "signature": sig,
                "data": dat,
                "refusal": refused(lambda: verify(key, sig, dat)),
            }
            for name, (key, sig, dat) in cases.items()
        ],
        "signing_keys": [
            {"name": name, "ed_pk": key, "refusal": refused(lambda: check_signing_key(key))}
            for name, key in signing.items()
        ],
        "kem_keys": [
            {"name": name, "kem_pk": key, "refusal": refused(lambda: check_kem_key(key))}
            for name, key in kem_keys.items()
        ],
    }


def people(_: Recorded) -> Any:
    one = person("nachtfalter")
    body = lambda *parts: lp(labels.KEM_STATEMENT, *parts)  # noqa: E731 - four lines of the same
    good = (one.user_id, u64(1), u64(1), one.kem_pk)
    replaced = lambda at, value: body(*good[:at], value, *good[at + 1 :])  # noqa: E731 - as above
    small = one.kem_pk[:1184] + bytes(32)
    statements = {
        "true": one.kem_statement,
        "seq 0": sign_object(one.ed_seed, replaced(1, u64(0))),
        "suite 2": sign_object(one.ed_seed, replaced(2, u64(2))),
        "zero key": sign_object(one.ed_seed, replaced(3, small)),
        "another's user id": sign_object(one.ed_seed, replaced(0, person("berger").user_id)),
        "signed by another": sign_object(person("berger").ed_seed, body(*good)),
        "another label": sign_object(one.ed_seed, lp(labels.RECEIPT, *good)),
        "a field more": sign_object(one.ed_seed, body(*good, b"")),
        "number beyond 2^53": sign_object(one.ed_seed, replaced(1, (2**53).to_bytes(8))),
    }
    return {
        "people": [_person(name) for name in ("nachtfalter", "berger")],
        "safety_number": safety_number(one.fingerprint, person("berger").fingerprint),
        "statements": [
            {
                "name": name,
                "ed_pk": one.ed_pk,
                "statement": raw,
                "refusal": refused(lambda: read_kem_statement(raw, one.ed_pk)),
            }
            for name, raw in statements.items()
        ],
    }


def _person(name: str) -> Any:
    one: Identity = person(name)
    return {
        "name": name,
        "ed_seed": one.ed_seed,
        "kem_seed": one.kem_seed,
        "kem_seq": one.kem_seq,
        "ed_pk": one.ed_pk,
        "kem_pk": one.kem_pk,
        "user_id": user_id_of(one.ed_pk),
        "fingerprint": fingerprint_of(one.ed_pk),
        "kem_statement": one.kem_statement,
        "kem_pin": kem_pin_of(one.kem_pk),
    }


def passwords(_: Recorded) -> Any:
    secret = seed("server secret")
    derived = []
    for name, password in (
        ("nachtfalter", "vier unverwandte Wörter"),
        ("Frau.Berger", "e\u0301 wird zu einem Zeichen"),
    ):
        salt = server_salt(secret, name)
        found = derive(password, name, salt)
        derived.append(
            {
                "name": name,
                "password": password,
                "server_salt": salt,
                "salt": password_salt(name, salt),
                "password_suite": 1,
                "auth": found.auth,
                "wrap": found.wrap,
            }
        )
    names = ("abc", "ABC", "a.b-c_9", "ab", "a" * 33, "größe", "a b c", "abc\n", "ſss", "K" * 3)
    code = bytes(range(16))
    written = write_recovery_code(code)
    typed = [
        written.lower().replace("0", "o").replace("1", "l"),
        written[:-1] + "0",
        written[:-3],
        written[:25] + "1" + written[26:],
        "ı" * 28,
    ]
    return {
        "server_secret": secret,
        "derived": derived,
        "suites": [{"password_suite": 2, "refusal": refused(lambda: derive("x" * 12, "abc", bytes(32), 2))}],
        "names": [
            {
                "typed": one,
                "refusal": refused(lambda: check_name(one)),
                "name": None if refused(lambda: check_name(one)) else check_name(one),
            }
            for one in names
        ],
        "passwords": [
            {"password": one, "refusal": refused(lambda: derive(one, "abc", bytes(32)))} for one in ("", "a" * 1025)
        ],
        "recovery": {
            "code": code,
            "written": written,
            "seed": recovery_keys(written).seed,
            "auth": recovery_keys(written).auth,
            "pk": recovery_keys(written).pk,
            "typed": [{"written": one, "refusal": refused(lambda: recovery_keys(one))} for one in typed],
        },
    }


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
    return {
        "user_id": one.user_id,
        "ed_pk": one.ed_pk,
        "wrap": wrap,
        "user_share": share,
        "recovery_seed": recovery.seed,
        "writes": [
            {"write": _write(write), "entries": _entries(_opened(write, one, wrap, share).entries)}
            for write in (first, second)
        ],
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


def _flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def _bad_writes(
    first: VaultWrite, second: VaultWrite, one: Identity, wrap: bytes, share: bytes, recovery_seed: bytes
) -> list[tuple[str, VaultWrite, bytes, int, dict[str, str | None]]]:
    aad = split(fields(first.blob, 3)[0])
    newer_suite = lp(lp(*aad[:2], u64(2), *aad[3:]), *fields(first.blob, 3)[1:])
    cases = [
        ("T6: a flipped bit in the blob", replace(first, blob=_flipped(first.blob)), one.user_id, 0),
        ("T6: a flipped bit in the slot", replace(first, password_slot=_flipped(first.password_slot)), one.user_id, 0),
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
                "by_password": refused(lambda: open_vault(write, owner, wrap, share, known_version=known)),
                "by_recovery": refused(
                    lambda: open_vault_by_recovery(write, owner, recovery_seed, share, known_version=known)
                ),
                "signature_refusal": refused(lambda: verify_vault_write(one.ed_pk, one.user_id, write)),
            },
        )
        for name, write, owner, known in cases
    ]


def _merges() -> Any:
    root, number = ("root", seed("root")), lambda how, n, h: lp(how, u64(n), seed(h), u64(1))
    person_ = ("person", bytes(16))
    known = lambda key, n, pin, verified: lp(seed(key), u64(n), seed(pin), verified)  # noqa: E731 - a row each
    cases: dict[str, tuple[Entries, Entries]] = {
        "nothing in common": ({("name", b""): lp(b"a")}, {root: number(b"link", 1, "a")}),
        "a higher roster here, a better way there": (
            {root: number(b"compared", 1, "a")},
            {root: number(b"link", 2, "b")},
        ),
        "the same roster number, another hash": ({root: number(b"link", 1, "a")}, {root: number(b"link", 1, "b")}),
        "verified here": ({person_: known("k", 1, "p", b"no")}, {person_: known("k", 1, "p", b"yes")}),
        "another key": ({person_: known("k", 1, "p", b"no")}, {person_: known("l", 1, "p", b"no")}),
        "the stored name": ({("name", b""): lp(b"a")}, {("name", b""): lp(b"b")}),
        "another duty seed": ({("duty", b"x"): lp(seed("a"))}, {("duty", b"x"): lp(seed("b"))}),
        "unknown to both": ({("future", b""): b"a"}, {("future", b""): b"b"}),
        "a newer client's field": ({root: number(b"link", 1, "a") + lp(b"new")}, {root: number(b"compared", 2, "b")}),
    }
    return [
        {
            "name": name,
            "stored": write_body(stored),
            "mine": write_body(mine),
            "refusal": refused(lambda: merge(stored, mine)),
            "merged": None if refused(lambda: merge(stored, mine)) else write_body(merge(stored, mine)),
        }
        for name, (stored, mine) in cases.items()
    ]


def _keyring(one: Identity, chance: Scripted) -> Any:
    key, room, kc, secret = seed("keyring"), seed("room")[:16], seed("kc"), seed("secret")
    sealed = seal_epoch_key(key, one.user_id, room, 3, kc, secret, chance=chance)
    opens = {
        "true": (3, kc, sealed),
        "another epoch": (4, kc, sealed),
        "another kc": (3, room * 2, sealed),
        "flipped": (3, kc, _flipped(sealed)),
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


def rosters(recorded: Recorded) -> Any:
    house, hafen = houses()
    chance = Scripted("duty", recorded)
    return {
        "root_seed": house.root_seed,
        "successor_seed": seed("kreuzviertel successor"),
        "roster_seed": house.roster_seed,
        "root": house.root.raw,
        "root_fingerprint": house.root.fingerprint,
        "roster_keys": house.roster_keys,
        "rosters": [_roster(one) for one in (*house.rosters, *hafen.rosters)],
        "certified": _certified(house),
        "refusals": [
            {"name": name, "roster": raw, "root_fingerprint": root, "refusal": refused(lambda: read_roster(raw, root))}
            for name, raw, root in _bad_rosters(house)
        ],
        "pins": _pins(house),
        "duty_seeds": _duty_seeds(house, chance),
    }


def _roster(one: Any) -> Any:
    plain = (
        "number",
        "hash",
        "previous",
        "issued_at",
        "expires_at",
        "agency_name",
        "duty_generation",
        "duty_kem_pk",
        "keys_seq",
        "root_fingerprint",
        "raw",
    )
    return {
        **{name: getattr(one, name) for name in plain},
        "certificates": [
            {
                "fingerprint": each.fingerprint,
                "display_name": each.display_name,
                "capabilities": sorted(each.capabilities),
            }
            for each in one.certificates
        ],
        "revocations": [
            {"fingerprint": each.fingerprint, "revoked_at": each.revoked_at, "reason": each.reason}
            for each in one.revocations
        ],
    }


def _certified(house: House) -> Any:
    cases = [
        (0, "berger", START, ["counsel", "duty"]),
        (0, "sommer", START, ["duty"]),
        (0, "berger", START + 301 * DAY, ["counsel"]),
        (0, "berger", START - 11 * DAY, ["counsel"]),
        (0, "luft", START, []),
        (0, "yilmaz", START + 3 * DAY, ["counsel"]),
        (1, "yilmaz", START + 3 * DAY, ["counsel"]),
    ]
    return [
        {
            "roster": at,
            "fingerprint": person(name).fingerprint,
            "at": when,
            "capabilities": needed,
            "refusal": refused(lambda: house.rosters[at].certified(person(name).fingerprint, when, *needed)),
        }
        for at, name, when, needed in cases
    ]


def _bad_rosters(house: House) -> list[tuple[str, bytes, bytes]]:
    root, good = house.root.fingerprint, house.rosters[1].raw
    signer = Identity(house.roster_seed, bytes(32))
    staff = [certificate("berger", "counsel")]
    # Same order as in the format: f0 suite, f1 root, f2 roster_keys, f3 number … f12 revocations.
    two = split(fields(good, 2)[0])[12]
    cases = [
        ("T39: another root", good, seed("another")),
        ("T1: an unknown suite", resigned(good, signer, f0=u64(2)), root),
        ("T40: number 1 after something", resigned(good, signer, f3=u64(1)), root),
        ("number 0", resigned(good, signer, f3=u64(0)), root),
        ("36 days", house.publish(staff, expires_at=START + 35 * DAY), root),
        ("no time at all", house.publish(staff, expires_at=START - DAY), root),
        ("T12: a duty key of zeros", resigned(good, signer, f10=bytes(1216)), root),
        ("a name that hides", resigned(good, signer, f8="a\u200bb".encode()), root),
        ("people out of order", resigned(good, signer, f11=lp(*reversed(split(two)))), root),
        ("an unknown capability", house.publish([certificate("berger", "bless")]), root),
        (
            "signed by a key that is not certified",
            resigned(good, Identity(seed("x"), bytes(32)), f7=Identity(seed("x"), bytes(32)).ed_pk),
            root,
        ),
        ("signed by another key than it says", resigned(good, Identity(seed("x"), bytes(32))), root),
        ("signed before the key was valid", house.publish(staff, issued_at=START - 30 * DAY), root),
        ("cut off", good[:-1], root),
        ("T29: 2 MiB", bytes(2 << 20), root),
        ("a flipped bit", _flipped(good), root),
        ("roster keys of another root", _foreign_keys(house), root),
        ("roster keys signed by another", resigned(good, signer, f2=resigned(house.roster_keys, person("luft"))), root),
        ("T10: a revocation twice", house.publish(staff, [Revocation(bytes(32), 1, "left")] * 2), root),
    ]
    return cases


def _foreign_keys(house: House) -> bytes:
    other = make_root(house.root_seed, seed("another successor"))
    statement = resigned(house.roster_keys, Identity(house.root_seed, bytes(32)), f0=other.fingerprint)
    return resigned(house.rosters[1].raw, Identity(house.roster_seed, bytes(32)), f2=statement)


def _pins(house: House) -> Any:
    one, two = house.rosters
    cases = {
        "none yet": (two, None),
        "the same": (two, two.pin),
        "the next": (two, one.pin),
        "T11: older": (one, two.pin),
        "T11: older keys": (two, RosterPin(1, one.hash, 2)),
        "T40: the same number, another hash": (two, RosterPin(2, seed("x"), 1)),
        "T40: the next, but not of this one": (two, RosterPin(1, seed("x"), 1)),
    }
    return [
        {
            "name": name,
            "number": roster.number,
            "pin": None if pin is None else {"number": pin.number, "hash": pin.hash, "keys_seq": pin.keys_seq},
            "refusal": refused(lambda: check_pin(roster, pin)),
        }
        for name, (roster, pin) in cases.items()
    ]


def _duty_seeds(house: House, chance: Scripted) -> Any:
    duty, holder = house.duty(1), person("berger")
    sealed = seal_duty_seed(duty.seed, duty.root_fingerprint, 1, holder.fingerprint, holder.kem_pk, chance=chance)
    cases = {
        "true": (sealed, holder, duty.root_fingerprint),
        "for another": (sealed, person("yilmaz"), duty.root_fingerprint),
        "of another agency": (sealed, holder, seed("x")),
        "flipped": (_flipped(sealed), holder, duty.root_fingerprint),
    }
    return [
        {
            "name": name,
            "sealed": raw,
            "ed_seed": who.ed_seed,
            "kem_seed": who.kem_seed,
            "root_fingerprint": root,
            "generation": 1,
            "seed": duty.seed,
            "kem_pk": kem_public_key(duty.seed),
            "refusal": refused(lambda: open_duty_seed(raw, who, root)),
        }
        for name, (raw, who, root) in cases.items()
    ]


def receipts(_: Recorded) -> Any:
    key = Identity(seed("receipt key"), bytes(32))
    receipt = Receipt(
        room=seed("room")[:16],
        message_id=seed("message"),
        received_at=START,
        due_at=START + 2 * DAY,
        policy_kind="calendar",
        policy_seconds=172_800,
        policy_details="",
        event_id=seed("event")[:16],
    )
    signed = sign_receipt(key.ed_seed, receipt)
    cases = {
        "true": signed,
        "flipped": _flipped(signed),
        "another due time": lp(fields(signed, 2)[0].replace(u64(START + 2 * DAY), u64(START)), fields(signed, 2)[1]),
    }
    return {
        "receipt_pk": key.ed_pk,
        "receipts": [
            {"name": name, "receipt": raw, "refusal": refused(lambda: read_receipt(raw, key.ed_pk))}
            for name, raw in cases.items()
        ],
        "read": {name: getattr(receipt, name) for name in Receipt.__slots__},
    }


BASICS: Final[dict[str, Callable[[Recorded], Any]]] = {
    "encoding": encoding,
    "keys": keys,
    "people": people,
    "passwords": passwords,
    "vaults": vaults,
    "rosters": rosters,
    "receipts": receipts,
}
