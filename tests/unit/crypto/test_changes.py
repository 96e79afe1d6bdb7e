"""What the table of permissions does not say in a word: who returns, in which order, by whose keys (T10, T19, T41)."""

from dataclasses import replace

import pytest

from crypto import (
    Add,
    Certificate,
    DutyChange,
    HistoryGrant,
    Identity,
    KeyChange,
    Member,
    Remove,
    Takeover,
    client_member,
    sign_rekey,
)
from crypto.encoding import lp
from crypto.errors import CommitInconsistent, CommitNotAllowed, KemStatementStale, NotCertified, SignatureInvalid
from crypto.members import counsellor_member, read_member
from crypto.vectors.story import DAY, START, Scene, certificate, person, seed
from tests.unit.crypto.scenes import answered, asked, crowded, judged, print_of


def test_whom_the_client_removed_returns_only_by_the_client() -> None:
    """Not by duty, not by a colleague, not by being removed once more."""
    scene = crowded()
    scene.commit("nachtfalter", [Remove(print_of("berger"))])
    for signer in ("berger", "sommer", "winter", "yilmaz"):
        with pytest.raises(CommitNotAllowed):
            judged(scene, signer, [Add(print_of("berger"))], [scene.line("berger")])
    with pytest.raises(CommitNotAllowed):
        judged(scene, "berger", [Takeover(print_of("berger"), "absence")], [scene.line("berger")])
    after = judged(scene, "nachtfalter", [Add(print_of("berger"))], [scene.line("berger")])
    assert not after.barred


def test_whom_a_colleague_removed_may_come_back_by_duty() -> None:
    """Only the client's word lasts."""
    scene = crowded()
    scene.commit("sommer", [Remove(print_of("berger"))])
    assert (
        print_of("berger")
        in judged(scene, "berger", [Takeover(print_of("berger"), "absence")], [scene.line("berger")]).members
    )


def test_each_change_is_judged_in_the_state_that_the_one_before_left() -> None:
    """Who takes over may then act as a member; who has left may not."""
    scene = crowded()
    takeover, leaving = Takeover(print_of("yilmaz"), "absence"), Remove(print_of("sommer"))
    after = judged(scene, "yilmaz", [takeover, Remove(print_of("berger"))], [scene.line("yilmaz")])
    assert print_of("berger") not in after.members
    with pytest.raises(CommitNotAllowed):
        judged(scene, "yilmaz", [Remove(print_of("berger")), takeover], [scene.line("yilmaz")])
    with pytest.raises(CommitNotAllowed):
        judged(scene, "sommer", [leaving, Remove(print_of("berger"))])


def _renewed(scene: Scene, name: str) -> tuple[Identity, Member]:
    new = Identity(seed(name + " again"), seed(name + " again kem"))
    if name == "nachtfalter":
        return new, client_member(new.ed_pk, new.kem_statement)
    root = scene.kreuzviertel.root.fingerprint
    return new, read_member(lp(b"counsellor", new.ed_pk, root, new.kem_statement))


def test_a_new_identity_takes_the_old_key_the_new_key_and_for_counsellors_the_agency() -> None:
    """T13: one who stole a session has neither key."""
    scene = crowded()
    new, line = _renewed(scene, "nachtfalter")
    rekey = sign_rekey(scene.reader.log, scene.client, new)
    assert judged(scene, "nachtfalter", [rekey], [line]).client.fingerprint == new.fingerprint
    with pytest.raises(CommitNotAllowed):
        judged(scene, "berger", [rekey], [line])
    other_room = sign_rekey(answered().reader.log, scene.client, new)
    with pytest.raises(SignatureInvalid):
        judged(scene, "nachtfalter", [other_room], [line])
    new, line = _renewed(scene, "berger")
    with pytest.raises(NotCertified):
        judged(scene, "berger", [sign_rekey(scene.reader.log, person("berger"), new)], [line])


@pytest.mark.parametrize("signer", ["nachtfalter", "sommer", "berger"])
def test_t41_a_newer_duty_key_is_brought_in_by_any_member_or_duty_holder(signer: str) -> None:
    """T41: whoever comes next; Berger has left the room and comes by duty."""
    scene = crowded()
    scene.commit("berger", [Remove(print_of("berger"))])
    scene.learn(scene.kreuzviertel.rosters[1])
    scene.now = START + 3 * DAY
    assert judged(scene, signer, [DutyChange(2)]).duty_generation == 2


