"""Messages: what is sealed comes back, and nothing else does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import Contest, Delete, Edit, File, Introduce, NoAnswerNeeded, Read, Text, UnknownBody, Writer
from crypto.bodies import LARGEST_TEXT, Body, fits_clock, read_body, write_body
from crypto.encoding import ZERO32, fields, lp
from crypto.envelope import Opened, Place, open_message, padded_size
from crypto.errors import (
    CryptoRefusal,
    DoesNotDecrypt,
    EnvelopeBroken,
    Malformed,
    MessageEmpty,
    MessageTooLarge,
    SignatureInvalid,
    every_refusal,
)
from crypto.hashing import expand, open_aes
from crypto.items import item_id
from crypto.labels import MSG
from crypto.message import check_header, read_header
from crypto.vectors.story import START, person, seed

ANNA, BERT = person("nachtfalter"), person("berger")
PLACE = Place(seed("room")[:16], 3, seed("kc"), seed("epoch key"), 5, seed("th"))
ID32, ID16 = seed("an id"), seed("an id")[:16]

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)
NAMES = st.text("Nachtflerüß 🌙-", min_size=1, max_size=20)
BODIES: st.SearchStrategy[Body] = st.one_of(
    st.builds(Text, WORDS),
    st.builds(Edit, st.binary(min_size=32, max_size=32), WORDS),
    st.builds(Delete, st.binary(min_size=32, max_size=32)),
    st.builds(Read, st.integers(0, 2**53 - 1)),
    st.builds(Introduce, NAMES),
    st.sampled_from([Contest(b""), Contest(ID32), NoAnswerNeeded()]),
    st.builds(File, st.just(ID16), NAMES, NAMES, st.integers(0, 2**40), st.just(ID32), st.just(ID32), st.just("")),
    st.builds(UnknownBody, st.just("waving"), st.binary(max_size=300)),
)


def sealed(body: Body) -> bytes:
    return Writer(ANNA).seal(PLACE, body, sent_at=START).envelope


def read(envelope: bytes) -> Opened:
    """As a reader of this room and epoch would."""
    header = read_header(envelope)
    check_header(header, room=PLACE.room, epoch=3, kc=PLACE.kc, sender=ANNA.fingerprint, role="client")
    return open_message(envelope, PLACE.key, ANNA.ed_pk)


@given(BODIES)
def test_whatever_is_sealed_comes_back(body: Body) -> None:
    """Every type, every text."""
    opened = read(sealed(body))
    assert (opened.body, opened.sent_at) == (body, START)


def test_t25_t29_no_bit_of_an_envelope_can_be_flipped() -> None:
    """T25, T29: every bit of every byte, and each refusal has its code."""
    envelope = sealed(Text("Hallo"))
    codes = {one.code for one in every_refusal()}
    for at in range(8 * len(envelope)):
        changed = bytearray(envelope)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(CryptoRefusal) as refusal:
            read(bytes(changed))
        assert refusal.value.code in codes


@given(st.integers(0, 2**30))
def test_t29_what_is_cut_off_or_appended_to_is_refused(cut: int) -> None:
    """T29: at any length."""
    envelope = sealed(Text("Hallo"))
    for broken in (envelope[: cut % len(envelope)], envelope + bytes(1 + cut % 1000)):
        with pytest.raises(EnvelopeBroken):
            read(broken)


@given(st.binary(max_size=600))
def test_t35_arbitrary_bytes_are_refused_and_break_nothing(junk: bytes) -> None:
    """T35: inside the frame as well as instead of it."""
    header, ciphertext = fields(sealed(Text("Hallo")), 2)
    for broken in (junk, lp(junk), lp(junk, ciphertext), lp(header, junk)):
        with pytest.raises(CryptoRefusal):
            read(broken)


def test_t25_a_member_cannot_write_in_another_s_name() -> None:
    """T25: all have the key of the epoch, but each signs."""
    with pytest.raises(SignatureInvalid):
        open_message(sealed(Text("Hallo")), PLACE.key, BERT.ed_pk)


def test_t24_t44_another_epoch_or_room_has_another_key() -> None:
    """T24: the server cannot carry a message over."""
    with pytest.raises(DoesNotDecrypt):
        open_message(sealed(Text("Hallo")), seed("another epoch"), ANNA.ed_pk)


@given(st.integers(0, LARGEST_TEXT))
@settings(max_examples=50)
def test_the_length_shows_the_class_of_padding_only(size: int) -> None:
    """Two answers of much the same length look alike to the server; zeros fill the rest."""
    body = sealed(Text("a" * size)) if size else sealed(NoAnswerNeeded())
    header, ciphertext = fields(body, 2)
    plain = open_aes(expand(PLACE.key, MSG, header), ciphertext, header)
    inner = int.from_bytes(plain[64:68])
    assert len(plain) == padded_size(inner) >= 256
    assert padded_size(inner) <= max(256, (68 + inner) * 113 // 100)
    assert not any(plain[68 + inner :])


def test_t27_no_key_is_used_twice() -> None:
    """T27: the same words from a page that was rolled back are sealed under another salt."""
    first, second = (Writer(ANNA), Writer(ANNA))
    second.session = first.session
    salts = {read_header(one.seal(PLACE, Text("a"), sent_at=START).envelope).salt for one in (first, second, first)}
    assert len(salts) == 3


def test_t21_t24_a_page_s_messages_form_a_chain() -> None:
    """T21-T24: each names the one before; what was refused before it was sealed leaves no hole."""
    writer = Writer(ANNA)
    first = writer.seal(PLACE, Text("eins"), sent_at=START)
    with pytest.raises(MessageEmpty):
        writer.seal(PLACE, Text(""), sent_at=START)
    second = writer.seal(PLACE, Text("zwei"), sent_at=START)
    headers = [read_header(one.envelope) for one in (first, second)]
    assert [(one.counter, one.prev_id) for one in headers] == [(0, ZERO32), (1, first.id)]
    assert (item_id(first.envelope), item_id(second.envelope)) == (first.id, second.id)
    assert {one.session for one in headers} == {writer.session}


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (Text(""), MessageEmpty),
        (Text("a" * (LARGEST_TEXT + 1)), MessageTooLarge),
        (Text("ä" * LARGEST_TEXT), MessageTooLarge),
        (Text("\ud800"), Malformed),
        (Edit(ID32, ""), MessageEmpty),
        (Edit(ID16, "a"), Malformed),
        (Introduce("a\u202eb"), Malformed),
        (Contest(ID16), Malformed),
        (Read(2**53), Malformed),
        (UnknownBody("Waving", b""), Malformed),
    ],
)
def test_nobody_seals_what_no_reader_would_take(body: Body, refusal: type[CryptoRefusal]) -> None:
    """The writer hears of it, not the reader."""
    with pytest.raises(refusal):
        sealed(body)


@given(st.binary(max_size=80), st.sampled_from(["text", "file", "edit", "delete", "read", "introduce", "contest", "x"]))
def test_a_body_that_is_read_is_written_again_to_the_same_bytes(content: bytes, kind: str) -> None:
    """One meaning, one form: else an edit of nothing but the form could not be told from none."""
    try:
        body = read_body(kind.encode(), content)
    except CryptoRefusal:
        return
    assert write_body(body) == (kind.encode(), content)


def test_t47_what_moves_the_clock_is_what_the_sealed_type_means() -> None:
    """T47: a read mark is no answer."""
    assert fits_clock(Text("a"), "answers")
    assert not fits_clock(Read(3), "answers")
    assert not fits_clock(Edit(ID32, "a"), "asks")
    assert [clock for clock in ("none", "asks", "needs_no_answer") if fits_clock(Contest(b""), clock)] == ["asks"]
    assert [clock for clock in ("none", "asks", "needs_no_answer") if fits_clock(NoAnswerNeeded(), clock)] == [
        "needs_no_answer"
    ]


def test_a_number_beyond_what_a_browser_can_hold_is_refused_when_sealing() -> None:
    """JavaScript's numbers end at 2^53."""
    with pytest.raises(Malformed):
        Writer(ANNA).seal(PLACE, Text("a"), sent_at=2**53)
