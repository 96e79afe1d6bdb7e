"""Commits: the one way in which a room changes, judged alike by the server and by every reader."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import (
    Add,
    Change,
    Close,
    DutyChange,
    Member,
    Remove,
    Rotate,
    StandbyOff,
    StandbyOn,
    Takeover,
    Text,
    judge_commit_publicly,
    overdue_changes,
    read_commit,
    replay_log,
)
from crypto.encoding import fields, lp, split, u64
from crypto.errors import (
    CommitInconsistent,
    CommitNotAllowed,
    CommitOutdated,
    CryptoRefusal,
    EnvelopeBroken,
    KeyInvalid,
    MemberRevoked,
    RosterMissing,
    SeenOutOfRange,
    SignatureInvalid,
    SuiteUnknown,
)
from crypto.vectors.story import DAY, START, Scene, person, resigned
from tests.unit.crypto.scenes import RECORDED, answered, asked, crowded, judged, print_of

ROTATE = [Rotate("age")]


def test_no_bit_of_a_commit_can_be_flipped() -> None:
    """One bit of every byte: members, wraps, rosters, all are signed."""
    item = answered().items[2]
    for at in range(len(item)):
        with pytest.raises((EnvelopeBroken, SignatureInvalid, KeyInvalid, SuiteUnknown)):
            read_commit(item[:at] + bytes([item[at] ^ 1 << at % 8]) + item[at + 1 :]).check_signature(
                person("berger").ed_pk
            )


def test_t18_of_two_commits_that_follow_the_same_entry_one_counts() -> None:
    """T18: the loser starts again, with a fresh secret."""
    scene = crowded()
    mine, theirs = (scene.change(name, ROTATE) for name in ("sommer", "winter"))
    assert mine.secret != theirs.secret
    assert scene.push(mine.item).kind == "commit"
    assert scene.push(theirs.item).reason == CommitOutdated.code
    assert scene.push(scene.change("winter", ROTATE).item).kind == "commit"


def test_t14_the_list_of_members_is_what_the_changes_lead_to_and_nothing_else() -> None:
    """T14: nobody more, nobody less, nobody with other keys."""
    scene = crowded()
    members = [member.raw for member in scene.reader.log.members.values()]
    honest = scene.forge("berger", ROTATE)
    wraps = split(split(fields(honest, 2)[0])[13])
    with pytest.raises(CommitInconsistent):
        _judge(scene, scene.forge("berger", ROTATE, ghosts=[scene.line("yilmaz")]))
    with pytest.raises(CommitInconsistent):
        _judge(scene, resigned(honest, person("berger"), f10=lp(*members[1:]), f12=lp(*wraps[1:])))
    later = person("sommer", 2)
    swapped = [
        lp(b"counsellor", later.ed_pk, scene.kreuzviertel.root.fingerprint, later.kem_statement)
        if later.ed_pk in member
        else member
        for member in members
    ]
    assert swapped != members
    with pytest.raises(CommitInconsistent):
        _judge(scene, resigned(honest, person("berger"), f10=lp(*swapped)))


def _judge(scene: Scene, item: bytes) -> None:
    judge_commit_publicly(scene.reader.log, read_commit(item), scene.book(), position=len(scene.items) + 1)


def test_a_commit_has_seen_the_entry_before_it_and_not_its_own_future() -> None:
    """Else messages between could be said to have been seen."""
    scene = answered()
    for seen in (scene.reader.log.log_position - 1, len(scene.items) + 1):
        with pytest.raises(SeenOutOfRange):
            _judge(scene, scene.forge("berger", ROTATE, f4=u64(seen)))


def test_t10_whom_the_newest_roster_revokes_is_out_before_anybody_writes() -> None:
    """T10, T41: the next to act is told what is overdue, and cannot leave it undone."""
    scene = answered()
    assert overdue_changes(scene.reader.log, scene.book(), scene.now) == []
    scene.commit("nachtfalter", [Add(print_of("yilmaz"))], [scene.line("yilmaz")])
    scene.learn(scene.kreuzviertel.rosters[1])
    scene.now = START + 3 * DAY
    overdue = overdue_changes(scene.reader.log, scene.book(), scene.now)
    assert overdue == [Remove(print_of("yilmaz")), DutyChange(2)]
    with pytest.raises(MemberRevoked):
        judged(scene, "berger", [DutyChange(2)])
    with pytest.raises(CryptoRefusal):
        scene.change("berger", ROTATE)
    assert not overdue_changes(judged(scene, "berger", overdue), scene.book(), scene.now)


def test_who_takes_an_enquiry_up_does_what_is_overdue_in_the_same_breath() -> None:
    """Else the first answer would be sealed to a former colleague's duty key."""
    scene = asked()
    scene.learn(scene.kreuzviertel.rosters[1])
    scene.now = START + 3 * DAY
    assert scene.take("berger").kind == "commit"
    assert scene.reader.log.duty_generation == 2


