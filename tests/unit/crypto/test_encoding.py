"""lp, integers, text, names, padding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.encoding import (
    each,
    fields,
    from_ms,
    labelled,
    lp,
    padme,
    read_name,
    read_text,
    read_u64,
    read_word,
    split,
    to_ms,
    u64,
)
from crypto.errors import Malformed
from crypto.labels import EK, KC


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_what_lp_joins_it_splits_again(parts: list[bytes]) -> None:
    """Every list of fields comes back as it was."""
    assert split(lp(*parts)) == parts


@given(st.binary(max_size=200))
def test_bytes_that_are_no_lp_are_refused_and_others_mean_one_thing_only(data: bytes) -> None:
    """Whatever splits is the lp of its fields: nothing can be read in two ways."""
    try:
        parts = split(data)
    except Malformed:
        return
    assert lp(*parts) == data


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=5), st.data())
def test_a_cut_off_lp_never_gives_the_same_fields(parts: list[bytes], data: st.DataObject) -> None:
    """Truncation is refused or leaves fewer fields."""
    whole = lp(*parts)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(Malformed):
        fields(cut, len(parts))


@pytest.mark.parametrize("announced", [2**32 - 1, 2**31, 5])
def test_t29_a_length_beyond_the_end_is_refused_without_making_room_for_it(announced: int) -> None:
    """T29: an announced length allocates nothing."""
    with pytest.raises(Malformed):
        split(announced.to_bytes(4) + b"four")


def test_bytes_left_over_and_wrong_counts_are_refused() -> None:
    """A format names how many fields there are."""
    for broken in (lp(b"a"), lp(b"a", b"b", b"c"), lp(b"a", b"b") + b"\x00"):
        with pytest.raises(Malformed):
            fields(broken, 2)


def test_t34_another_label_is_refused() -> None:
    """T34: bytes made for one purpose do not pass for another."""
    assert labelled(lp(EK, b"x"), EK, 1) == [b"x"]
    with pytest.raises(Malformed):
        labelled(lp(EK, b"x"), KC, 1)


@given(st.integers(0, 2**53 - 1))
def test_integers_come_back(number: int) -> None:
    """Up to 2^53 - 1."""
    assert read_u64(u64(number)) == number


@pytest.mark.parametrize("raw", [(2**53).to_bytes(8), b"\xff" * 8, b"", bytes(7), bytes(9)])
def test_integers_that_a_browser_cannot_hold_are_refused(raw: bytes) -> None:
    """JavaScript's numbers end at 2^53."""
    with pytest.raises(Malformed):
        read_u64(raw)


@pytest.mark.parametrize("raw", [b"\xc0\x80", b"\xed\xa0\x80", b"\xff", b"\xe2\x82"])
def test_text_is_strict_utf8(raw: bytes) -> None:
    """Overlong forms, surrogates and halves are refused."""
    with pytest.raises(Malformed):
        read_text(raw)


def test_a_byte_order_mark_is_an_ordinary_character() -> None:
    """Some decoders swallow it; then two clients would sign different things."""
    assert read_text("\ufeffa".encode()) == "\ufeffa"


@pytest.mark.parametrize("raw", [b"", b"A", b"a b", b"a" * 33, b"a\n", "ä".encode()])
def test_words_are_short_and_lower_case(raw: bytes) -> None:
    """Nothing else gets into a field that the server reads."""
    with pytest.raises(Malformed):
        read_word(raw)


@pytest.mark.parametrize("text", ["", "a\u202eb", "a\u200bb", "a\x00", "a\u2066", "\ufeff", "ä" * 65])
def test_names_that_deceive_the_eye_are_refused(text: str) -> None:
    """Direction, zero width, control characters, too long."""
    with pytest.raises(Malformed):
        read_name(text.encode())


def test_lists_are_bounded() -> None:
    """A list of ten thousand empty fields is cheap to send and must be cheap to refuse."""
    with pytest.raises(Malformed):
        each(lp(*[b""] * 10), bytes, 9)


@given(st.integers(2, 2**40))
def test_padding_grows_by_an_eighth_at_most_and_never_shrinks(length: int) -> None:
    """Padmé: at most 12 percent more."""
    padded = padme(length)
    assert length <= padded <= length + length // 8 + 1
    assert padme(padded) == padded


@given(st.integers(0, 2**48))
def test_milliseconds_come_back(milliseconds: int) -> None:
    """No float is involved."""
    moment = min(milliseconds, 253_402_300_799_999)
    assert to_ms(from_ms(moment)) == moment
