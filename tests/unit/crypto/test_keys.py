"""Ed25519 and X-Wing keys: what every engine must refuse alike."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from crypto import check_kem_key, check_signing_key, kem_public_key, verify
from crypto.errors import DoesNotDecrypt, KeyInvalid, Malformed, SignatureInvalid
from crypto.sealing import SMALL_ORDER, hpke_open, hpke_seal, open_secret
from crypto.signing import sign, signing_key
from crypto.vectors.story import person, seed
from crypto.vectors.torsion import bad_signing_keys, torsion_signatures

ANNA, BERT = seed("anna"), seed("bert")


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100))
def test_what_a_person_signs_verifies(ed_seed: bytes, data: bytes) -> None:
    """Any seed is a person."""
    verify(signing_key(ed_seed), sign(ed_seed, data), data)


@pytest.mark.parametrize(("name", "key"), bad_signing_keys().items())
def test_t12_no_small_order_or_non_canonical_key_is_a_person(name: str, key: bytes) -> None:
    """T12: for such a key one signature fits many messages."""
    with pytest.raises(KeyInvalid):
        check_signing_key(key)


@pytest.mark.parametrize(("name", "case"), torsion_signatures(ANNA, b"data").items())
def test_t43_signatures_that_hold_only_with_the_cofactor_are_refused(
    name: str, case: tuple[bytes, bytes, bytes]
) -> None:
    """T43: else one member shows different rooms to different browsers."""
    key, signature, data = case
    with pytest.raises((SignatureInvalid, KeyInvalid)):
        verify(key, signature, data)


def test_t43_the_library_alone_would_accept_a_key_with_torsion() -> None:
    """T43: so the check of the key is needed. R needs none: the equation without the cofactor covers it."""
    signatures = torsion_signatures(ANNA, b"data")
    key, signature, data = signatures["A + T8, holds without the cofactor"]
    Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
    key, signature, data = signatures["R + T8"]
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(key).verify(signature, data)


def test_a_signature_has_one_form_only() -> None:
    """S + L verifies in sloppy engines; then ids would not be unique."""
    signature = sign(ANNA, b"data")
    larger = int.from_bytes(signature[32:], "little") + 2**252 + 27742317777372353535851937790883648493
    with pytest.raises(SignatureInvalid):
        verify(signing_key(ANNA), signature[:32] + larger.to_bytes(32, "little"), b"data")


@pytest.mark.parametrize("u", sorted(SMALL_ORDER))
def test_t12_no_kem_key_contains_a_small_order_point(u: int) -> None:
    """T12: the classical half of the secret would be known to everybody."""
    with pytest.raises(KeyInvalid):
        check_kem_key(kem_public_key(ANNA)[:1184] + u.to_bytes(32, "little"))


def test_t12_zero_keys_are_refused_when_sealing_too() -> None:
    """T12: whoever seals checks again."""
    for broken in (bytes(1216), b"", kem_public_key(ANNA)[:1184] + bytes(32)):
        with pytest.raises(KeyInvalid):
            hpke_seal(broken, b"secret", b"info")


def test_what_is_sealed_opens_for_its_recipient_and_purpose_only() -> None:
    """T15: another info is another purpose."""
    sealed = hpke_seal(kem_public_key(ANNA), ANNA, b"info")
    assert len(sealed) == 1168
    assert hpke_open(ANNA, sealed, b"info") == ANNA
    for opener, purpose, raw in ((BERT, b"info", sealed), (ANNA, b"other", sealed), (ANNA, b"info", sealed[:-1])):
        with pytest.raises(DoesNotDecrypt):
            hpke_open(opener, raw, purpose)
    with pytest.raises(DoesNotDecrypt):
        open_secret(ANNA, hpke_seal(kem_public_key(ANNA), b"31 bytes are not a secret 31 by", b"info"), b"info")


def test_a_seed_has_32_bytes() -> None:
    """Nothing is stretched or cut."""
    with pytest.raises(Malformed):
        signing_key(b"short")
    with pytest.raises(Malformed):
        kem_public_key(bytes(33))


def test_seeds_do_not_show_in_what_is_printed() -> None:
    """A traceback or a log line must not hold them."""
    shown = repr(person("nachtfalter"))
    assert person("nachtfalter").ed_seed.hex() not in shown
    assert repr(person("nachtfalter").kem_seed) not in shown
