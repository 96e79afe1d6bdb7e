"""Encoding, keys, people, passwords, receipts: accepted, refused and repeated as crypto/vectors says."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from crypto import (
    Deletion,
    Identity,
    Receipt,
    check_kem_key,
    check_name,
    check_signing_key,
    derive,
    kem_pin_of,
    labels,
    read_deletion,
    read_kem_statement,
    read_receipt,
    recovery_keys,
    safety_code,
    safety_number,
    server_salt,
    verify,
)
from crypto.encoding import lp, padme, split
from crypto.hashing import digest, expand
from crypto.passwords import password_salt
from crypto.recovery import read_recovery_code, write_recovery_code
from tests.unit.crypto.vectors_on_disk import raw, refusal_of, vectors

Case = tuple[str, Callable[[], object], str | None]


def _key_cases() -> Iterator[Case]:
    keys, people = vectors("keys"), vectors("people")
    for one in keys["signatures"]:
        given = [raw(one[part]) for part in ("ed_pk", "signature", "data")]
        yield f"signature: {one['name']}", partial(verify, *given), one["refusal"]
    for one in keys["signing_keys"]:
        yield f"signing key: {one['name']}", partial(check_signing_key, raw(one["ed_pk"])), one["refusal"]
    for one in keys["kem_keys"]:
        yield f"KEM key: {one['name']}", partial(check_kem_key, raw(one["kem_pk"])), one["refusal"]
    for one in people["statements"]:
        given = [raw(one["statement"]), raw(one["ed_pk"])]
        yield f"statement: {one['name']}", partial(read_kem_statement, *given), one["refusal"]


def _word_cases() -> Iterator[Case]:
    found, receipts = vectors("passwords"), vectors("receipts")
    for one in found["suites"]:
        suite = one["password_suite"]
        yield f"suite {suite}", partial(derive, "x" * 12, "abc", bytes(32), suite), one["refusal"]
    for at, one in enumerate(found["passwords"]):
        yield f"password {at}", partial(derive, one["password"], "abc", bytes(32)), one["refusal"]
    for at, one in enumerate(found["names"]):
        yield f"name {at}", partial(check_name, one["typed"]), one["refusal"]
    for at, one in enumerate(found["recovery"]["typed"]):
        yield f"recovery code {at}", partial(recovery_keys, one["written"]), one["refusal"]
    key = raw(receipts["receipt_pk"])
    for one in receipts["receipts"]:
        yield f"receipt: {one['name']}", partial(read_receipt, raw(one["receipt"]), key), one["refusal"]
    for at, one in enumerate(vectors("encoding")["broken_lp"]):
        yield f"broken lp {at}", partial(split, raw(one)), "malformed"


@pytest.mark.parametrize(
    ("call", "refusal"), [pytest.param(*case[1:], id=case[0]) for case in (*_key_cases(), *_word_cases())]
)
def test_t35_each_input_is_accepted_or_refused_with_the_code_that_is_named(
    call: Callable[[], object], refusal: str | None
) -> None:
    """T35: two clients agree on accept or refuse, and on why."""
    assert refusal_of(call) == refusal


def test_bytes_are_encoded_hashed_and_padded_as_written() -> None:
    """The ground on which everything stands."""
    found = vectors("encoding")
    for one in found["lp"]:
        parts = [raw(part) for part in one["fields"]]
        assert lp(*parts) == raw(one["bytes"])
        assert split(raw(one["bytes"])) == parts
    assert [[size, padme(size)] for size, _ in found["padme"]] == found["padme"]
    assert digest(labels.ROOM, b"a", b"") == raw(found["digest"])
    assert expand(bytes(range(32)), labels.EK, b"a", b"") == raw(found["expand"])
    assert {name.lower(): label.hex() for name, label in labels.ALL.items()} == found["labels"]


def test_a_persons_seeds_give_the_keys_names_and_statement_that_are_written() -> None:
    """T8: everything public follows from the seeds."""
    found = vectors("people")
    prints = []
    for one in found["people"]:
        made = Identity(raw(one["ed_seed"]), raw(one["kem_seed"]), one["kem_seq"])
        for part in ("ed_pk", "kem_pk", "user_id", "fingerprint", "kem_statement"):
            assert getattr(made, part) == raw(one[part]), part
        assert kem_pin_of(made.kem_pk) == raw(one["kem_pin"])
        prints.append(made.fingerprint)
    assert safety_number(*prints) == safety_number(*reversed(prints)) == found["safety_number"]
    assert safety_code(*prints) == raw(found["safety_code"]) != safety_code(*reversed(prints))


def test_a_password_gives_the_keys_that_are_written() -> None:
    """Else nobody gets in from another client."""
    found = vectors("passwords")
    for one in found["derived"]:
        salt = raw(one["server_salt"])
        assert server_salt(raw(found["server_secret"]), one["name"]) == salt
        assert password_salt(one["name"], salt) == raw(one["salt"])
        keys = derive(one["password"], one["name"], salt, one["password_suite"])
        assert (keys.auth, keys.wrap) == (raw(one["auth"]), raw(one["wrap"]))
    taken = [one for one in found["names"] if one["refusal"] is None]
    assert [check_name(one["typed"]) for one in taken] == [one["name"] for one in taken]


def test_a_recovery_code_gives_the_keys_that_are_written() -> None:
    """Printed once, typed years later."""
    found = vectors("passwords")["recovery"]
    assert write_recovery_code(raw(found["code"])) == found["written"]
    assert read_recovery_code(found["written"]) == raw(found["code"])
    keys = recovery_keys(found["written"])
    assert (keys.seed, keys.auth, keys.pk) == (raw(found["seed"]), raw(found["auth"]), raw(found["pk"]))


def test_a_certificate_of_deletion_says_what_is_written() -> None:
    """Each refusal, and what the true one holds."""
    found = vectors("receipts")
    for one in found["deletions"]:
        attempt = partial(read_deletion, raw(one["deletion"]), raw(found["receipt_pk"]))
        assert refusal_of(attempt) == one["refusal"], one["name"]
    read = found["read_deletion"]
    true = next(one for one in found["deletions"] if one["refusal"] is None)
    assert read_deletion(raw(true["deletion"]), raw(found["receipt_pk"])) == Deletion(
        **{**read, "subject": raw(read["subject"])}
    )


def test_a_receipt_says_what_is_written() -> None:
    """Whoever holds it can show it."""
    found = vectors("receipts")
    read: dict[str, Any] = {
        name: raw(value) if name in {"room", "message_id", "event_id"} else value
        for name, value in found["read"].items()
    }
    true = next(one for one in found["receipts"] if one["refusal"] is None)
    assert read_receipt(raw(true["receipt"]), raw(found["receipt_pk"])) == Receipt(**read)
