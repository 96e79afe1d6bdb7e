"""Other nodes: how long silence is nothing, and how a lost word shows."""

from chatserver.nodes.neighbours import LEASE_SECONDS, Neighbours


def test_a_node_lives_for_a_lease_after_each_word() -> None:
    """Then it is gone, once."""
    neighbours = Neighbours()
    neighbours.hear("node", 1, 100.0)
    neighbours.hear("node", 2, 101.0)
    assert neighbours.lost(100.5 + LEASE_SECONDS) == []
    assert neighbours.lost(101.5 + LEASE_SECONDS) == ["node"]
    assert neighbours.lost(102.0 + LEASE_SECONDS) == []


def test_a_gap_in_what_a_known_node_says_is_seen() -> None:
    """The pages here may have missed something."""
    neighbours = Neighbours()
    assert [neighbours.hear("node", number, 0.0) for number in (1, 2)] == [False, False]
    assert not neighbours.missed
    assert neighbours.hear("node", 4, 0.0)
    assert neighbours.missed


def test_whoever_comes_later_asks_what_was_said_before() -> None:
    """But pages here have missed nothing: they asked when they came."""
    neighbours = Neighbours()
    assert not neighbours.hear("node", 7, 0.0)
    assert neighbours.missed
