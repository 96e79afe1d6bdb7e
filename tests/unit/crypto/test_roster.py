"""Rosters, pins, duty seeds."""

from dataclasses import replace

import pytest

from crypto import (
    RosterBook,
    RosterKey,
    RosterPin,
    check_pin,
    is_listed,
    kem_public_key,
    open_duty_seed,
    read_roster,
    seal_duty_seed,
    sign_roster_keys,
)
from crypto.errors import (
    CryptoRefusal,
    DutySeedInvalid,
    Malformed,
    NotCertified,
    RootMismatch,
    RosterExpired,
    RosterForked,
    RosterMissing,
    RosterStale,
)
from crypto.roster import root_fingerprint_of
from crypto.roster_parts import read_roster_keys
from crypto.signing import signing_key
from crypto.vectors.story import DAY, START, certificate, houses, person, seed

HOUSE, HAFEN = houses()
FIRST, SECOND = HOUSE.rosters


def test_a_roster_says_who_works_there_and_with_which_duty_key() -> None:
    """All that a client needs, in one signed piece."""
    berger = FIRST.certified(person("berger").fingerprint, START, "counsel", "duty")
    assert berger.display_name == "Frau Berger"
    assert berger.user_id == person("berger").user_id
    assert FIRST.duty_kem_pk == kem_public_key(HOUSE.duty(1).seed)
    assert root_fingerprint_of(FIRST.raw) == HOUSE.root.fingerprint


def test_t10_a_revoked_person_is_certified_no_more_from_then_on() -> None:
    """T10: history before it stays as it was."""
    yilmaz = person("yilmaz").fingerprint
    assert FIRST.certified(yilmaz, START + 3 * DAY).display_name == "Frau Yilmaz"
    with pytest.raises(NotCertified):
        SECOND.certified(yilmaz, START + 3 * DAY)
    assert SECOND.revoked(yilmaz, START + 3 * DAY)
    assert not SECOND.revoked(yilmaz, START)


def test_t10_a_capability_that_is_not_granted_is_not_there() -> None:
    """T10: a counsellor is not on duty by being a counsellor."""
    with pytest.raises(NotCertified):
        FIRST.certified(person("sommer").fingerprint, START, "duty")


def test_t10_an_expired_roster_is_good_for_nothing_new() -> None:
    """T10: 35 days, and one for clocks that go wrong."""
    FIRST.check_good_at(START + 35 * DAY)
    for at in (START + 36 * DAY, START - 3 * DAY):
        with pytest.raises(RosterExpired):
            FIRST.check_good_at(at)


def test_t39_another_root_than_the_link_names_is_refused() -> None:
    """T39: the fingerprint in the link decides."""
    with pytest.raises(RootMismatch):
        read_roster(FIRST.raw, HAFEN.root.fingerprint)


def test_no_bit_of_a_roster_can_be_flipped() -> None:
    """T10: one in every eleventh byte, over roots, keys, people and revocations."""
    for at in range(0, len(SECOND.raw), 11):
        changed = SECOND.raw[:at] + bytes([SECOND.raw[at] ^ 1 << at % 8]) + SECOND.raw[at + 1 :]
        with pytest.raises(CryptoRefusal):
            read_roster(changed, HOUSE.root.fingerprint)


def test_t11_a_pin_never_goes_down() -> None:
    """T11: an old roster would bring back who was revoked."""
    assert check_pin(SECOND, check_pin(FIRST, None)) == SECOND.pin
    with pytest.raises(RosterStale):
        check_pin(FIRST, SECOND.pin)


def test_t40_two_rosters_with_one_number_are_an_alarm() -> None:
    """T40: somebody shows people different colleagues."""
    other = read_roster(HOUSE.publish([certificate("berger", "counsel")]), HOUSE.root.fingerprint)
    twin = read_roster(
        HOUSE.publish([certificate("luft", "counsel")], number=2, previous=FIRST.hash), HOUSE.root.fingerprint
    )
    with pytest.raises(RosterForked):
        check_pin(twin, SECOND.pin)
    with pytest.raises(RosterForked):
        RosterBook([FIRST, SECOND, twin])
    with pytest.raises(RosterForked):
        check_pin(other, RosterPin(2, seed("not the one before"), 1))
    with pytest.raises(RosterForked):
        RosterBook([FIRST, SECOND]).find(HOUSE.root.fingerprint, 2, twin.hash)


def test_a_book_gives_the_newest_and_says_when_one_is_missing() -> None:
    """Whoever lacks a roster fetches it."""
    book = RosterBook([SECOND, FIRST])
    assert book.newest(HOUSE.root.fingerprint) == SECOND
    assert book.newest(HAFEN.root.fingerprint) is None
    with pytest.raises(RosterMissing):
        book.find(HAFEN.root.fingerprint, 1, HAFEN.rosters[0].hash)


def test_a_duty_seed_opens_for_its_holder_only() -> None:
    """And is compared with what the roster names."""
    duty, holder = HOUSE.duty(1), person("berger")
    sealed = seal_duty_seed(duty.seed, duty.root_fingerprint, 1, holder.fingerprint, holder.kem_pk)
    found = open_duty_seed(sealed, holder, duty.root_fingerprint)
    assert found == duty
    assert is_listed(found, FIRST)
    assert not is_listed(found, SECOND)
    for who, root in ((person("yilmaz"), duty.root_fingerprint), (holder, HAFEN.root.fingerprint)):
        with pytest.raises(DutySeedInvalid):
            open_duty_seed(sealed, who, root)
    with pytest.raises(DutySeedInvalid):
        open_duty_seed(b"", holder, duty.root_fingerprint)


@pytest.mark.parametrize(
    ("seq", "count", "first", "last"),
    [
        (1, 1, 0, 367),  # more than a year: a stolen key would hold for ever
        (1, 1, 1, 0),
        (1, 4, 0, 300),  # more than three coordinators
        (0, 1, 0, 300),
    ],
)
def test_a_root_certifies_few_keys_for_a_year_at_most(seq: int, count: int, first: int, last: int) -> None:
    """T10: also when the root itself signed otherwise."""
    keys = [
        RosterKey(signing_key(seed(f"roster key {at}")), person("winter").fingerprint, first * DAY, last * DAY)
        for at in range(count)
    ]
    with pytest.raises(Malformed):
        read_roster_keys(sign_roster_keys(HOUSE.root_seed, HOUSE.root, seq, keys), HOUSE.root)
    good = replace(keys[0], not_before=0, not_after=366 * DAY)
    assert read_roster_keys(sign_roster_keys(HOUSE.root_seed, HOUSE.root, 1, [good]), HOUSE.root).keys == (good,)
