"""The vault, its slots, its merging, the keyring."""

from dataclasses import replace

import pytest

from crypto import (
    RosterPin,
    Vault,
    VaultWrite,
    kem_public_key,
    new_vault,
    open_epoch_key,
    open_vault,
    open_vault_by_recovery,
    read_kem_statement,
    seal_epoch_key,
    verify_vault_write,
)
from crypto.encoding import lp
from crypto.errors import (
    KemStatementStale,
    PinsContradict,
    SuiteUnknown,
    TooLarge,
    VaultDoesNotOpen,
    VaultSignatureInvalid,
    VaultStale,
)
from crypto.vectors.story import houses, person, seed

ANNA = person("anna")
WRAP, SHARE, RECOVERY = seed("wrap"), seed("share"), seed("recovery")


def fresh() -> Vault:
    return new_vault(ANNA, WRAP, SHARE, name="Anna", recovery_pk=kem_public_key(RECOVERY))


def opened(write: VaultWrite, *, wrap: bytes = WRAP, share: bytes = SHARE, known: int = 0) -> Vault:
    return open_vault(write, ANNA.user_id, wrap, share, known_version=known)


def test_a_vault_opens_with_the_password_and_with_the_recovery_code() -> None:
    """Both slots hold the same key."""
    write = fresh().seal()
    verify_vault_write(ANNA.ed_pk, ANNA.user_id, write)
    for vault in (opened(write), open_vault_by_recovery(write, ANNA.user_id, RECOVERY, SHARE)):
        assert (vault.identity, vault.name, vault.version) == (ANNA, "Anna", 1)


def test_a_vault_without_a_recovery_code_has_an_empty_slot() -> None:
    """The slot may be empty; then no code opens it."""
    write = new_vault(ANNA, WRAP, SHARE).seal()
    assert write.recovery_slot == b""
    with pytest.raises(VaultDoesNotOpen):
        open_vault_by_recovery(write, ANNA.user_id, RECOVERY, SHARE)


def test_a_confirmed_code_is_confirmed_until_there_is_another() -> None:
    """What somebody wrote down once says nothing about the code that replaced it; merging forgets neither."""
    vault = fresh()
    assert not vault.recovery_confirmed
    elsewhere = opened(vault.seal())
    vault.confirm_recovery()
    elsewhere.merge(vault)
    assert elsewhere.recovery_confirmed
    vault.change_password(WRAP, SHARE, kem_public_key(seed("another")))
    assert not vault.recovery_confirmed


@pytest.mark.parametrize("part", ["blob", "password_slot"])
def test_t6_a_vault_with_any_bit_flipped_does_not_open(part: str) -> None:
    """T6: only a flipped number of the suite is told apart, since a newer client may have written it."""
    write = fresh().seal()
    raw = getattr(write, part)
    for at in range(len(raw)):
        flipped = raw[:at] + bytes([raw[at] ^ 1 << at % 8]) + raw[at + 1 :]
        with pytest.raises((VaultDoesNotOpen, SuiteUnknown)):
            opened(replace(write, **{part: flipped}))


def test_t5_a_slot_of_another_person_or_kind_does_not_open() -> None:
    """T5: the slot names whom and what it is for."""
    write = fresh().seal()
    with pytest.raises(VaultDoesNotOpen):
        open_vault(write, person("bert").user_id, WRAP, SHARE)
    with pytest.raises(VaultDoesNotOpen):
        opened(replace(write, password_slot=write.recovery_slot))
    theirs = new_vault(person("bert"), WRAP, SHARE).seal()
    with pytest.raises(VaultDoesNotOpen):
        opened(replace(write, password_slot=theirs.password_slot))


def test_t7_an_older_vault_than_known_is_refused() -> None:
    """T7: with a number of its own, since the person should hear of it."""
    vault = fresh()
    first, second = vault.seal(), vault.seal()
    assert opened(second, known=2).version == 2
    with pytest.raises(VaultStale):
        opened(first, known=2)
    with pytest.raises(VaultDoesNotOpen):
        opened(replace(second, blob=first.blob))


def test_t9_a_vault_that_does_not_open_stays_as_it_is() -> None:
    """T9: wrong password, wrong share, no blob: one refusal, and nothing else happens."""
    write = fresh().seal()
    for wrap, share in ((seed("x"), SHARE), (WRAP, seed("x"))):
        with pytest.raises(VaultDoesNotOpen):
            opened(write, wrap=wrap, share=share)
    with pytest.raises(VaultDoesNotOpen):
        opened(replace(write, blob=b""))


def test_t37_without_the_share_neither_slot_opens() -> None:
    """T37: deleting the share closes the vault for the password and for the recovery code."""
    write = fresh().seal()
    with pytest.raises(VaultDoesNotOpen):
        opened(write, share=bytes(32))
    with pytest.raises(VaultDoesNotOpen):
        open_vault_by_recovery(write, ANNA.user_id, RECOVERY, bytes(32))


