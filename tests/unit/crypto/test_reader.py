"""Reading a room: one verdict an item, nothing thrown, nothing hidden. docs/protocol.md section 9."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import Add, Read, Reader, Remove, RosterBook, Rotate, Text, item_id, th_start, th_step
from crypto.encoding import ZERO32, fields, lp, u64
from crypto.errors import every_refusal
from crypto.vectors.story import DAY, START, person
from tests.unit.crypto.scenes import answered, asked, crowded, print_of

CODES = {one.code for one in every_refusal()}


def state(reader: Reader) -> tuple[object, ...]:
    """What later verdicts depend on, as far as it can be seen from outside."""
    return reader.position, reader.th, reader.confirmed, reader.log, dict(reader.secrets)


def test_a_gap_changes_nothing() -> None:
    """What is missing is fetched first; the item comes again."""
    scene = answered()
    reader = scene.read_as(scene.client, items=False)
    reader.push(1, scene.items[0])
    before = state(reader)
    assert reader.push(3, scene.items[2]).kind == "gap"
    assert state(reader) == before
    assert [reader.push(at, scene.items[at - 1]).kind for at in (2, 3)] == ["message", "commit"]


def test_t18_another_item_where_one_was_read_already_is_an_alarm() -> None:
    """T18: the same one again is nothing to speak of."""
    scene = answered()
    before = state(scene.reader)
    again, other = scene.reader.push(2, scene.items[1]), scene.reader.push(2, scene.items[3])
    assert [(one.kind, one.alarm) for one in (again, other)] == [("known", False), ("conflict", True)]
    assert state(scene.reader) == before


def test_t20_the_transcript_covers_everything_that_was_accepted_valid_or_not() -> None:
    """T18, T20, T23: two readers with one transcript have been shown the same."""
    scene = answered()
    scene.push(b"no item at all")
    scene.say("nachtfalter", Text("Danke."))
    th = th_start(scene.genesis.room)
    ids = [scene.reader._ids[position] for position in range(1, len(scene.items) + 1)]
    assert ids[0] == item_id(scene.items[0])
    for position, identity in enumerate(ids, 1):
        th = th_step(th, position, identity)
    assert scene.reader.th == th == scene.read_as(None).th


def test_a_missing_roster_is_asked_for_and_the_item_pushed_again() -> None:
    """T11, T40: an entry is judged by the roster that it names, or not at all."""
    scene = answered()
    first, second = scene.kreuzviertel.rosters
    reader = scene.read_as(person("berger"), items=False, book=RosterBook())
    verdict = reader.push(1, scene.items[0])
    assert (verdict.kind, verdict.wants) == ("roster_missing", (first.root_fingerprint, first.number, first.hash))
    assert reader.position == 0
    reader.book.add(first)
    assert [reader.push(at, item).wants for at, item in enumerate(scene.items, 1)] == [None] * 4
    scene.learn(second)
    scene.now = START + 3 * DAY
    item = scene.forge("berger", [Rotate("age")])
    assert reader.push(5, item).wants == (second.root_fingerprint, second.number, second.hash)


def test_t39_a_room_of_another_agency_than_the_link_names_is_refused() -> None:
    """T39: and nothing in it counts."""
    scene = asked()
    reader = scene.read_as(scene.client, items=False, root_fingerprint=scene.hafen.root.fingerprint)
    assert [reader.push(at, item).reason for at, item in enumerate(scene.items, 1)] == [
        "root_mismatch",
        "epoch_unknown",
    ]


def test_t49_the_genesis_of_another_room_is_refused() -> None:
    """T49."""
    scene = answered()
    reader = Reader(bytes(16), book=scene.book(), room_share=scene.room_share, me=scene.client)
    assert reader.push(1, scene.items[0]).reason == "wrong_room"


def test_before_a_genesis_nothing_is_read() -> None:
    """Position 1 is where a room begins."""
    scene = answered()
    for item, reason in (
        (scene.items[1], "epoch_unknown"),
        (scene.items[2], "commit_outdated"),
        (b"", "envelope_broken"),
    ):
        reader = scene.read_as(scene.client, items=False)
        verdict = reader.push(1, item)
        assert (verdict.reason, verdict.alarm) == (reason, True)


def test_t17_a_removed_member_writes_no_more_and_their_last_words_are_marked() -> None:
    """T17: whatever they wrote between what the client had seen and the removal."""
    scene = crowded()
    removal = scene.change("nachtfalter", [Remove(print_of("sommer"))])
    late = [scene.say("sommer", Text(word)).position for word in ("Noch", "schnell")]
    other = scene.say("berger", Text("Ja?"))
    verdict = scene.push(removal.item)
    assert verdict.late == tuple(late)
    assert other.position not in verdict.late
    assert scene.push(scene.crafted("sommer", epoch=scene.reader.epoch - 1)).reason == "epoch_over"
    assert scene.push(scene.crafted("sommer")).reason == "sender_not_member"


def test_t18_a_message_from_before_a_commit_cannot_be_placed_after_it() -> None:
    """T18, T24: its epoch is over."""
    scene = answered()
    held_back = scene.sealed("berger", Text("Bitte rufen Sie an."))
    scene.commit("nachtfalter", [Rotate("age")])
    assert scene.push(held_back).reason == "epoch_over"


@pytest.mark.parametrize("dropped", [1, 2])
def test_t21_what_is_dropped_from_the_middle_shows_at_the_next_message(dropped: int) -> None:
    """T21: the chain of the sender's page has a hole."""
    scene = answered()
    for _ in range(dropped):
        scene.sealed("berger", Text("Das kommt nie an."))
    verdict = scene.say("berger", Text("Und das schon."))
    assert verdict.kind == "message"
    assert verdict.marks == {"gap_before"}
    assert verdict.alarm
    assert not scene.say("berger", Text("Weiter.")).alarm


