"""Who may change what in a room: the table of docs/protocol.md section 7, cell by cell (T42)."""

from collections.abc import Callable, Sequence
from typing import Final

import pytest

from crypto import (
    Add,
    Change,
    Close,
    HistoryGrant,
    KeyChange,
    Member,
    Remove,
    Rotate,
    StandbyOff,
    StandbyOn,
    Takeover,
    Text,
    client_member,
)
from crypto.encoding import lp
from crypto.errors import CommitInconsistent, CommitNotAllowed
from crypto.members import read_member
from crypto.vectors.story import Scene, person
from tests.unit.crypto.scenes import HAFEN, answered, asked, crowded, judged, print_of

Asked = tuple[Sequence[Change], Sequence[Member]]

CLIENT, MEMBER, MODERATOR, DUTY, OTHER_AGENCY, STRANGER = "client", "counsellor", "moderator", "duty", "other", "nobody"
SIGNERS: Final = {
    CLIENT: "nachtfalter",
    MEMBER: "sommer",
    MODERATOR: "winter",
    DUTY: "yilmaz",
    OTHER_AGENCY: "okafor",  # has the capability `duty`, in an agency that this room knows nothing of
    STRANGER: "luft",
}
COUNSELLING: Final = {MEMBER, MODERATOR}
MEMBERS: Final = {CLIENT, *COUNSELLING}


def _newer_key(scene: Scene, name: str) -> Member:
    later = person(name, 2)
    if name == "nachtfalter":
        return client_member(later.ed_pk, later.kem_statement)
    role = scene.reader.log.role_of(later.fingerprint) or "counsellor"
    return read_member(lp(role.encode(), later.ed_pk, scene.kreuzviertel.root.fingerprint, later.kem_statement))


def _joins(name: str) -> Callable[[Scene, str], Asked]:
    return lambda scene, _: (
        [Add(print_of(name))],
        [scene.line(name, scene.hafen if name == "okafor" else None)],
    )


def _only(*changes: Change) -> Callable[[Scene, str], Asked]:
    return lambda _scene, _signer: (changes, ())


def _oneself(scene: Scene, signer: str) -> Asked:
    return [Remove(print_of(signer))], ()


def _duty_key(scene: Scene, _: str) -> Asked:
    duty = scene.reader.log.duty
    assert duty is not None
    return [Remove(duty.fingerprint)], ()


def _own_key(scene: Scene, signer: str) -> Asked:
    return [KeyChange(print_of(signer))], [_newer_key(scene, signer)]


def _grant(_scene: Scene, _signer: str) -> Asked:
    return [HistoryGrant(print_of("berger"), ((1, bytes(1168)),))], ()


TABLE: Final[dict[str, tuple[Callable[[Scene, str], Asked], set[str]]]] = {
    "add somebody of the room's agency": (_joins("yilmaz"), {*MEMBERS, DUTY}),
    "add somebody of an agency that the client did not choose": (_joins("okafor"), {CLIENT}),
    "leave": (_oneself, COUNSELLING),
    "remove a counsellor": (_only(Remove(print_of("berger"))), MEMBERS),
    "remove the client": (_only(Remove(print_of("nachtfalter"))), set()),
    "remove the duty key": (_duty_key, set()),
    "standby off": (_only(StandbyOff()), {CLIENT}),
    "standby off and on": (_only(StandbyOff(), StandbyOn()), {CLIENT}),
    "hand over history": (_grant, MEMBERS),
    "take over as yilmaz": (
        lambda scene, _: ([Takeover(print_of("yilmaz"), "absence")], [scene.line("yilmaz")]),
        {DUTY},
    ),
    "close": (_only(Close("answered")), MEMBERS),
    "a new secret": (_only(Rotate("age")), MEMBERS),
    "a new KEM key of one's own": (_own_key, MEMBERS),
    "a new KEM key for berger": (
        lambda scene, _: ([KeyChange(print_of("berger"))], [_newer_key(scene, "berger")]),
        set(),
    ),
}


@pytest.mark.parametrize("signer", SIGNERS)
@pytest.mark.parametrize("what", TABLE)
def test_t42_the_table_says_who_may_sign_what(what: str, signer: str) -> None:
    """T42: whoever is not named in a line of the table is refused, by server and readers alike."""
    scene = crowded()
    asks, may = TABLE[what]
    name = SIGNERS[signer]
    if signer in may:
        assert judged(scene, name, *asks(scene, name)).epoch == scene.reader.epoch + 1
        return
    with pytest.raises((CommitNotAllowed, CommitInconsistent)) as refusal:
        judged(scene, name, *asks(scene, name))
    absent = signer == DUTY and what in {"leave", "a new KEM key of one's own"}
    assert refusal.type is (CommitInconsistent if absent else CommitNotAllowed)


@pytest.mark.parametrize("signer", SIGNERS)
def test_t42_a_helping_agency_is_let_in_by_whoever_may_let_in_colleagues(signer: str) -> None:
    """T42: the client chose it in the genesis."""
    scene = crowded(helpers=[HAFEN])
    changes, joining = _joins("okafor")(scene, "")
    if signer in {*MEMBERS, DUTY}:
        assert print_of("okafor") in judged(scene, SIGNERS[signer], changes, joining).members
    else:
        with pytest.raises(CommitNotAllowed):
            judged(scene, SIGNERS[signer], changes, joining)


@pytest.mark.parametrize("what", sorted(TABLE.keys() - {"remove the duty key"}))
def test_t42_without_standby_a_duty_holder_may_do_nothing(what: str) -> None:
    """T42: the client switched it off, so that only those in the room stay."""
    scene = crowded()
    scene.commit("nachtfalter", [StandbyOff()])
    with pytest.raises(CommitNotAllowed):
        judged(scene, "yilmaz", *TABLE[what][0](scene, "yilmaz"))


def test_standby_goes_only_when_somebody_is_there_to_answer() -> None:
    """Else the room would have nobody who could read it."""
    with pytest.raises(CommitNotAllowed):
        judged(asked(), "nachtfalter", [StandbyOff()])
    assert not judged(answered(), "nachtfalter", [StandbyOff()]).standby
    with pytest.raises(CommitNotAllowed):
        judged(answered(), "nachtfalter", [Remove(print_of("berger")), StandbyOff()])


def test_while_somebody_waits_only_the_client_closes() -> None:
    """The 48 hours cannot be ended by those whom they bind."""
    scene = crowded()
    scene.say("nachtfalter", Text("Und nun?"), "asks")
    for name in ("sommer", "winter"):
        with pytest.raises(CommitNotAllowed):
            judged(scene, name, [Close("answered")])
    assert judged(scene, "nachtfalter", [Close("withdrawn")]).closed
