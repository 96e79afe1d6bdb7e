"""Which agencies are neighbours: the same first two digits, in the order in which all are offered, the rest last."""

from chatserver.agencies.model import Agency, Area, Candidate
from chatserver.neighbours.model import MOST_ASKED, neighbours_among, regions_of


def agency(name: str, *, fallback: bool = False) -> Agency:
    """By its name."""
    texts = {"about_de": "", "about_en": "", "address": "", "phone": "", "zone": "Europe/Berlin"}
    return Agency(id=name, name=name, root_fingerprint=b"", fallback=fallback, **texts)


def candidate(name: str, last: str = "48199", waiting: int = 0) -> Candidate:
    """One that is there from 48100 on."""
    return Candidate(agency(name), Area("48100", last), waiting)


def test_an_area_is_widened_to_the_regions_that_it_touches_and_each_counts_once() -> None:
    """48143 to 48167 is all of 48; a range across two regions is both; a leading zero stays."""
    assert regions_of([Area("48143", "48167"), Area("48268", "48268", "debt")]) == [Area("48000", "48999")]
    assert regions_of([Area("01099", "02100")]) == [Area("01000", "02999")]
    assert regions_of([]) == []


def test_the_agency_itself_is_not_asked_and_the_one_for_the_rest_comes_last() -> None:
    """So many at most, the narrowest area first, then the fewest waiting."""
    rest = agency("rest", fallback=True)
    found = [
        candidate("own"),
        candidate("wide", "48999"),
        candidate("busy", waiting=3),
        candidate("free"),
        candidate("x"),
    ]
    names = [one.name for one in neighbours_among(found, of="own", rest=rest)]
    assert names == ["free", "x", "rest"]
    assert len(names) == MOST_ASKED
    assert [one.name for one in neighbours_among(found, of="own", rest=None)] == ["free", "x", "busy"]
    assert [one.name for one in neighbours_among([candidate("own")], of="own", rest=agency("own"))] == []
