"""The judge of a slot that many want: what it must find, and what it must not."""

from faults.contended import Asked, judged

WINNER = Asked("room 1", "a", "hold 1", "")
LOSERS = [Asked("room 2", "b", None, "slot_taken"), Asked("room 3", "c", None, "slot_taken")]
THERE = [("hold 1", "room 1")]


def test_one_who_has_it_and_others_who_were_told_so_is_well() -> None:
    """Also when the winner asked twice."""
    assert judged([WINNER, *LOSERS], THERE) == []
    assert judged([WINNER, *LOSERS, WINNER], THERE) == []


def test_two_winners_and_none_are_found() -> None:
    """Acknowledged, or only there."""
    second = Asked("room 2", "b", "hold 2", "")
    assert judged([WINNER, second], [*THERE, ("hold 2", "room 2")]) == ["2 have won"]
    assert judged(LOSERS, []) == ["0 have won"]
    assert judged([WINNER], [*THERE, ("hold 2", "room 2")]) != []
    assert judged([WINNER], [("hold 1", "room 2")]) != []
    assert judged([WINNER], []) != []


def test_what_is_no_plain_refusal_is_found() -> None:
    """An error of the server's, and a winner who was told no at the other node."""
    assert judged([WINNER, Asked("room 2", "b", None, "internal")], THERE) == ["refused as internal"]
    assert judged([WINNER, Asked("room 1", "a", None, "slot_taken")], THERE) == ["the winner was refused, too"]
