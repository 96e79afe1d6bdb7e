"""Bad input: each function that reads bytes refuses it with the code of the other language, in little memory."""

import tracemalloc
from collections.abc import Callable
from typing import Any, Final

import pytest

from crypto import (
    FileOpener,
    FileTerms,
    Identity,
    check_kem_key,
    check_signing_key,
    open_duty_seed,
    read_checkpoint,
    read_commit,
    read_deletion,
    read_genesis,
    read_header,
    read_invitation_link,
    read_kem_statement,
    read_receipt,
    read_roster,
    recovery_keys,
)
from crypto.bodies import read_body as read_message_body
from crypto.roster_parts import read_root
from crypto.vault_body import read_body
from tests.unit.crypto.vectors_on_disk import raw, refusal_of, vectors

TABLES: Final = {one["reader"]: one for one in vectors("bad_input")}
# What reading may take beyond the input itself; a length of 4 GiB that was believed would be a thousand times that.
FOUND_ROOM: Final = 2 * 1024 * 1024

READERS: Final[dict[str, Callable[[Any, dict[str, str]], object]]] = {
    "genesis": lambda one, _: read_genesis(raw(one)),
    "commit": lambda one, _: read_commit(raw(one)),
    "header": lambda one, _: read_header(raw(one)),
    "statement": lambda one, terms: read_kem_statement(raw(one), raw(terms["ed_pk"])),
    "roster": lambda one, terms: read_roster(raw(one), raw(terms["root_fingerprint"])),
    "root": lambda one, _: read_root(raw(one)),
    "receipt": lambda one, terms: read_receipt(raw(one), raw(terms["receipt_pk"])),
    "deletion": lambda one, terms: read_deletion(raw(one), raw(terms["receipt_pk"])),
    "checkpoint": lambda one, _: read_checkpoint(raw(one)),
    "vault_body": lambda one, _: read_body(raw(one)),
    "invitation_link": lambda one, _: read_invitation_link(raw(one)),
    "duty_seed": lambda one, terms: open_duty_seed(
        raw(one), Identity(raw(terms["ed_seed"]), raw(terms["kem_seed"])), raw(terms["root_fingerprint"])
    ),
    "signing_key": lambda one, _: check_signing_key(raw(one)),
    "kem_key": lambda one, _: check_kem_key(raw(one)),
    "file": lambda one, _: read_message_body(b"file", raw(one)),
    "introduce": lambda one, _: read_message_body(b"introduce", raw(one)),
    "text": lambda one, _: read_message_body(b"text", raw(one)),
    "recovery_code": lambda one, _: recovery_keys(one),
    "file_size": lambda one, _: FileOpener(FileTerms(bytes(16), 1, bytes(16), bytes(32), one), bytes(32)),
}


@pytest.mark.parametrize("reader", TABLES)
def test_t29_bad_input_is_refused_with_its_code_and_takes_no_memory(reader: str) -> None:
    """Nothing else is ever raised; what is announced and not there is not made room for."""
    table = TABLES[reader]
    for name, given, refusal in table["cases"]:
        size = len(given) if isinstance(given, str) else 0
        tracemalloc.start()
        found = refusal_of(READERS[reader], given, table["terms"])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (name, found) == (name, refusal)
        assert peak < 8 * size + FOUND_ROOM, (name, peak)


@pytest.mark.parametrize("reader", TABLES)
def test_only_what_is_called_good_is_taken(reader: str) -> None:
    """So that the table itself cannot say that bad input is fine."""
    taken = [name for name, _, refusal in TABLES[reader]["cases"] if refusal is None]
    assert taken in ([], ["good"])
