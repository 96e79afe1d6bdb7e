"""Who is here: people, not pages, wherever their pages are."""

from chatserver.nodes.words import Gone, Left, Shown
from chatserver.presence import Change, Presence

PEOPLE = ("ada", "ben")
CAME, WENT = Change("room", "ada", "here"), Change("room", "ada", "away")


def test_a_person_with_two_pages_arrives_once_and_leaves_with_the_last() -> None:
    """A second tab is no second person."""
    presence = Presence()
    assert presence.enter("room", "ada", "page 1") == [CAME]
    assert presence.enter("room", "ada", "page 2") == []
    assert presence.leave("room", "page 1") == []
    assert presence.here("room", PEOPLE) == ["ada"]
    assert presence.leave("room", "page 2") == [WENT]
    assert presence.here("room", PEOPLE) == []


def test_leaving_twice_or_without_having_entered_is_nothing() -> None:
    """A page may say so more than once."""
    presence = Presence()
    assert presence.leave("room", "page 1") == []
    presence.enter("room", "ada", "page 1")
    presence.leave("room", "page 1")
    assert presence.leave("room", "page 1") == []


def test_a_page_that_dies_has_left_every_room_that_it_showed() -> None:
    """And only those in which the person has no other page."""
    presence = Presence()
    presence.enter("room", "ada", "page 1")
    presence.enter("other room", "ada", "page 1")
    presence.enter("other room", "ada", "page 2")
    assert presence.lose("page 1") == [WENT]
    assert presence.lose("page 1") == []


def test_a_page_that_has_died_does_not_enter_any_more() -> None:
    """Its last words may be worked on after its death, and would leave a ghost."""
    presence = Presence()
    presence.lose("page 1")
    assert presence.enter("room", "ada", "page 1") == []
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
    presence.here("room", PEOPLE)
    presence.left_at("node", "room", "page 1")
    assert [(dict(pages._people), dict(pages._rooms)) for pages in presence._nodes.values()] == [({}, {})] * 2


def test_a_page_at_another_node_counts_as_one_here() -> None:
    """Nobody has left whose other page is open elsewhere."""
    presence = Presence()
    presence.enter("room", "ada", "page 1")
    assert presence.shown_at("node", "room", "ada", "page 2") == []
    assert presence.lose("page 1") == []
    assert presence.here("room", PEOPLE) == ["ada"]
    assert presence.lost_at("node", "page 2") == [WENT]


def test_a_node_that_is_gone_takes_its_pages_along_and_may_come_back_with_them() -> None:
    """Unlike a page, it may only have been unheard for a while."""
    presence = Presence()
    presence.shown_at("node", "room", "ada", "page 1")
    presence.shown_at("other node", "room", "ben", "page 2")
    assert presence.forget("node") == [WENT]
    assert presence.here("room", PEOPLE) == ["ben"]
    assert presence.all_shown_at("node", [Shown("room", "ada", "page 1")]) == [CAME]


def test_what_was_missed_of_a_node_is_made_up_for_by_all_that_it_shows() -> None:
    """Arrivals and departures alike, and nothing for what has stayed."""
    presence = Presence()
    presence.shown_at("node", "room", "ada", "page 1")
    presence.shown_at("node", "room", "ben", "page 2")
    stays = Shown("room", "ben", "page 2")
    changes = presence.all_shown_at("node", [stays, Shown("other room", "ben", "page 2")])
    assert changes == [Change("other room", "ben", "here"), WENT]
    assert presence.all_shown_at("node", [stays, Shown("other room", "ben", "page 2")]) == []


def test_other_nodes_are_told_of_every_page_of_this_one_and_of_no_other() -> None:
    """Whether or not it changes anything here: another page of the person may be gone tomorrow."""
    presence, told = Presence(), list[object]()
    presence.pass_on = told.append
    presence.enter("room", "ada", "page 1")
    presence.enter("room", "ada", "page 2")
    presence.shown_at("node", "room", "ada", "page 3")
    presence.leave("room", "page 1")
    presence.lose("page 2")
    shown = [Shown("room", "ada", "page 1"), Shown("room", "ada", "page 2")]
    assert told == [*shown, Left("room", "page 1"), Gone("page 2")]
    assert presence.shown_here() == []
