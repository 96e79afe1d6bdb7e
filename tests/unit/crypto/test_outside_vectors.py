"""Wycheproof. Where the protocol is stricter, the test says which cases it refuses, and why."""

import hmac
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto import check_kem_key, kem_public_key
from crypto.errors import DoesNotDecrypt, KeyInvalid, SignatureInvalid
from crypto.hashing import hkdf_expand, open_aes
from crypto.signing import verify
from crypto.vectors.story import seed
from tests.unit.crypto.outside import score, wycheproof

LATTICE: Final = kem_public_key(seed("anybody"))[:1184]
P: Final = 2**255 - 19


def test_t43_ed25519_accepts_and_refuses_as_wycheproof_says() -> None:
    """T43: malleable, truncated and overlong signatures among them. None differs."""

    def right(found: tuple[Any, Any]) -> bool:
        group, case = found
        key, signature, data = (bytes.fromhex(one) for one in (group["publicKey"]["pk"], case["sig"], case["msg"]))
        try:
            verify(key, signature, data)
        except (SignatureInvalid, KeyInvalid):
            return bool(case["result"] == "invalid")
        return bool(case["result"] == "valid")

    score("Wycheproof Ed25519", wycheproof("ed25519"), right)


def _stricter(case: Any) -> bool:
    """Low order, a secret of zeros, or not canonical: with such a key two clients would hash different bytes (T12)."""
    flagged = {"LowOrderPublic", "NonCanonicalPublic", "ZeroSharedSecret"} & set(case["flags"])
    return bool(flagged) or int.from_bytes(bytes.fromhex(case["public"]), "little") >= P


def test_t12_x25519_keys_that_lead_everybody_to_one_secret_are_refused() -> None:
    """T12: Wycheproof calls them acceptable; we refuse exactly those, and compute with every other key as it says."""
    cases = [case for _, case in wycheproof("x25519")]
    stricter = [case for case in cases if _stricter(case)]
    # Each of them is `acceptable` there: none that is simply valid is refused here.
    assert {case["result"] for case in stricter} == {"acceptable"}
    assert len(stricter) > 30

    def right(case: Any) -> bool:
        public = bytes.fromhex(case["public"])
        try:
            check_kem_key(LATTICE + public)
        except KeyInvalid:
            return _stricter(case)
        return not _stricter(case) and _exchanged(bytes.fromhex(case["private"]), public).hex() == case["shared"]

    score("Wycheproof X25519", cases, right, f"{len(stricter)} of them refused: small order or not canonical, T12")


def _exchanged(private: bytes, public: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))


def test_aes_256_gcm_opens_and_refuses_as_wycheproof_says() -> None:
    """With every nonce of 96 bits; ours is the zero one, and each key serves once (T27)."""
    sizes = (256, 96)
    cases = [case for group, case in wycheproof("aes_gcm") if (group["keySize"], group["ivSize"]) == sizes]

    def right(case: Any) -> bool:
        key, nonce, aad = (bytes.fromhex(case[name]) for name in ("key", "iv", "aad"))
        ciphertext = bytes.fromhex(case["ct"] + case["tag"])
        try:
            opened = AESGCM(key).decrypt(nonce, ciphertext, aad).hex() if any(nonce) else _ours(key, ciphertext, aad)
        except (InvalidTag, DoesNotDecrypt):
            return bool(case["result"] == "invalid")
        return bool(case["result"] == "valid" and opened == case["msg"])

    score("Wycheproof AES-256-GCM, nonce of 96 bits", cases, right, "other sizes cannot be asked for")


def _ours(key: bytes, ciphertext: bytes, aad: bytes) -> str:
    return open_aes(key, ciphertext, aad).hex()


def test_hkdf_expand_gives_the_first_block_that_wycheproof_gives() -> None:
    """RFC 5869. More than 32 bytes are never asked for; the three invalid cases are about too many."""
    cases = [case for _, case in wycheproof("hkdf_sha256")]

    def right(case: Any) -> bool:
        if case["result"] == "invalid":
            return bool(case["size"] > 255 * 32)
        extracted = hmac.digest(bytes.fromhex(case["salt"]) or bytes(32), bytes.fromhex(case["ikm"]), "sha256")
        expanded = hkdf_expand(extracted, bytes.fromhex(case["info"])).hex()
        return expanded.startswith(case["okm"][:64]) and (case["size"] >= 32 or len(case["okm"]) == 2 * case["size"])

    score("Wycheproof HKDF-SHA256, first block", cases, right)
