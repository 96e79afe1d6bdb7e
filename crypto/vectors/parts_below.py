"""Vectors of encoding, keys, people, passwords and receipts."""

from dataclasses import replace
from typing import Any, Final

from crypto import (
    Deletion,
    Identity,
    Receipt,
    check_kem_key,
    check_name,
    check_signing_key,
    derive,
    fingerprint_of,
    labels,
    read_deletion,
    read_kem_statement,
    read_receipt,
    recovery_keys,
    safety_code,
    safety_number,
    sealing,
    server_salt,
    sign_deletion,
    sign_receipt,
    user_id_of,
    verify,
)
from crypto.encoding import fields, lp, padme, u64
from crypto.hashing import digest, expand
from crypto.identity import kem_pin_of
from crypto.passwords import password_salt
from crypto.recovery import write_recovery_code
from crypto.signing import sign_object
from crypto.vectors.refusing import flipped, refused
from crypto.vectors.scripted import Recorded
from crypto.vectors.story import DAY, START, person, resigned, seed
from crypto.vectors.torsion import bad_signing_keys, torsion_signatures

# The small-order points, and two that are not canonical (p and p + 1).
BAD_X25519: Final = (*sorted(sealing.SMALL_ORDER), 2**255 - 19, 2**255 - 18)


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
                "refusal": refused(verify, key, sig, dat),
            }
            for name, (key, sig, dat) in cases.items()
        ],
        "signing_keys": [
            {"name": name, "ed_pk": key, "refusal": refused(check_signing_key, key)} for name, key in signing.items()
        ],
        "kem_keys": [
            {"name": name, "kem_pk": key, "refusal": refused(check_kem_key, key)} for name, key in kem_keys.items()
        ],
    }


def people(_: Recorded) -> Any:
    one = person("nachtfalter")
    good = [one.user_id, u64(1), u64(1), one.kem_pk]
    small = one.kem_pk[:1184] + bytes(32)
    statements = {
        "true": one.kem_statement,
        "seq 0": resigned(one.kem_statement, one, f1=u64(0)),
        "suite 2": resigned(one.kem_statement, one, f2=u64(2)),
        "zero key": resigned(one.kem_statement, one, f3=small),
        "another's user id": resigned(one.kem_statement, one, f0=person("berger").user_id),
        "signed by another": resigned(one.kem_statement, person("berger")),
        "another label": sign_object(one.ed_seed, lp(labels.RECEIPT, *good)),
        "a field more": sign_object(one.ed_seed, lp(labels.KEM_STATEMENT, *good, b"")),
        "number beyond 2^53": resigned(one.kem_statement, one, f1=(2**53).to_bytes(8)),
    }
    return {
        "people": [_person(name) for name in ("nachtfalter", "berger")],
        "safety_number": safety_number(one.fingerprint, person("berger").fingerprint),
        "safety_code": safety_code(one.fingerprint, person("berger").fingerprint),
        "statements": [
            {
                "name": name,
                "ed_pk": one.ed_pk,
                "statement": raw,
                "refusal": refused(read_kem_statement, raw, one.ed_pk),
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
    names = ("abc", "ABC", "a.b-c_9", "ab", "a" * 33, "größe", "a b c", "abc\n", "\u017fss", "K" * 3)
    code = bytes(range(16))
    written = write_recovery_code(code)
    typed = [
        written.lower().replace("0", "o").replace("1", "l"),
        written[:-1] + "0",
        written[:-3],
        written[:25] + "1" + written[26:],
        "\u0131" * 28,
    ]
    return {
        "server_secret": secret,
        "derived": derived,
        "suites": [{"password_suite": 2, "refusal": refused(derive, "x" * 12, "abc", bytes(32), 2)}],
        "names": [
            {
                "typed": one,
                "refusal": refused(check_name, one),
                "name": None if refused(check_name, one) else check_name(one),
            }
            for one in names
        ],
        "passwords": [{"password": one, "refusal": refused(derive, one, "abc", bytes(32))} for one in ("", "a" * 1025)],
        "recovery": {
            "code": code,
            "written": written,
            "seed": recovery_keys(written).seed,
            "auth": recovery_keys(written).auth,
            "pk": recovery_keys(written).pk,
            "typed": [{"written": one, "refusal": refused(recovery_keys, one)} for one in typed],
        },
    }


def plain_receipt() -> bytes:
    """One that is good."""
    return sign_receipt(seed("receipt key"), _receipt())


def _receipt() -> Receipt:
    return Receipt(
        room=seed("room")[:16],
        message_id=seed("message"),
        received_at=START,
        due_at=START + 2 * DAY,
        policy_kind="calendar",
        policy_seconds=172_800,
        policy_details="",
        event_id=seed("event")[:16],
    )


def receipts(_: Recorded) -> Any:
    key, receipt = Identity(seed("receipt key"), bytes(32)), _receipt()
    signed = sign_receipt(key.ed_seed, receipt)
    cases = {
        "true": signed,
        "flipped": flipped(signed),
        "another due time": lp(fields(signed, 2)[0].replace(u64(START + 2 * DAY), u64(START)), fields(signed, 2)[1]),
    }
    deletion = Deletion(kind="room", subject=seed("room")[:16], deleted_at=START, final_at=START + 14 * DAY)
    gone = sign_deletion(key.ed_seed, deletion)
    gone_cases = {
        "true": gone,
        "flipped": flipped(gone),
        "another room": lp(fields(gone, 2)[0].replace(deletion.subject, bytes(16)), fields(gone, 2)[1]),
        "an unknown kind": sign_object(key.ed_seed, fields(gone, 2)[0].replace(lp(b"room"), lp(b"rook"))),
        "final before it began": sign_deletion(key.ed_seed, replace(deletion, final_at=START - 1)),
        "a receipt": signed,
    }
    return {
        "deletions": [
            {"name": name, "deletion": raw, "refusal": refused(read_deletion, raw, key.ed_pk)}
            for name, raw in gone_cases.items()
        ],
        "read_deletion": {name: getattr(deletion, name) for name in Deletion.__slots__},
        "receipt_pk": key.ed_pk,
        "receipts": [
            {"name": name, "receipt": raw, "refusal": refused(read_receipt, raw, key.ed_pk)}
            for name, raw in cases.items()
        ],
        "read": {name: getattr(receipt, name) for name in Receipt.__slots__},
    }