def test_t46_a_write_that_the_person_did_not_sign_is_refused() -> None:
    """T46: each part is covered, the slots as well."""
    write = fresh().seal()
    others = fresh().seal()
    changed = [
        replace(write, blob=others.blob),
        replace(write, password_slot=others.password_slot),
        replace(write, recovery_slot=b""),
        replace(write, version=2),
        replace(write, vk_generation=2),
        replace(write, signature=bytes(64)),
    ]
    for one in changed:
        with pytest.raises(VaultSignatureInvalid):
            verify_vault_write(ANNA.ed_pk, ANNA.user_id, one)
    with pytest.raises(VaultSignatureInvalid):
        verify_vault_write(person("bert").ed_pk, ANNA.user_id, write)
    with pytest.raises(TooLarge):
        verify_vault_write(ANNA.ed_pk, ANNA.user_id, replace(write, blob=bytes(1 << 21)))


def test_t27_two_writes_never_share_a_key() -> None:
    """T27: a client rolled back and writing again draws another salt."""
    vault = fresh()
    first = vault.seal()
    vault.version -= 1
    assert vault.seal().blob != first.blob


def test_a_new_password_makes_a_new_key_and_keeps_everything() -> None:
    """The old password opens nothing that is written afterwards."""
    vault = fresh()
    vault.seal()
    vault.change_password(seed("new wrap"), SHARE)
    write = vault.seal()
    assert opened(write, wrap=seed("new wrap")).identity == ANNA
    assert open_vault_by_recovery(write, ANNA.user_id, RECOVERY, SHARE).identity == ANNA
    with pytest.raises(VaultDoesNotOpen):
        opened(write)


def test_what_an_older_client_does_not_know_survives_its_writing() -> None:
    """Kinds and fields of a later version stay."""
    vault = fresh()
    vault.entries["from_the_future", b"id"] = b"not even lp"
    vault.pin_root(seed("root"), "link", RosterPin(1, seed("hash"), 1))
    vault.entries["root", seed("root")] += lp(b"later")
    again = opened(vault.seal())
    again.pin_root(seed("root"), "first_contact", RosterPin(2, seed("hash 2"), 1))
    found = opened(again.seal())
    assert found.entries["from_the_future", b"id"] == b"not even lp"
    assert found.entries["root", seed("root")].endswith(lp(b"later"))
    pinned = found.root(seed("root"))
    assert pinned is not None
    assert (pinned.how, pinned.roster.number) == ("link", 2)


def test_after_a_conflict_both_sides_are_kept_and_the_number_follows_the_stored_one() -> None:
    """Reload, merge, retry."""
    mine = fresh()
    stored = opened(mine.seal())
    stored.keep_checkpoint(bytes(16), lp(b"", b"", b"", (7).to_bytes(8)))
    newer = opened(stored.seal())
    mine.pin_person(person("bert").ed_pk, read_kem_statement(person("bert").kem_statement, person("bert").ed_pk))
    mine.merge(newer)
    write = mine.seal()
    assert write.version == 3
    assert opened(write).person(person("bert").user_id) is not None
    assert opened(write).checkpoint(bytes(16)) is not None


def test_t13_a_pinned_person_does_not_change_keys() -> None:
    """T13: another signing key, an older KEM key, or the same number with another one."""
    vault, bert = fresh(), person("bert")
    later = person("bert", 2)
    vault.pin_person(bert.ed_pk, read_kem_statement(later.kem_statement, later.ed_pk))
    with pytest.raises(KemStatementStale):
        vault.pin_person(bert.ed_pk, read_kem_statement(bert.kem_statement, bert.ed_pk))
    other = replace(later, kem_seed=seed("other"))
    with pytest.raises(KemStatementStale):
        vault.pin_person(bert.ed_pk, read_kem_statement(other.kem_statement, bert.ed_pk))
    with pytest.raises(PinsContradict):
        vault.pin_person(ANNA.ed_pk, read_kem_statement(later.kem_statement, later.ed_pk))


def test_duty_seeds_of_every_generation_stay() -> None:
    """Old ones open old rooms."""
    vault, house = fresh(), houses()[0]
    for generation in (2, 1):
        vault.keep_duty_seed(house.duty(generation))
    assert opened(vault.seal()).duty_seeds() == [house.duty(1), house.duty(2)]


def test_t8_public_keys_are_computed_from_the_seeds() -> None:
    """T8: nothing that the server stores beside the vault is believed."""
    assert opened(fresh().seal()).identity.ed_pk == ANNA.ed_pk


def test_a_keyring_entry_opens_in_its_own_place_only() -> None:
    """T15: another room, epoch, person or commitment gives nothing, and the reader unwraps anew."""
    place = (ANNA.user_id, bytes(16), 3, seed("kc"))
    sealed = seal_epoch_key(seed("ring"), *place, seed("secret"))
    assert open_epoch_key(seed("ring"), *place, sealed) == seed("secret")
    for other in ((bytes(16), *place[1:]), (place[0], b"x" * 16, *place[2:]), (*place[:2], 4, place[3])):
        assert open_epoch_key(seed("ring"), *other, sealed) is None
    assert open_epoch_key(seed("other ring"), *place, sealed) is None
    assert open_epoch_key(seed("ring"), *place, b"") is None
