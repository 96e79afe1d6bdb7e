"""Vectors of others: Wycheproof, kept beside the repository because of their size."""

import json
from pathlib import Path
from typing import Any

import pytest

from crypto import check_kem_key, kem_public_key
from crypto.errors import DoesNotDecrypt, KeyInvalid, SignatureInvalid
from crypto.hashing import open_aes
from crypto.signing import verify
from crypto.vectors.story import seed

FOLDER = Path(__file__).parents[4] / "shared" / "vectors"
LATTICE = kem_public_key(seed("anybody"))[:1184]
P = 2**255 - 19


def cases(name: str) -> list[tuple[Any, Any]]:
    """(group, case) pairs."""
    path = FOLDER / f"wycheproof_{name}_test.json"
    if not path.exists():
        pytest.skip(f"{path.name} is not here: the outside vectors are kept beside the repository")
    groups = json.loads(path.read_text(encoding="utf-8"))["testGroups"]
    return [(group, case) for group in groups for case in group["tests"]]


def accepts(key: bytes, signature: bytes, data: bytes) -> bool:
    try:
        verify(key, signature, data)
    except (SignatureInvalid, KeyInvalid):
        return False
    return True


def test_t43_ed25519_accepts_and_refuses_as_wycheproof_says() -> None:
    """T43: malleable, truncated and overlong signatures among them."""
    found = cases("ed25519")
    for group, case in found:
        key, signature, data = (bytes.fromhex(one) for one in (group["publicKey"]["pk"], case["sig"], case["msg"]))
        assert accepts(key, signature, data) == (case["result"] == "valid"), case["tcId"]
    assert len(found) > 100


def test_t12_x25519_keys_that_lead_everybody_to_one_secret_are_refused() -> None:
    """T12: low order, or not canonical (with which two clients would hash different keys); every other key is taken."""
    refused = 0
    for _, case in cases("x25519"):
        public = bytes.fromhex(case["public"])
        bad = {"LowOrderPublic", "NonCanonicalPublic", "ZeroSharedSecret"} & set(case["flags"])
        top_bit = public[31] >= 128
        if bad or top_bit or int.from_bytes(public, "little") >= P:
            refused += 1
            with pytest.raises(KeyInvalid):
                check_kem_key(LATTICE + public)
        else:
            assert check_kem_key(LATTICE + public)[1184:] == public, case["tcId"]
    assert refused > 30


def test_aes_256_gcm_with_the_zero_nonce_opens_as_wycheproof_says() -> None:
    """The only nonce that we use; each key serves once (T27). A changed tag is refused."""
    found = [
        case
        for group, case in cases("aes_gcm")
        if (group["keySize"], group["ivSize"]) == (256, 96) and not any(bytes.fromhex(case["iv"]))
    ]
    assert found
    for case in found:
        key, data, aad = (bytes.fromhex(case[name]) for name in ("key", "msg", "aad"))
        sealed = bytes.fromhex(case["ct"] + case["tag"])
        assert case["result"] == "valid"
        assert open_aes(key, sealed, aad) == data
        with pytest.raises(DoesNotDecrypt):
            open_aes(key, sealed[:-1] + bytes([sealed[-1] ^ 1]), aad)