def test_only_a_duty_holder_takes_an_enquiry_up() -> None:
    """T42."""
    with pytest.raises(CommitNotAllowed):
        asked().take("sommer")


def test_a_commit_cannot_be_made_without_the_agency_s_roster() -> None:
    """Whoever lacks it fetches it first."""
    scene = answered()
    scene.rosters.clear()
    with pytest.raises(RosterMissing):
        scene.change("berger", ROTATE)


def test_the_server_reads_its_log_again_to_the_same_state_as_every_reader() -> None:
    """After a restart it must not judge otherwise than before."""
    scene = crowded()
    scene.say("nachtfalter", Text("Noch etwas."), "asks")
    scene.commit("nachtfalter", [Remove(print_of("sommer"))])
    for end in range(1, len(scene.items) + 1):
        log = replay_log(enumerate(scene.items[:end], 1), scene.book())
        reader = scene.read_as(None, items=False)
        for position, item in enumerate(scene.items[:end], 1):
            reader.push(position, item)
        assert log == reader.log


ANYBODY = st.sampled_from(["nachtfalter", "berger", "sommer", "winter", "yilmaz", "okafor", "luft"])
WHOM = ("nachtfalter", "berger", "sommer", "winter", "yilmaz", "okafor")


def _changes(scene: Scene) -> list[tuple[Change, list[Member]]]:
    """Everything that somebody may try to do now, allowed or not."""
    found: list[tuple[Change, list[Member]]] = [
        (one, []) for one in (StandbyOff(), StandbyOn(), Rotate("age"), Close("done"), DutyChange(2))
    ]
    for name in WHOM:
        found.append((Remove(print_of(name)), []))
        if name != "nachtfalter":
            line = [scene.line(name, scene.hafen if name == "okafor" else None)]
            found += [(Add(print_of(name)), line), (Takeover(print_of(name), "absence"), line)]
    return found


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_whatever_people_try_one_after_the_other_the_room_stays_the_client_s(data: st.DataObject) -> None:
    """The client is always in it; the rest is theirs to decide; server and reader never differ."""
    scene = Scene("anything", RECORDED)
    scene.say("nachtfalter", Text("Hallo"), "asks")
    for _ in range(data.draw(st.integers(1, 8))):
        before, signer = scene.reader.log, data.draw(ANYBODY)
        change, joining = data.draw(st.sampled_from(_changes(scene)))
        verdict = scene.push(scene.forge(signer, [change], joining))
        after = scene.reader.log
        assert (verdict.kind == "commit") == (after.epoch == before.epoch + 1)
        assert after.client.fingerprint == print_of("nachtfalter")
        assert not after.barred & after.members.keys()
        if signer != "nachtfalter":
            assert not before.barred & after.members.keys()
            assert (after.standby, after.barred) == (before.standby, before.barred)
        if after.epoch == before.epoch:
            assert after == before
    assert replay_log(_entries(scene), scene.book()) == scene.reader.log


def _entries(scene: Scene) -> list[tuple[int, bytes]]:
    """What an honest server would have stored of all this: the accepted items at their positions."""
    reader, kept = scene.read_as(None, items=False), []
    for position, item in enumerate(scene.items, 1):
        if reader.push(position, item).kind != "broken":
            kept.append((position, item))
    return kept
