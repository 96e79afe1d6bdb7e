"""The first entry of a room."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from crypto import DutySeed, Identity, judge_genesis_publicly, make_genesis, read_genesis
from crypto.encoding import fields, lp, split, u64
from crypto.errors import (
    CryptoRefusal,
    DutyOutdated,
    EnvelopeBroken,
    EnvelopeTooLarge,
    KeyInvalid,
    RosterExpired,
    RosterForked,
    SignatureInvalid,
    SuiteUnknown,
)
from crypto.signing import sign_object
from crypto.vectors.story import DAY, START, houses, person, seed

CLIENT, HOUSE, HAFEN = person("nachtfalter"), *houses()
SHARE = seed("room share")
MADE = make_genesis(CLIENT, HOUSE.rosters[0], SHARE, START, [HAFEN.root.fingerprint])
SUITE, ED_PK, _, ROOT, HELPERS, _, _, GENERATION, DUTY_PK, _, _ = range(1, 12)


def _with_core(changed: Mapping[int, bytes], signer: Identity = CLIENT) -> bytes:
    """The genesis with fields of its core replaced and signed anew, as a hostile client could."""
    label, core, *rest = split(fields(MADE.item, 2)[0])
    parts = [changed.get(at, part) for at, part in enumerate(split(core))]
    return sign_object(signer.ed_seed, lp(label, lp(*parts), *rest))


def test_client_and_standby_both_find_the_secret_and_nobody_else_can() -> None:
    """So that an enquiry can be taken by whoever is on duty."""
    genesis = read_genesis(MADE.item)
    seeds = {genesis.client.fingerprint: CLIENT.kem_seed, genesis.duty.fingerprint: HOUSE.duty(1).seed}
    for member, wrap in zip(genesis.members, genesis.wraps, strict=True):
        secret = genesis.epoch.unwrap(seeds[member.fingerprint], wrap, member.fingerprint)
        assert secret == MADE.secret
        with pytest.raises(CryptoRefusal, match="not the one that its entry commits to"):
            genesis.epoch.unwrap(person("berger").kem_seed, wrap, member.fingerprint)
    assert genesis.epoch.key(MADE.secret, SHARE) != MADE.secret


def test_a_genesis_says_who_asks_whom() -> None:
    """Read without any secret: it is what the server files the room under."""
    genesis = read_genesis(MADE.item)
    assert (genesis.room, genesis.client_user_id) == (MADE.room, CLIENT.user_id)
    assert (genesis.root_fingerprint, genesis.helper_roots) == (HOUSE.root.fingerprint, (HAFEN.root.fingerprint,))
    assert (genesis.roster_number, genesis.duty_generation, genesis.created_at) == (1, 1, START)


def test_t49_two_rooms_never_have_the_same_id() -> None:
    """T49: not even those of one client, with one agency, at one moment."""
    assert make_genesis(CLIENT, HOUSE.rosters[0], SHARE, START, [HAFEN.root.fingerprint]).room != MADE.room
    assert read_genesis(_with_core({GENERATION: u64(2)})).room != MADE.room


def test_no_bit_of_a_genesis_can_be_flipped() -> None:
    """One bit of every byte; each flip has a code of its own kind."""
    allowed = (EnvelopeBroken, SignatureInvalid, KeyInvalid, SuiteUnknown)
    for at in range(len(MADE.item)):
        with pytest.raises(allowed):
            read_genesis(MADE.item[:at] + bytes([MADE.item[at] ^ 1 << at % 8]) + MADE.item[at + 1 :])


def test_what_is_cut_off_or_too_long_is_refused() -> None:
    """T29."""
    for end in range(0, len(MADE.item), 7):
        with pytest.raises(EnvelopeBroken):
            read_genesis(MADE.item[:end])
    with pytest.raises(EnvelopeTooLarge):
        read_genesis(lp(fields(MADE.item, 2)[0], bytes(16 * 1024)))


def test_only_the_client_opens_a_room_in_their_name() -> None:
    """The signature is checked with the key that the genesis itself names."""
    with pytest.raises(SignatureInvalid):
        read_genesis(_with_core({}, person("berger")))
    with pytest.raises(SignatureInvalid):
        read_genesis(_with_core({ED_PK: person("berger").ed_pk}))


def test_helpers_are_a_short_sorted_list_without_the_room_s_own_agency() -> None:
    """One list, one room: else the same choice had several forms."""
    one, two = sorted((HAFEN.root.fingerprint, seed("a third")))
    for listed in ([two, one], [one, one], [HOUSE.root.fingerprint], [bytes([at]) * 32 for at in range(1, 18)], [b""]):
        with pytest.raises(EnvelopeBroken):
            read_genesis(_with_core({HELPERS: lp(*listed)}))
    made = make_genesis(CLIENT, HOUSE.rosters[0], SHARE, START, [two, one, two, HOUSE.root.fingerprint])
    assert read_genesis(made.item).helper_roots == (one, two)


def test_t1_an_unknown_suite_and_t12_a_bad_duty_key_are_refused() -> None:
    """T1, T12: also when the client itself signed them."""
    with pytest.raises(SuiteUnknown):
        read_genesis(_with_core({SUITE: u64(2)}))
    with pytest.raises(KeyInvalid):
        read_genesis(_with_core({DUTY_PK: bytes(1216)}))


def test_a_genesis_is_judged_by_the_roster_that_it_names() -> None:
    """T11, T40, T41: not by another, not out of its time, not with another duty key."""
    first, second = HOUSE.rosters
    assert judge_genesis_publicly(read_genesis(MADE.item), first).standby
    with pytest.raises(RosterForked):
        judge_genesis_publicly(read_genesis(MADE.item), second)
    with pytest.raises(RosterExpired):
        judge_genesis_publicly(read_genesis(make_genesis(CLIENT, first, SHARE, START + 40 * DAY).item), first)
    other = DutySeed(HOUSE.root.fingerprint, 1, seed("another duty key"))
    ghost = make_genesis(CLIENT, replace(first, duty_kem_pk=other.kem_pk), SHARE, START)
    with pytest.raises(DutyOutdated):
        judge_genesis_publicly(read_genesis(ghost.item), first)
