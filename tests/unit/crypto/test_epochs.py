"""Epochs: a secret for everyone listed, committed to, and of use nowhere else."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from crypto import CHANCE, labels
from crypto.commit import read_commit
from crypto.encoding import lp
from crypto.epochs import Epoch, EpochTerms, epoch_key, seal_epoch
from crypto.errors import CommitmentFailed, Malformed
from crypto.hashing import expand
from crypto.items import item_kind
from crypto.members import Member, members_hash
from crypto.vectors.story import person, seed
from tests.unit.crypto.scenes import crowded

SECRET, SHARE = seed("secret"), seed("room share")
SCENE = crowded()
MEMBERS: tuple[Member, ...] = tuple(SCENE.reader.members.values())
TERMS = EpochTerms(seed("room")[:16], 7, seed("log_prev"), members_hash(MEMBERS))
SEEDS = {person(name).fingerprint: person(name).kem_seed for name in ("nachtfalter", "berger", "sommer", "winter")}


@given(st.binary(min_size=32, max_size=32), st.lists(st.binary(max_size=40), max_size=4))
def test_expand_is_hkdf_expand_of_rfc_5869(key: bytes, parts: list[bytes]) -> None:
    """Another implementation has to come to the same bytes with what its library offers."""
    info = lp(labels.EK, *parts)
    assert expand(key, labels.EK, *parts) == HKDFExpand(SHA256(), 32, info).derive(key)


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_key_has_32_bytes(size: int) -> None:
    """HMAC takes any length, and would silently weaken or hash it."""
    with pytest.raises(Malformed):
        expand(bytes(size), labels.EK)


def test_everyone_listed_unwraps_the_same_secret() -> None:
    """The duty key as well, while standby is on."""
    kc, wraps = seal_epoch(TERMS, MEMBERS, SECRET, SHARE, CHANCE)
    epoch = Epoch(TERMS, kc, 1)
    seeds = SEEDS | {member.fingerprint: SCENE.kreuzviertel.duty(1).seed for member in MEMBERS if not member.ed_pk}
    assert len(wraps) == len(seeds) == len(MEMBERS)
    for member, wrap in zip(MEMBERS, wraps, strict=True):
        secret = epoch.unwrap(seeds[member.fingerprint], wrap, member.fingerprint)
        assert epoch.key(secret, SHARE) == epoch_key(SECRET, TERMS.room, TERMS.epoch, SHARE)


ELSEWHERE = {
    "another room": replace(TERMS, room=bytes(16)),
    "another epoch": replace(TERMS, epoch=8),
    "after another entry": replace(TERMS, log_prev=bytes(32)),
    "other members": replace(TERMS, members_hash=members_hash(MEMBERS[1:])),
}


@pytest.mark.parametrize("terms", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_t15_t44_a_secret_is_of_use_in_its_own_place_only(terms: EpochTerms) -> None:
    """T15, T44: neither the wrap opens nor the commitment holds in another room, epoch, history or company."""
    kc, wraps = seal_epoch(TERMS, MEMBERS, SECRET, SHARE, CHANCE)
    other, member = Epoch(terms, kc, 1), next(one for one in MEMBERS if one.fingerprint in SEEDS)
    with pytest.raises(CommitmentFailed):
        other.key(SECRET, SHARE)
    with pytest.raises(CommitmentFailed):
        other.unwrap(SEEDS[member.fingerprint], wraps[MEMBERS.index(member)], member.fingerprint)


def test_t15_a_wrap_is_for_one_person_only() -> None:
    """T15: not even its rightful reader opens it under another name."""
    kc, wraps = seal_epoch(TERMS, MEMBERS, SECRET, SHARE, CHANCE)
    epoch = Epoch(TERMS, kc, 1)
    one, other = (member for member in MEMBERS if member.role in {"client", "moderator"})
    wrap = wraps[MEMBERS.index(one)]
    assert epoch.unwrap(SEEDS[one.fingerprint], wrap, one.fingerprint) == SECRET
    for kem_seed, name in ((SEEDS[one.fingerprint], other.fingerprint), (SEEDS[other.fingerprint], one.fingerprint)):
        with pytest.raises(CommitmentFailed):
            epoch.unwrap(kem_seed, wrap, name)


def test_t16_another_secret_than_the_one_committed_to_is_noticed() -> None:
    """T16: whoever is handed another one sees it, and so everybody has the same."""
    kc, _ = seal_epoch(TERMS, MEMBERS, SECRET, SHARE, CHANCE)
    _, false = seal_epoch(TERMS, MEMBERS, seed("another secret"), SHARE, CHANCE)
    epoch, client = Epoch(TERMS, kc, 1), next(member for member in MEMBERS if member.role == "client")
    with pytest.raises(CommitmentFailed):
        epoch.unwrap(SEEDS[client.fingerprint], false[MEMBERS.index(client)], client.fingerprint)
    with pytest.raises(CommitmentFailed):
        epoch.key(seed("another secret"), SHARE)


def test_t37_without_the_room_share_nothing_opens() -> None:
    """T37: deleting it closes the room for everybody who has the secret."""
    kc, _ = seal_epoch(TERMS, MEMBERS, SECRET, SHARE, CHANCE)
    with pytest.raises(CommitmentFailed):
        Epoch(TERMS, kc, 1).key(SECRET, bytes(32))


def test_t44_the_hash_of_the_members_covers_role_person_and_key_and_not_their_order() -> None:
    """T44: else one secret would fit two lists."""
    one = MEMBERS[0]
    assert members_hash(reversed(MEMBERS)) == members_hash(MEMBERS)
    others = [replace(one, role="moderator" if one.role != "moderator" else "client")]
    others += [replace(one, fingerprint=bytes(32)), replace(one, kem_pk=person("luft").kem_pk)]
    hashes = {members_hash((other, *MEMBERS[1:])) for other in others}
    assert len(hashes | {members_hash(MEMBERS)}) == 4


def test_every_commit_draws_a_fresh_secret() -> None:
    """Whoever left cannot compute the next from the last."""
    commits = [read_commit(item) for item in SCENE.items if item_kind(item) == "commit"]
    assert len({commit.kc for commit in commits}) == len(commits) == 2
    assert len(set(SCENE.reader.secrets.values())) == SCENE.reader.epoch