def test_t21_what_arrives_broken_is_told_once_and_not_missed_as_well() -> None:
    """T21: the broken one is an alarm; the next one of its page is one only when something else never came."""
    scene = answered()
    header, ciphertext = fields(scene.sealed("berger", Text("Das kommt verändert an.")), 2)
    broken = scene.push(lp(header, bytes([ciphertext[0] ^ 1]) + ciphertext[1:]))
    assert (broken.reason, broken.alarm) == ("does_not_decrypt", True)
    assert scene.say("berger", Text("Und das unverändert.")).marks == set()
    scene.sealed("berger", Text("Das kommt nie an."))
    header, ciphertext = fields(scene.sealed("berger", Text("Das wieder verändert.")), 2)
    assert scene.push(lp(header, ciphertext[:-1])).reason == "does_not_decrypt"
    assert scene.say("berger", Text("Noch etwas.")).marks == {"gap_before"}


def test_t21_a_forged_place_in_the_chain_hides_nothing_that_never_came() -> None:
    """T21: nobody vouches for the place that a broken one claims; it accounts for that one, and never for two."""
    scene = answered()
    made_up = lp(fields(scene.crafted("berger", counter=7, prev_id=bytes([1]) * 32), 2)[0], bytes(300))
    assert scene.push(made_up).reason == "does_not_decrypt"
    for _ in range(2):
        scene.sealed("berger", Text("Das kommt nie an."))
    assert scene.say("berger", Text("Und das schon.")).marks == {"gap_before"}
    assert not scene.say("berger", Text("Weiter.")).alarm


def test_t22_only_what_somebody_else_has_seen_is_confirmed() -> None:
    """T22: whoever cuts off the tail cannot make it look read."""
    scene = answered()
    assert scene.reader.confirmed == 3
    scene.say("nachtfalter", Text("Danke."))
    scene.say("nachtfalter", Read(4))
    assert scene.reader.confirmed == 3
    scene.say("berger", Read(5))
    assert scene.reader.confirmed == 6
    scene.push(scene.crafted("berger", seen_pos=7, seen_th=bytes(32), counter=9, prev_id=bytes([1]) * 32))
    assert scene.reader.confirmed == 6


def test_t23_two_messages_of_one_page_in_another_order_are_refused() -> None:
    """T23, T24: the later one shows the hole, the earlier one comes too late; neither counts twice."""
    scene = answered()
    one, two = scene.sealed("berger", Text("eins")), scene.sealed("berger", Text("zwei"))
    assert scene.push(two).marks == {"gap_before"}
    assert scene.push(one).reason == "replayed"
    assert scene.push(two).reason == "replayed"


def test_t23_a_page_does_not_branch_and_does_not_see_less_than_before() -> None:
    """T23: one place in the chain, one message."""
    scene = answered()
    assert scene.push(scene.crafted("berger", prev_id=bytes([1]) * 32)).reason == "chain_broken"
    earlier = scene.reader.place()
    scene.say("berger", Text("Ja."))
    falls = scene.crafted("berger", seen_pos=earlier.seen_pos - 1, seen_th=scene.reader._ths[earlier.seen_pos - 1])
    assert scene.push(falls).reason == "seen_falls"