def test_history_is_for_counsellors_of_the_room_and_for_the_past_only() -> None:
    """T19: never for the client, never for the epoch that begins, never twice."""
    scene = crowded()
    now = scene.reader.epoch
    good = HistoryGrant(print_of("berger"), ((1, bytes(1168)), (now, bytes(1168))))
    assert judged(scene, "sommer", [good]).epoch == now + 1
    for numbers in ((), (0,), (now + 1,), (2, 1), (1, 1)):
        with pytest.raises(CommitInconsistent):
            grants = tuple((number, bytes(1168)) for number in numbers)
            judged(scene, "sommer", [HistoryGrant(print_of("berger"), grants)])
    for name in ("nachtfalter", "yilmaz"):
        with pytest.raises(CommitInconsistent):
            judged(scene, "sommer", [HistoryGrant(print_of(name), ((1, bytes(1168)),))])


def test_t10_the_agency_s_word_is_needed_for_everybody_who_joins() -> None:
    """T10: also when the client themselves signs."""
    scene = crowded()
    luft = person("luft")
    line = read_member(lp(b"counsellor", luft.ed_pk, scene.kreuzviertel.root.fingerprint, luft.kem_statement))
    with pytest.raises(NotCertified):
        judged(scene, "nachtfalter", [Add(luft.fingerprint)], [line])
    foreign = counsellor_member(scene.hafen.rosters[0].certificates[0], scene.kreuzviertel.root.fingerprint)
    with pytest.raises(NotCertified):
        judged(scene, "nachtfalter", [Add(foreign.fingerprint)], [foreign])


def _line(scene: Scene, one: Identity) -> Member:
    return read_member(lp(b"counsellor", one.ed_pk, scene.kreuzviertel.root.fingerprint, one.kem_statement))


def test_t13_a_key_of_one_s_own_only_goes_up() -> None:
    """T13: whoever stole an old key cannot bring it back, not even by the same number."""
    scene = answered()
    scene.commit("berger", [KeyChange(print_of("berger"))], [_line(scene, person("berger", 2))])
    stolen = Identity(person("berger").ed_seed, seed("stolen"), 2)
    for line in (_line(scene, person("berger")), _line(scene, person("berger", 2)), _line(scene, stolen)):
        with pytest.raises(CommitInconsistent):
            judged(scene, "berger", [KeyChange(print_of("berger"))], [line])
    after = judged(scene, "berger", [KeyChange(print_of("berger"))], [_line(scene, person("berger", 3))])
    assert after.members[print_of("berger")].kem_seq == 3


def _newer_roster(scene: Scene, *certificates: Certificate) -> None:
    house = scene.kreuzviertel
    del house.rosters[1:]
    scene.learn(house.keep(house.publish(certificates, issued_at=scene.now)))


def test_t13_nobody_joins_with_a_key_that_the_agency_knows_to_be_old() -> None:
    """T13: nor with another of the same number."""
    scene = answered()
    sommer = replace(certificate("sommer", "counsel"), kem_statement=person("sommer", 2).kem_statement)
    _newer_roster(scene, certificate("berger", "counsel", "duty"), sommer)
    another = Identity(person("sommer").ed_seed, seed("another"), 2)
    for old in (person("sommer"), another):
        with pytest.raises(KemStatementStale):
            judged(scene, "nachtfalter", [Add(print_of("sommer"))], [_line(scene, old)])
    for good in (person("sommer", 2), person("sommer", 3)):
        after = judged(scene, "nachtfalter", [Add(print_of("sommer"))], [_line(scene, good)])
        assert after.members[print_of("sommer")].kem_pk == good.kem_pk


def test_t10_on_duty_is_not_yet_a_counsellor() -> None:
    """T10: one who may step in for the agency but not counsel stays outside."""
    scene = asked()
    _newer_roster(scene, certificate("luft", "duty"))
    luft = _line(scene, person("luft"))
    for change in (Add(print_of("luft")), Takeover(print_of("luft"), "absence")):
        with pytest.raises(NotCertified):
            judged(scene, "luft", [change], [luft])
