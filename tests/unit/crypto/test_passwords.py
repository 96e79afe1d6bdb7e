"""Names, passwords, recovery codes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import check_name, check_strength, derive, new_recovery_code, recovery_keys, server_salt
from crypto.errors import (
    NameInvalid,
    PasswordInvalid,
    PasswordSuiteUnknown,
    PasswordWeak,
    RecoveryCodeInvalid,
)
from crypto.passwords import COSTS, password_salt
from crypto.recovery import read_recovery_code, write_recovery_code
from crypto.vectors.story import seed

SECRET = seed("server secret")


@pytest.mark.parametrize("name", ["abc", "A.b-C_9", "x" * 32])
def test_names_are_taken_in_lower_case(name: str) -> None:
    """ASCII only."""
    assert check_name(name) == name.lower()


@pytest.mark.parametrize("name", ["", "ab", "x" * 33, "a b", "abc\n", "größe", "\u212aelvin", "\u017fss", "a/b"])
def test_other_names_are_refused(name: str) -> None:
    """Also those that lower-casing would turn into ASCII (the Kelvin sign, the long s)."""
    with pytest.raises(NameInvalid):
        check_name(name)


def test_t1_a_server_cannot_name_a_cheaper_derivation() -> None:
    """T1: the costs lie in the client."""
    assert COSTS[1].memory_kib >= 64 * 1024
    for suite in (0, 2, 10**9):
        with pytest.raises(PasswordSuiteUnknown):
            derive("a password", "name", bytes(32), suite)


def test_t2_every_name_has_a_salt_that_never_changes() -> None:
    """T2: whether anybody has the name or not."""
    assert server_salt(SECRET, "nobody") == server_salt(SECRET, "NOBODY")
    assert server_salt(SECRET, "nobody") != server_salt(SECRET, "nobody2")


def test_t3_the_same_server_salt_for_all_still_separates_people() -> None:
    """T3: the name is in the salt."""
    assert password_salt("anna", bytes(32)) != password_salt("bert", bytes(32))


def test_t4_what_travels_does_not_tell_what_stays() -> None:
    """T4: auth and wrap are two expansions of one root; composed and decomposed letters are the same password."""
    keys = derive("ein Käfer", "anna", bytes(32))
    assert keys.auth != keys.wrap
    assert derive(unicodedata.normalize("NFD", "ein Käfer"), "anna", bytes(32)) == keys
    assert keys.wrap.hex() not in repr(keys)


@pytest.mark.parametrize("password", ["", "x" * 1025, "\ud800"])
def test_a_password_is_text_of_bounded_length(password: str) -> None:
    """Argon2 must not be fed megabytes."""
    with pytest.raises(PasswordInvalid):
        derive(password, "anna", bytes(32))


@pytest.mark.parametrize("password", ["passwort", "nachtfalter1", "sprechraum2026", "qwertzuiop", "aB3$xY9", "x" * 200])
def test_a_password_that_is_easy_to_guess_is_refused(password: str) -> None:
    """Names and the product's own name do not help."""
    with pytest.raises(PasswordWeak) as refusal:
        check_strength(password, "nachtfalter")
    assert refusal.value.code == "password_weak"


@pytest.mark.parametrize("password", ["vier unverwandte Wörter hier", "k7#fQz!mWp2$", "vier unverwandte Wörter " * 8])
def test_a_password_that_is_hard_to_guess_is_taken(password: str) -> None:
    """Words or noise, also more of them than the estimator looks at."""
    check_strength(password, "nachtfalter")


@given(st.binary(min_size=16, max_size=16))
def test_a_recovery_code_comes_back_as_it_is_written_down(code: bytes) -> None:
    """In lower case, with O for 0 and l for 1, without its hyphens."""
    written = write_recovery_code(code)
    assert read_recovery_code(written) == code
    assert read_recovery_code(written.replace("-", " ").replace("0", "O").replace("1", "l").lower()) == code


@given(st.binary(min_size=16, max_size=16), st.integers(0, 27), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_symbol_almost_never_passes(code: bytes, at: int, symbol: str) -> None:
    """Ten check bits: one in 1024 slips, and then the vault simply does not open."""
    plain = write_recovery_code(code).replace("-", "")
    typed = plain[:at] + symbol + plain[at + 1 :]
    try:
        read = read_recovery_code(typed)
    except RecoveryCodeInvalid:
        return
    assert write_recovery_code(read).replace("-", "") == typed


@pytest.mark.parametrize("typed", ["", "U" * 28, "0" * 27, "0" * 29, "ı" * 28, "0" * 25 + "1" + "00"])
def test_what_is_no_recovery_code_is_refused(typed: str) -> None:
    """U is no symbol; the last bits of the 26th are zero."""
    with pytest.raises(RecoveryCodeInvalid):
        read_recovery_code(typed)


def test_a_new_code_gives_two_different_keys() -> None:
    """One opens the slot, the other logs in."""
    keys = recovery_keys(new_recovery_code())
    assert keys.seed != keys.auth
    assert len(keys.pk) == 1216
