"""HPKE, X-Wing and Argon2id as others computed them: the package `cryptography_vectors`."""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import cryptography_vectors
import pytest
from argon2.low_level import (
    Type,
    core,
    ffi,
)
from cryptography.hazmat.bindings._rust import openssl as rust_openssl
from cryptography.hazmat.primitives.asymmetric import ec, mlkem
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite

from crypto import kem_public_key
from crypto.passwords import Cost, argon2id
from crypto.sealing import _load_private
from tests.unit.crypto.outside import SCORES, score

FOLDER: Final = Path(cryptography_vectors.__file__).parent
KDFS: Final = {1: KDF.HKDF_SHA256, 3: KDF.HKDF_SHA512, 2: KDF.HKDF_SHA384, 16: KDF.SHAKE128, 17: KDF.SHAKE256}
AEADS: Final = {1: AEAD.AES_128_GCM, 2: AEAD.AES_256_GCM, 3: AEAD.CHACHA20_POLY1305}
XWING: Final = 0x647A
ARGON2_VERSION: Final = 0x13
NOTHING_WIPED: Final = 0


def hpke(name: str) -> list[Any]:
    """Only base mode with a cipher: the protocol knows neither pre-shared keys nor senders' keys."""
    found = json.loads((FOLDER / "HPKE" / name).read_text("utf-8"))
    return [one for one in found if one["mode"] == 0 and one["aead_id"] in AEADS and one["kdf_id"] in KDFS]


def private_key(kem: int, raw: bytes) -> tuple[KEM, Any]:
    """As the library has it; LookupError for one that it does not have."""
    match kem:
        case 0x10 | 0x12:
            curve: ec.EllipticCurve = ec.SECP256R1() if kem == 0x10 else ec.SECP521R1()
            return (KEM.P256 if kem == 0x10 else KEM.P521), ec.derive_private_key(int.from_bytes(raw), curve)
        case 0x20:
            return KEM.X25519, X25519PrivateKey.from_private_bytes(raw)
        case 0x41:
            return KEM.MLKEM768, mlkem.MLKEM768PrivateKey.from_seed_bytes(raw)
        case 0x42:
            return KEM.MLKEM1024, mlkem.MLKEM1024PrivateKey.from_seed_bytes(raw)
        case 0x647A:
            return KEM.MLKEM768_X25519, MLKEM768X25519PrivateKey(*_load_private(raw))
        case _:
            raise LookupError(kem)


def known(case: Any) -> bool:
    try:
        private_key(case["kem_id"], bytes.fromhex(case["skRm"]))
    except LookupError:
        return False
    return True


def opens(case: Any) -> bool:
    """The first message of the context: the library opens one message for each encapsulation, as we do."""
    kem, key = private_key(case["kem_id"], bytes.fromhex(case["skRm"]))
    suite = Suite(kem, KDFS[case["kdf_id"]], AEADS[case["aead_id"]])
    first = case["encryptions"][0]
    sealed, info, aad = (bytes.fromhex(one) for one in (case["enc"] + first["ct"], case["info"], first["aad"]))
    opened: str = rust_openssl.hpke._decrypt_with_aad(suite, sealed, key, info, aad).hex()
    return opened == str(first["pt"])


def test_hpke_opens_what_rfc_9180_sealed() -> None:
    """RFC 9180 appendix A and the full set of its authors; X448 is not in the library."""
    cases = [one for one in hpke("test-vectors.json") if known(one)]
    score("RFC 9180, base mode", cases, opens, "other modes and X448 are not used")


def test_hpke_opens_what_the_post_quantum_draft_sealed() -> None:
    """draft-ietf-hpke-pq: X-Wing with the key derivation that we use, and its neighbours."""
    cases = [one for one in hpke("hpke-pq-test-vectors.json") if known(one)]
    assert XWING in {one["kem_id"] for one in cases}
    score("post-quantum HPKE", cases, opens, "the KEMs and KDFs that OpenSSL has here")


def test_an_x_wing_seed_gives_the_public_key_that_the_draft_gives() -> None:
    """Both of the draft's X-Wing cases; everybody must compute the same key from a seed (T8)."""
    found = json.loads((FOLDER / "HPKE" / "hpke-pq-test-vectors.json").read_text("utf-8"))
    cases = [one for one in found if one["kem_id"] == XWING]
    score("X-Wing public keys", cases, lambda one: kem_public_key(bytes.fromhex(one["skRm"])).hex() == one["pkRm"])


def _argon2_cases() -> list[dict[str, str]]:
    cases: list[dict[str, str]] = []
    for line in (FOLDER / "KDF" / "argon2id.txt").read_text("utf-8").splitlines():
        name, _, value = (part.strip() for part in line.partition("="))
        if name == "COUNT":
            cases.append({})
        elif cases and name and not line.startswith("#"):
            cases[-1][name] = value
    return cases


def _argon2(case: dict[str, str]) -> str:
    """By the library that we use, one level down where it takes a secret and associated data (RFC 9106 section 5)."""
    given = {name: bytes.fromhex(case.get(name, "")) for name in ("pass", "salt", "secret", "ad")}
    cost = Cost(int(case["memcost"]), int(case["iter"]), int(case["lanes"]))
    if int(case["length"]) == 32 and not given["secret"] and not given["ad"]:
        return argon2id(given["pass"], given["salt"], cost).hex()
    out = ffi.new("uint8_t[]", int(case["length"]))
    held = {name: ffi.new("uint8_t[]", value) if value else ffi.NULL for name, value in given.items()}
    context = ffi.new("argon2_context *")
    context.version, context.flags = ARGON2_VERSION, NOTHING_WIPED
    context.out, context.outlen = out, int(case["length"])
    context.pwd, context.pwdlen = held["pass"], len(given["pass"])
    context.salt, context.saltlen = held["salt"], len(given["salt"])
    context.secret, context.secretlen = held["secret"], len(given["secret"])
    context.ad, context.adlen = held["ad"], len(given["ad"])
    context.t_cost, context.m_cost = cost.passes, cost.memory_kib
    context.lanes = context.threads = cost.lanes
    context.allocate_cbk = context.free_cbk = ffi.NULL
    assert core(context, Type.ID.value) == 0
    return bytes(ffi.buffer(out)).hex()


def test_argon2id_gives_what_rfc_9106_gives() -> None:
    """RFC 9106 section 5.3 among them, with its secret and associated data."""
    score("RFC 9106 Argon2id", _argon2_cases(), lambda one: _argon2(one) == one["output"])


def test_a_case_that_comes_out_otherwise_is_found() -> None:
    """So that the counting above can fail: one cipher text has another last byte."""
    one = hpke("hpke-pq-test-vectors.json")[0]
    first = one["encryptions"][0]
    false = one | {"encryptions": [first | {"pt": hashlib.sha256(b"x").hexdigest()}]}
    with pytest.raises(AssertionError):
        score("a false case", [false], lambda case: known(case) and opens(case))
    del SCORES["a false case"]
