"""Vaults, rosters, duty seeds: accepted, refused and repeated as crypto/vectors says."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from crypto import (
    Identity,
    Roster,
    RosterPin,
    VaultWrite,
    check_pin,
    open_duty_seed,
    open_epoch_key,
    open_vault,
    open_vault_by_recovery,
    read_roster,
    seal_epoch_key,
    verify_vault_write,
)
from crypto.chance import Chance
from crypto.encoding import fields
from crypto.vault_body import merge, read_body, write_body
from tests.unit.crypto.vectors_on_disk import raw, refusal_of, vectors

VAULTS, AGENCIES = vectors("vaults"), vectors("rosters")
WRAP, SHARE, RECOVERY = (raw(VAULTS[name]) for name in ("wrap", "user_share", "recovery_seed"))
Case = tuple[str, Callable[[], object], str | None]


def _write(one: Any) -> VaultWrite:
    given: dict[str, Any] = {name: raw(value) if isinstance(value, str) else value for name, value in one.items()}
    return VaultWrite(**given)


def _rosters() -> list[Roster]:
    return [read_roster(raw(one["raw"]), raw(one["root_fingerprint"])) for one in AGENCIES["rosters"]]


def _pin(one: Any) -> RosterPin | None:
    return None if one is None else RosterPin(one["number"], raw(one["hash"]), one["keys_seq"])


def _vault_cases() -> Iterator[Case]:
    owner, ed_pk = raw(VAULTS["user_id"]), raw(VAULTS["ed_pk"])
    for one in VAULTS["refusals"]:
        name, write, who, known = one["name"], _write(one["write"]), raw(one["user_id"]), one["known_version"]
        by_password = partial(open_vault, write, who, WRAP, SHARE, known_version=known)
        by_recovery = partial(open_vault_by_recovery, write, who, RECOVERY, SHARE, known_version=known)
        yield f"{name}, by password", by_password, one["by_password"]
        yield f"{name}, by recovery", by_recovery, one["by_recovery"]
        yield f"{name}, signature", partial(verify_vault_write, ed_pk, owner, write), one["signature_refusal"]
    for one in VAULTS["merges"]:
        stored, mine = read_body(raw(one["stored"])), read_body(raw(one["mine"]))
        yield f"merge: {one['name']}", partial(merge, stored, mine), one["refusal"]


def _agency_cases() -> Iterator[Case]:
    rosters = _rosters()
    for one in AGENCIES["refusals"]:
        yield (
            f"roster: {one['name']}",
            partial(read_roster, raw(one["roster"]), raw(one["root_fingerprint"])),
            one["refusal"],
        )
    for at, one in enumerate(AGENCIES["certified"]):
        asked = (raw(one["fingerprint"]), one["at"], *one["capabilities"])
        yield f"certified {at}", partial(rosters[one["roster"]].certified, *asked), one["refusal"]
    for one in AGENCIES["pins"]:
        yield f"pin: {one['name']}", partial(check_pin, rosters[one["number"] - 1], _pin(one["pin"])), one["refusal"]
    for one in AGENCIES["duty_seeds"]:
        holder = Identity(raw(one["ed_seed"]), raw(one["kem_seed"]))
        attempt = partial(open_duty_seed, raw(one["sealed"]), holder, raw(one["root_fingerprint"]))
        yield f"duty seed: {one['name']}", attempt, one["refusal"]


@pytest.mark.parametrize(
    ("call", "refusal"), [pytest.param(*case[1:], id=case[0]) for case in (*_vault_cases(), *_agency_cases())]
)
def test_t35_each_input_is_accepted_or_refused_with_the_code_that_is_named(
    call: Callable[[], object], refusal: str | None
) -> None:
    """T35: two clients agree on accept or refuse, and on why."""
    assert refusal_of(call) == refusal


@pytest.mark.parametrize("one", VAULTS["writes"])
def test_a_vault_opens_by_both_ways_with_every_entry_that_is_written(one: Any) -> None:
    """Also entries of a newer client."""
    write, owner = _write(one["write"]), raw(VAULTS["user_id"])
    verify_vault_write(raw(VAULTS["ed_pk"]), owner, write)
    for vault in (open_vault(write, owner, WRAP, SHARE), open_vault_by_recovery(write, owner, RECOVERY, SHARE)):
        listed = [[kind, id_.hex(), value.hex()] for (kind, id_), value in sorted(vault.entries.items())]
        assert listed == one["entries"]


@pytest.mark.parametrize(
    "one", [one for one in VAULTS["merges"] if one["refusal"] is None], ids=lambda one: one["name"]
)
def test_two_versions_of_a_vault_merge_to_the_bytes_that_are_written(one: Any) -> None:
    """Two clients that merged to different vaults would conflict for ever."""
    assert write_body(merge(read_body(raw(one["stored"])), read_body(raw(one["mine"])))) == raw(one["merged"])


class Drawn(Chance):
    """Draws what was drawn before."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt

    def draw(self, size: int) -> bytes:
        assert size == len(self._salt)
        return self._salt


@pytest.mark.parametrize("one", VAULTS["keyring"]["entries"], ids=lambda one: one["name"])
def test_keyring_entries_open_or_stay_shut_as_written(one: Any) -> None:
    """And what opened is sealed again to the same bytes with the same salt."""
    ring = VAULTS["keyring"]
    place = (raw(ring["user_id"]), raw(ring["room"]), one["epoch"], raw(one["kc"]))
    secret = open_epoch_key(raw(ring["keyring_key"]), *place, raw(one["sealed"]))
    assert (secret and secret.hex()) == one["secret"]
    if secret is not None:
        salt = fields(raw(one["sealed"]), 3)[1]
        again = seal_epoch_key(raw(ring["keyring_key"]), *place, secret, chance=Drawn(salt))
        assert again == raw(one["sealed"])


def test_rosters_say_what_is_written() -> None:
    """Every public part of them."""
    for roster, one in zip(_rosters(), AGENCIES["rosters"], strict=True):
        for name in ("number", "issued_at", "expires_at", "agency_name", "duty_generation", "keys_seq"):
            assert getattr(roster, name) == one[name], name
        for name in ("hash", "previous", "duty_kem_pk", "root_fingerprint"):
            assert getattr(roster, name) == raw(one[name]), name
        people = [
            [each.fingerprint.hex(), each.display_name, sorted(each.capabilities)] for each in roster.certificates
        ]
        assert people == [
            [each["fingerprint"], each["display_name"], each["capabilities"]] for each in one["certificates"]
        ]
        gone = [[each.fingerprint.hex(), each.revoked_at, each.reason] for each in roster.revocations]
        assert gone == [list(each.values()) for each in one["revocations"]]


def test_a_duty_seed_that_opens_is_the_one_that_is_written() -> None:
    """With the public key that the roster names."""
    (one,) = [each for each in AGENCIES["duty_seeds"] if each["refusal"] is None]
    holder = Identity(raw(one["ed_seed"]), raw(one["kem_seed"]))
    duty = open_duty_seed(raw(one["sealed"]), holder, raw(one["root_fingerprint"]))
    assert (duty.seed, duty.generation, duty.kem_pk) == (raw(one["seed"]), one["generation"], raw(one["kem_pk"]))
