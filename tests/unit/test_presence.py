"""Who is here: people, not pages."""

from chatserver.rooms.presence import Presence

PEOPLE = ("ada", "ben")


def test_a_person_with_two_pages_arrives_once_and_leaves_with_the_last() -> None:
    """A second tab is no second person."""
    presence = Presence()
    assert presence.enter("room", "ada", "page 1")
    assert not presence.enter("room", "ada", "page 2")
    assert presence.leave("room", "page 1") is None
    assert presence.here("room", PEOPLE) == ["ada"]
    assert presence.leave("room", "page 2") == "ada"
    assert presence.here("room", PEOPLE) == []


def test_leaving_twice_or_without_having_entered_is_nothing() -> None:
    """A page may say so more than once."""
    presence = Presence()
    assert presence.leave("room", "page 1") is None
    presence.enter("room", "ada", "page 1")
    presence.leave("room", "page 1")
    assert presence.leave("room", "page 1") is None


def test_a_page_that_dies_has_left_every_room_that_it_showed() -> None:
    """And only those in which the person has no other page."""
    presence = Presence()
    presence.enter("room", "ada", "page 1")
    presence.enter("other room", "ada", "page 1")
    presence.enter("other room", "ada", "page 2")
    assert presence.lose("page 1") == [("room", "ada")]
    assert presence.lose("page 1") == []


def test_a_page_that_has_died_does_not_enter_any_more() -> None:
    """Its last words may be worked on after its death, and would leave a ghost."""
    presence = Presence()
    presence.lose("page 1")
    assert not presence.enter("room", "ada", "page 1")
    assert presence.here("room", PEOPLE) == []


def test_whoever_has_no_seat_any_more_is_not_here() -> None:
    """A person who was removed may still show the page."""
    presence = Presence()
    presence.enter("room", "ada", "page 1")
    assert presence.here("room", ["ben"]) == []


def test_nothing_is_kept_of_rooms_that_everybody_has_left() -> None:
    """Presence would otherwise be a list of who was where."""
    presence = Presence()
    presence.enter("room", "ada", "page 1")
    presence.lose("page 1")
    assert (dict(presence._pages), dict(presence._rooms)) == ({}, {})
