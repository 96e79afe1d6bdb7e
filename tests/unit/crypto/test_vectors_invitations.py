"""Invitations: the keys that arrive are those of whoever held the link, or they are refused."""

from typing import Any

import pytest

from crypto import Acceptance, check_acceptance, prove_acceptance, read_invitation_link
from tests.unit.crypto.vectors_on_disk import raw, refusal_of, vectors

FOUND = vectors("invitations")


def _accepted(one: Any) -> Acceptance:
    return Acceptance(raw(one["ed_pk"]), raw(one["kem_statement"]), raw(one["roster_pk"]), one["display_name"])


def test_a_link_tells_its_secret_its_root_and_its_token() -> None:
    """64 bytes, of which the server gets to know a token only."""
    link = read_invitation_link(raw(FOUND["link"]))
    assert (link.secret, link.root_fingerprint) == (raw(FOUND["secret"]), raw(FOUND["root_fingerprint"]))
    assert (link.raw, link.token) == (raw(FOUND["link"]), raw(FOUND["token"]))


@pytest.mark.parametrize("one", FOUND["links"], ids=lambda one: one["name"])
def test_a_link_that_was_cut_is_refused(one: Any) -> None:
    """Before anything is asked with it."""
    assert refusal_of(lambda: read_invitation_link(raw(one["link"]))) == one["refusal"]


@pytest.mark.parametrize("one", FOUND["acceptances"], ids=lambda one: one["name"])
def test_t14_t50_keys_count_only_with_the_proof_of_whoever_held_the_link(one: Any) -> None:
    """T14, T50: the server cannot put other keys in their place."""
    link, accepted = read_invitation_link(raw(one["link"])), _accepted(one)
    assert refusal_of(lambda: check_acceptance(link, accepted, raw(one["proof"]))) == one["refusal"]
    if one["refusal"] is None:
        assert prove_acceptance(link, accepted) == raw(one["proof"])


def test_the_secret_stays_out_of_every_text() -> None:
    """A traceback is a text, too."""
    link = read_invitation_link(raw(FOUND["link"]))
    assert "secret" not in repr(link)