def test_t45_a_false_history_is_an_alarm_in_a_message_and_refused_in_a_commit() -> None:
    """T18, T20, T45: the sender was shown another room, or says so."""
    scene = answered()
    assert scene.push(scene.crafted("berger", seen_th=bytes(32))).marks == {"forked"}
    assert scene.push(scene.forge("berger", [Rotate("age")], f5=bytes(32))).reason == "transcript_mismatch"


def test_a_page_loaded_anew_begins_a_chain_of_its_own() -> None:
    """Every tab is a session; and the same uid twice is one message."""
    scene = answered()
    uid = bytes([5]) * 16
    for session, marks in ((bytes([1]) * 16, set()), (bytes([2]) * 16, {"repeated"})):
        item = scene.crafted("berger", scene.inner(uid=uid), session=session, counter=0, prev_id=ZERO32)
        assert scene.push(item).marks == marks


def test_t28_edits_and_deletions_are_the_author_s() -> None:
    """T28: also the client's own words are nobody else's."""
    scene = answered()
    mine, theirs = item_id(scene.items[1]), item_id(scene.items[3])
    edit, delete = scene.inner(b"edit", lp(mine, b"Nein")), scene.inner(b"delete", lp(theirs))
    assert scene.push(scene.crafted("berger", edit)).reason == "target_not_yours"
    assert scene.push(scene.crafted("nachtfalter", delete)).reason == "target_not_yours"
    assert scene.push(scene.crafted("nachtfalter", scene.inner(b"edit", lp(mine, b"Ja")))).kind == "message"
    assert scene.push(scene.crafted("berger", scene.inner(b"read", lp(u64(99))))).reason == "seen_out_of_range"


def test_t41_who_judges_by_an_old_roster_though_a_newer_was_there_is_shown() -> None:
    """T41: a former colleague may name the old one; a day's grace for those who had not seen it."""
    for days, marks in ((2.5, set()), (3.5, {"roster_outdated"})):
        scene = answered()
        item = scene.forge(
            "yilmaz", [Add(print_of("yilmaz"))], [scene.line("yilmaz")], created_at=START + int(days * DAY)
        )
        scene.learn(scene.kreuzviertel.rosters[1])
        verdict = scene.push(item)
        assert verdict.kind == "commit"
        assert verdict.marks == marks


STORY = crowded()
STORY.say("sommer", Text("Guten Abend."), "answers")


@settings(max_examples=300)
@given(st.integers(0, len(STORY.items) - 1), st.data())
def test_t35_a_room_with_one_changed_item_is_read_to_the_end_and_the_change_shows(at: int, data: st.DataObject) -> None:
    """T35: bits flipped, bytes cut out or put in: never thrown, never taken for the true one."""
    item = STORY.items[at]
    where, bit = data.draw(st.integers(0, len(item) - 1)), data.draw(st.integers(0, 7))
    junk, gone = data.draw(st.binary(max_size=6)), data.draw(st.integers(0, 6))
    changed = data.draw(
        st.sampled_from(
            [
                item[:where] + bytes([item[where] ^ 1 << bit]) + item[where + 1 :],
                item[:where] + junk + item[where + gone :],
            ]
        )
    )
    reader = STORY.read_as(STORY.client, items=False)
    for position, one in enumerate(STORY.items, 1):
        verdict = reader.push(position, changed if position == at + 1 else one)
        if position == at + 1 and changed != item:
            assert verdict.kind in {"broken", "roster_missing"}
            assert verdict.kind != "broken" or verdict.reason in CODES
            if verdict.kind == "roster_missing":
                return
    assert (reader.th == STORY.reader.th) == (changed == item)


@given(st.lists(st.binary(max_size=50), max_size=5))
@settings(max_examples=30)
def test_junk_takes_its_positions_and_disturbs_nobody(junk: list[bytes]) -> None:
    """A server that accepts nonsense costs alarms, not the room."""
    scene = answered()
    for one in junk:
        assert scene.push(one).kind == "broken"
    assert scene.say("berger", Text("Weiter."), "answers").marks == frozenset()
    assert scene.commit("nachtfalter", [Rotate("age")]).kind == "commit"
